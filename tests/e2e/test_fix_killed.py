"""kill -9 at every step of one server's repair, and `resume`: nothing is done twice, nothing stays stopped, and the journal
verifies. mortal.c kills: around the Nth write that must last (an entry of the journal), and around the Nth that sends."""

import concurrent.futures
import itertools
import os
import signal
import subprocess
import unittest
from pathlib import Path
from typing import NamedTuple

from fleet import HURRIES, SANITIZED, VSSFLEET, Fleet, entries_of, hurried, wait_for

MORTAL = os.environ.get("MORTAL")
AT_A_TIME = 10
RESUMES_MAX = 4
TIMES = 20  # so much faster the clocks go
WIRE = ("--time-scale", TIMES, "--allow-unencrypted", "--inventory-scheme", "http")
CLEAR = ("--scheme", "http", "--insecure-plaintext")
APPLY = ("--apply", "--yes", "--verify-timeout", "15s")


class Course(NamedTuple):
    """What a server plays, and how its repair has to end."""

    scenario: str
    result: str
    code: int  # exit code
    type: str  # of EventSystem
    configures: tuple  # each at most once too often
    restarts: int
    hurry: bool = False


OWN, SHARE = "config EventSystem own", "config EventSystem share"
PLAIN = Course("fix-plain", "fixed", 0, "Own Process", (OWN,), 1)
STUBBORN = Course("fix-stubborn", "rolled_back", 6, "Share Process", (OWN, SHARE), 2, hurry=True)


class Kill(NamedTuple):
    call: str  # "sync", "send"
    at: int
    when: str  # "before", "after"

    def __str__(self):
        return f"{self.when} {self.call} {self.at}"


def every_kill(counts):
    """counts: of an undisturbed run."""
    return [Kill(call, at, when) for call in counts for at in range(1, counts[call] + 1) for when in ("before", "after")]


class Patient:
    """One simulated server, with a store of its own."""

    def __init__(self, fleet, name, course):
        self.fleet, self.name, self.course = fleet, name, course
        self.directory = fleet.path / name
        self.directory.mkdir(mode=0o700)
        self.store, self.plan, self.count = (self.directory / file for file in ("store.db", "plan", "count"))
        self.log = []

    def run(self, command, *arguments, kill=None, access=True):
        words = [VSSFLEET, command, *(self.fleet.access() if access else ()), "--store", self.store, *arguments]
        mortal = {"LD_PRELOAD": MORTAL, "MORTAL_COUNT": str(self.count)}
        if kill:
            mortal |= {"MORTAL_CALL": kill.call, "MORTAL_AT": str(kill.at), "MORTAL_WHEN": kill.when}
        environment = {**os.environ, **mortal}
        if self.course.hurry:
            environment = hurried(TIMES, environment)
        self.count.unlink(missing_ok=True)
        done = subprocess.run([*map(str, words)], env=environment, capture_output=True, text=True, timeout=120)
        self.log.append((command, str(kill), done.returncode, done.stdout[-500:], done.stderr[-500:]))
        return done.returncode

    def make_plan(self):
        self.fleet.play(self.name, self.course.scenario)
        code = self.run("fix", "isolate", "-l", self.name, *CLEAR, "--soak", "0", "--plan-out", self.plan)
        assert code == 0, self.log

    def apply(self, kill=None):
        return self.run("fix", "isolate", "--plan", self.plan, *CLEAR, *APPLY, kill=kill)

    def go_on(self, kill=None):
        """resume; or apply again if the journal never heard of the first one."""
        change = next((e["change"] for e in self.entries() if e["type"] == "change_start"), None)
        return self.run("resume", change, *CLEAR, *APPLY[1:], kill=kill) if change else self.apply(kill)

    def counts(self):
        syncs, sends = map(int, self.count.read_text().split())
        return {"sync": syncs, "send": sends}

    def entries(self):
        return entries_of(self.store)

    def verifies(self):
        return self.run("journal", "verify", access=False) == 0

    def finish(self):
        """Goes on until it has ended well; how often that took."""
        for turn in range(RESUMES_MAX):
            if self.go_on() == self.course.code:
                return turn + 1
        raise AssertionError(f"it does not end: {self.log}")

    def complaints(self, host):
        """What is wrong with the outcome. host: as winsim shows it."""
        entries, actions = self.entries(), host["actions"]
        results = [entry["result"] for entry in entries if entry["type"] == "change_result"]
        often = {words: actions.count(words) for words in self.course.configures}
        often["create"] = sum(words.startswith("create ") for words in actions) - self.course.restarts + 1
        facts = (
            ("the journal verifies", self.verifies(), True),
            ("results", results, [self.course.result]),
            ("the change has ended", entries[-1]["type"] if entries else None, "change_end"),
            ("EventSystem was stopped", host["restarts"], self.course.restarts),
            ("EventSystem", (host["eventsystem"]["state"], host["eventsystem"]["type"]), ("Running", self.course.type)),
            ("services left stopped", host["stopped_services"], []),
            ("files left", host["files"], []),
            ("processes left", host["processes"], 0),
            ("sent more than once too often", [words for words, times in often.items() if times not in (1, 2)], []),
        )
        return [f"{what}: {is_} instead of {should}" for what, is_, should in facts if is_ != should]


def survey(course, count, operate):
    """operate(patient, i) for so many servers, some at a time. What they gave, what is wrong, and winsim's journal."""
    names = [f"k{number}.sim.example" for number in range(count)]
    hosts = [word for name in names for word in ("--host", f"{name}={course.scenario}")]
    with Fleet(*WIRE, *hosts) as fleet, concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
        patients = [Patient(fleet, name, course) for name in names]
        given = list(pool.map(operate, patients, itertools.count()))
        hosts = fleet.hosts()
        wrong = [
            f"{given[i]}: {complaint}; {patient.log}"
            for i, patient in enumerate(patients)
            for complaint in patient.complaints(hosts[patient.name])
        ]
        return given, wrong, fleet.journal()


def undisturbed(patient, _):
    patient.make_plan()
    code = patient.apply()
    assert code == patient.course.code, patient.log
    return patient.counts()


@unittest.skipIf(SANITIZED, "sanitizers bear no library that is loaded before them")
@unittest.skipUnless(MORTAL and Path(MORTAL).exists(), "needs the library that kills")
class Killed(unittest.TestCase):
    maxDiff = None

    def kill_each(self, course, kills):
        """One server a kill: planned, applied and killed there, resumed, and looked at."""

        def operate(patient, i):
            patient.make_plan()
            code = patient.apply(kills[i])
            verifies = patient.verifies()
            patient.finish()
            return str(kills[i]), code, verifies

        given, wrong, journal = survey(course, len(kills), operate)
        self.assertEqual([], wrong)
        self.assertEqual([], [kill for kill, _, verifies in given if not verifies], "the journal after the kill")
        lived = [kill for kill, code, _ in given if code != -signal.SIGKILL]
        self.assertEqual([], [kill for kill in lived if "sync" in kill], "every entry is written in every run")
        self.assertLess(len(lived), len(kills) // 4, f"most kills must have struck: {lived}")
        violations = [v for v in journal["violations"] if not v["rule"].endswith(".leaked")]
        self.assertEqual([], violations, "but for what the dead held")


class KilledAtEveryStep(Killed):
    @classmethod
    def setUpClass(cls):
        (cls.counts,), wrong, _ = survey(PLAIN, 1, undisturbed)
        assert not wrong, wrong

    def test_a_repair_takes_enough_steps_for_this_to_mean_something(self):
        self.assertGreaterEqual(self.counts["sync"], 7)  # start, two intents, two outcomes, result, end
        self.assertGreaterEqual(self.counts["send"], 20)

    def test_a_repair_that_was_killed_is_resumed_and_done_once(self):
        self.kill_each(PLAIN, every_kill(self.counts))

    def test_a_resume_that_was_killed_too_is_resumed_again(self):
        first = every_kill(self.counts)[::6]

        def second(i):
            call = ("send", "sync")[i % 2]
            return Kill(call, 1 + 3 * i % (4 if call == "sync" else self.counts["send"] // 2), ("before", "after")[i // 2 % 2])

        def operate(patient, i):
            patient.make_plan()
            patient.apply(first[i])
            code = patient.go_on(second(i))
            patient.finish()
            return str(first[i]), str(second(i)), code

        given, wrong, _ = survey(PLAIN, len(first), operate)
        self.assertEqual([], wrong)
        struck = [code for *_, code in given if code == -signal.SIGKILL]
        self.assertGreater(len(struck), len(first) // 2)


@unittest.skipUnless(HURRIES, "needs faketime")
class KilledOnTheWayBack(Killed):
    """A repair that does not help is undone, which is as long a way again."""

    def test_a_rollback_whose_script_is_at_work_is_left_to_it(self):
        with Fleet("--host", "k0.sim.example=fix-stubborn") as fleet:

            def count(beginning):
                actions = fleet.host("k0.sim.example")["actions"]
                return sum(words.startswith(beginning) for words in actions)

            words = ("isolate", "--apply", "--yes", "--soak", "0")
            process = fleet.start(*words, command="fix", env=hurried(TIMES), start_new_session=True)
            wait_for(lambda: count("create ") == 2 and count("stop EventSystem") >= 2)
            process.kill()
            process.communicate()
            change = entries_of(fleet.store)[0]["change"]
            code, out, err = fleet.scan(change, "--yes", command="resume", env=hurried(TIMES))
            host = fleet.host("k0.sim.example")
            self.assertEqual((6, 2, 2), (code, host["restarts"], count("create ")), (out, err, host["actions"]))
            self.assertEqual([], host["stopped_services"])

    def test_a_repair_that_is_rolled_back_and_was_killed_is_resumed_and_done_once(self):
        (counts,), wrong, _ = survey(STUBBORN, 1, undisturbed)
        self.assertEqual([], wrong)
        kills = every_kill(counts)
        self.kill_each(STUBBORN, [k for k in kills if k.call == "sync"] + [k for k in kills if k.call == "send"][::9])


if __name__ == "__main__":
    unittest.main()
