"""200 servers, some of which resist in their own ways, through the rings: planned, applied, reported, and left alone."""

import csv
import json
import unittest
from collections import Counter
from html.parser import HTMLParser

from fleet import HURRIES, Fleet, entries_of, hurried, results_of, vssfleet, wait_for

HOSTS = 200
TIMES = 20
PATIENCE = ("--timeout", "100s")  # for a connection: what is little in hurried time is too little for a busy machine
SHORT = ("--restart-timeout", "60s", "--verify-timeout", "30s")  # no batch waits longer for those that resist
FIXED = "fixed"
# What becomes of the servers of each scenario; "deferred" and "skipped" are not planned, "dropped" is so after it.
EXPECTED = {
    "fix-pending": FIXED,
    "fix-pending-gone": FIXED,
    "fix-plain": FIXED,
    "fix-plain-ja": FIXED,
    "fix-2016": FIXED,
    "fix-2016-ja": FIXED,
    "fix-2019-grouped": FIXED,
    "fix-dfsr": "deferred",
    "fix-wins": "deferred",
    "fix-sql-dependent": FIXED,
    "fix-cluster": "deferred",
    "fix-stubborn": "rolled_back",
    "fix-partly": "fixed_partial",
    "fix-relapse": FIXED,  # it relapses later than this looks
    "fix-denied": "fix_failed",
    "fix-stop-denied": "fix_failed",
    "fix-create-denied": "fix_failed",
    "fix-change-87": "fix_failed",
    "fix-slow-stop": FIXED,
    "fix-hanging-stop": "fix_failed",
    "fix-start-fails": FIXED,
    "fix-start-never": "fix_failed",
    "fix-late-dependent": FIXED,
    "fix-dies": FIXED,
    "fix-cut-shell": FIXED,
    "fix-script-killed": FIXED,
    "fix-busy": "deferred",
    "fix-backup-starts": "dropped",
    "fix-isolated": "skipped",
    "fix-isolated-ja": "skipped",
    "fix-shell-disabled": "deferred",
    "fix-reboot-pending": "deferred",
    "fix-reboot-required": "deferred",
    "fix-slow-boot": FIXED,
}
PLANNED = {FIXED, "fixed_partial", "rolled_back", "fix_failed", "dropped"}
DROPPED = "deferred"  # is the result of those
TWICE = {"rolled_back"}  # repaired and undone
MAY_STAY_DOWN = {"fix-start-never"}
GO_ON = {"fix-hanging-stop", "fix-start-never"}  # their own scripts are at work when the result is told
RELAPSES = "fix-relapse"


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.text, self.open = "", []
        self.feed(text)

    def handle_data(self, data):
        self.text += data


@unittest.skipUnless(HURRIES, "two minutes of waiting in every batch: needs faketime")
class Rollout(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.fleet = Fleet("--fleet", HOSTS, "--mix", "fix", "--time-scale", TIMES)
        cls.addClassCleanup(cls.fleet.__exit__)
        cls.plan = cls.fleet.path / "the.plan"
        cls.scenarios = {name: host["scenario"] for name, host in cls.fleet.hosts().items()}
        cls.expected = {name: EXPECTED.get(scenario) for name, scenario in cls.scenarios.items()}
        cls.planned = cls.isolate("--plan-out", cls.plan, "--max-fail", "100%", "--soak", "0")
        cls.before_apply = cls.fleet.journal()
        cls.applied = cls.isolate("--plan", cls.plan, "--apply", "--yes", "--ticket", "CHG0041234", *SHORT)
        wait_for(lambda: not cls.fleet.journal()["processes_running"], 60)
        cls.results = results_of(cls.fleet.store)
        cls.hosts = cls.fleet.hosts()
        cls.journal = cls.fleet.journal()
        cls.fleet.post("/quiet")
        done = cls.fleet.path / "done"
        good = [name for name, to in cls.expected.items() if to in (FIXED, "skipped") and cls.scenarios[name] != RELAPSES]
        done.write_text("\n".join(good) + "\n")
        cls.again = cls.isolate("-l", f"@{done}", "--apply", "--yes", "--soak", "0")
        cls.same_plan = cls.isolate("--plan", cls.plan, "--apply", "--yes")
        cls.after_again = cls.fleet.journal()

    @classmethod
    def isolate(cls, *arguments):
        code, out, err = cls.fleet.fix("isolate", *PATIENCE, *arguments, env=hurried(TIMES), start_new_session=True, timeout=600)
        return code, out + err

    def test_every_scenario_has_its_outcome_here(self):
        self.assertEqual(set(), set(self.scenarios.values()) - set(EXPECTED))
        for kind in ("fixed", "fixed_partial", "rolled_back", "fix_failed", "deferred", "skipped", "dropped"):
            self.assertIn(kind, self.expected.values())

    def test_the_dry_run_changed_nothing_and_the_plan_names_who_can_be_repaired(self):
        self.assertEqual(0, self.before_apply["mutating_requests"])
        planned = {host["name"] for host in json.loads(self.plan.read_text())["hosts"]}
        self.assertEqual({name for name, to in self.expected.items() if to in PLANNED}, planned)

    def test_every_server_has_the_result_that_its_scenario_deserves(self):
        wrong = []
        for name, to in self.expected.items():
            result = self.results.get(name)
            got = result["result"] if result else None
            should = DROPPED if to == "dropped" else to if to in PLANNED else None
            if got != should:
                wrong.append((name, self.scenarios[name], should, got, result and result["message"]))
        self.assertEqual([], wrong)

    def test_some_failed_and_the_exit_code_says_so(self):
        self.assertEqual(6, self.applied[0], self.applied[1][-3000:])

    def test_no_service_is_stopped_anywhere(self):
        stopped = {
            name: host["stopped_services"]
            for name, host in self.hosts.items()
            if host["stopped_services"] and self.scenarios[name] not in MAY_STAY_DOWN
        }
        self.assertEqual({}, stopped)

    def test_no_server_was_restarted_twice(self):
        wrong = {}
        for name, host in self.hosts.items():
            most = 2 if self.expected[name] in TWICE else 1 if self.expected[name] in PLANNED else 0
            if host["restarts"] > most:
                wrong[name] = (self.scenarios[name], host["restarts"], host["actions"])
        self.assertEqual({}, wrong)

    def test_nothing_is_left_on_the_servers(self):
        left = {
            name: (self.scenarios[name], host["files"])
            for name, host in self.hosts.items()
            if host["files"] and self.scenarios[name] not in GO_ON
        }
        self.assertEqual({}, left)
        self.assertEqual(([], 0, 0), tuple(self.journal[key] for key in ("violations", "open_shells", "open_enumerations")))

    def test_a_second_run_changes_nothing(self):
        self.assertEqual(0, self.again[0], self.again[1])
        self.assertIn("skipped(isolated)", self.again[1])
        self.assertEqual(8, self.same_plan[0], self.same_plan[1])
        self.assertEqual(0, self.after_again["mutating_requests"])

    def test_rings_and_batches_are_kept(self):
        """Of each host the journal knows when it began and when it ended: at most twenty at once, one at first."""
        entries = entries_of(self.fleet.store)
        moments = []
        for name, result in self.results.items():
            begun = [e["seq"] for e in entries if e.get("host") == name and e["type"] == "change_intent"]
            if begun:
                moments += [(begun[0], 1), (result["seq"], -1)]
        at_once, most, begun, most_begun_before_end = 0, 0, 0, 0
        for _, step in sorted(moments):
            at_once += step
            most = max(most, at_once)
            begun += step > 0
            if step < 0 and not most_begun_before_end:
                most_begun_before_end = begun
        self.assertLessEqual(most, 20)
        self.assertGreater(most, 5)
        self.assertEqual(1, most_begun_before_end, "the canary is alone")

    def test_the_journal_verifies_and_each_act_has_its_intent_before_it(self):
        code, out, err = vssfleet("journal", "verify", "--store", self.fleet.store)
        self.assertEqual(0, code, out + err)
        open_acts = Counter()
        for entry in entries_of(self.fleet.store):
            if entry["type"] == "change_intent":
                open_acts[entry["host"], entry["act"]] += 1
            elif entry["type"] == "change_outcome":
                open_acts[entry["host"], entry["act"]] -= 1
        self.assertEqual({0}, set(open_acts.values()))

    def test_the_reports_of_the_change_say_the_same(self):
        folder = self.fleet.path / "changes" / entries_of(self.fleet.store)[0]["change"]
        planned = {name for name, to in self.expected.items() if to in PLANNED}
        self.assertEqual(0o700, folder.stat().st_mode & 0o777)

        with (folder / "changes.csv").open(encoding="utf-8-sig", newline="") as table:
            rows = {row["host"]: row for row in csv.DictReader(table)}
        self.assertEqual(planned, set(rows))
        for name, row in rows.items():
            if name in self.results:
                self.assertEqual((self.results[name]["result"], self.results[name]["message"]), (row["result"], row["message"]))

        records = [json.loads(line) for line in (folder / "changes.ndjson").read_text().splitlines()]
        self.assertEqual(("change_start", "change_end"), (records[0]["type"], records[-1]["type"]))
        self.assertEqual(planned, {record["host"] for record in records[1:-1]})

        page = Page((folder / "change.html").read_text()).text
        for name in planned:
            self.assertIn(name.split(".")[0], page)
        self.assertIn("CHG0041234", page)


if __name__ == "__main__":
    unittest.main()
