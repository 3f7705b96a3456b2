"""`fix` on one server at a time that behaves in its own way: what is reported, in which words, and how the server is left."""

import concurrent.futures
import unittest
from typing import NamedTuple

from fleet import HURRIES, Fleet, hurried, results_of, wait_for

AT_A_TIME = 8
LONG, ENDLESS = 1, 2  # those are left out where clocks cannot go faster
TIMES = {0: 5, LONG: 20, ENDLESS: 20} if HURRIES else {0: 1, LONG: 1}  # so much faster both sides' clocks go
OWN, SHARE = "Own Process", "Share Process"


class Row(NamedTuple):
    scenario: str
    result: str | None  # None: it was not begun
    code: int  # exit code
    words: tuple = ()  # of the message
    options: tuple = ()
    action: str = "isolate"
    step: str | None = None  # where it failed
    number: int | None = None  # with which Windows code
    reason: str | None = None
    type: str = OWN  # of EventSystem, afterwards
    restarts: int = 1
    state: str = "Running"
    goes_on: bool = False  # its own script was still at work when the result was told: what it made is left
    takes: int = 0  # LONG, ENDLESS

    def __str__(self):
        return " ".join((self.action, self.scenario, *self.options))


def deferred(scenario, reason, *words, options=(), action="isolate", type=SHARE):
    return Row(scenario, None, 8, words, options, action, reason=reason, type=type, restarts=0)


def failed(scenario, step, number, *words, **more):
    return Row(scenario, "fix_failed", 6, words, step=step, number=number, **more)


ROLLED_BACK = {"step": "verify", "type": SHARE, "restarts": 2, "takes": LONG}

# fmt: off
ROWS = (
    # It helps.
    Row("fix-plain", "fixed", 0),
    Row("fix-plain-ja", "fixed", 0),
    Row("fix-2016", "fixed", 0),
    Row("fix-2019-grouped", "fixed", 0),
    Row("fix-pending", "fixed", 0),
    Row("fix-sql-dependent", "fixed", 0),
    Row("fix-dfsr", "fixed", 0, options=("--allow-role",)),
    Row("fix-cluster", "fixed", 0, options=("--allow-cluster",)),
    Row("fix-reboot-pending", "fixed", 0, options=("--allow-pending-reboot",)),
    Row("fix-plain", "fixed", 0, action="restart-group", type=SHARE),
    Row("fix-plain", "fixed", 0, action="reboot", type=SHARE, restarts=0),
    Row("fix-plain", "fixed", 0, options=("--soak", "120s"), takes=LONG),
    Row("shared-2016", "fixed", 0, options=("--force",)),
    Row("shared-2016", "fixed", 0, options=("--isolate-required",)),
    Row("fix-plain", "fix_pending", 0, ("takes effect when EventSystem starts next",), ("--no-restart",), restarts=0),
    # With difficulties.
    Row("fix-slow-stop", "fixed", 0),
    Row("fix-start-fails", "fixed", 0, takes=LONG),
    Row("fix-late-dependent", "fixed", 0),
    Row("fix-dies", "fixed", 0),
    Row("fix-cut-shell", "fixed", 0),
    Row("fix-script-killed", "fixed", 0),
    Row("fix-slow-boot", "fixed", 0, action="reboot", type=SHARE, restarts=0, takes=LONG),
    # Half.
    Row("fix-partly", "fixed_partial", 4, ("System Writer", "CryptSvc", "WMI Writer", "Winmgmt"), takes=LONG),
    # It does not help, or cannot be done.
    Row("fix-stubborn", "rolled_back", 6, ("rolled back",), **ROLLED_BACK),
    failed("fix-stubborn", "verify", None, "still no writer", "reboot the server", options=("--no-rollback",), takes=LONG),
    failed("fix-denied", "change", 5, "may not configure", type=SHARE, restarts=0),
    failed("fix-change-87", "change", 87, "87", type=SHARE, restarts=0),
    failed("fix-create-denied", "stop", 2, "Win32_Process.Create", restarts=0),
    failed("fix-stop-denied", "stop", 5, "may not stop", restarts=0),
    failed("fix-hanging-stop", "stop", 1061, "reboot the server", goes_on=True, takes=LONG),
    failed("fix-dependent-hangs", "stop", 1061, "SENS", "reboot the server", restarts=0, goes_on=True, takes=LONG),
    failed("fix-backup-meets", "verify", None, "not rolled back: a backup is running", takes=LONG),
    failed("fix-start-never", "start", None, "have not all started", state="Stopped", type=SHARE, goes_on=True, takes=ENDLESS),
    failed("fix-relapse", "soak", None, "after the soak", options=("--soak", "120s"), takes=LONG),
    failed("fix-never-returns", "reboot", None, "has not come back", options=("--reboot-timeout", "200s"), action="reboot",
           type=SHARE, restarts=0, takes=ENDLESS, goes_on=True),
    # Not now.
    deferred("fix-dfsr", "role", "DFSR", "DHCPServer", "--allow-role"),
    deferred("fix-wins", "role", "WINS"),
    deferred("fix-cluster", "cluster", "--allow-cluster"),
    deferred("fix-busy", "backup", "a backup is running"),
    deferred("fix-backup-soon", "backup", "a backup begins at"),
    Row("fix-backup-starts", "deferred", 4, ("backup",), reason="backup", type=SHARE, restarts=0),
    deferred("fix-sql-dependent", "role", "AcmeAgent", options=("--protect", "Acme*")),
    deferred("fix-reboot-pending", "pending_reboot", "waits for a reboot"),
    deferred("fix-reboot-required", "pending_reboot", "waits for a reboot"),
    deferred("fix-users", "users", "in 2 sessions", action="reboot"),
    deferred("fix-shell-disabled", "unchecked", "could not be checked"),
    deferred("fix-start-disabled", "disabled", "start= auto"),
    deferred("writers-missing-typelib", "cause", "TypeLib"),
    deferred("shared-2016", "verdict", "--force"),
    # Nothing to do.
    Row("fix-isolated", None, 0, ("already isolated",), reason="isolated", restarts=0),
    Row("healthy-2019-en", None, 0, ("nothing to repair",), reason="isolated", type=SHARE, restarts=0),
)
# fmt: on


class EachServer(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        """What is long is played by a fleet of its own, whose clock goes faster; for what is endless nobody waits."""
        cls.rows = {f"r{i}.sim.example": row for i, row in enumerate(ROWS) if HURRIES or row.takes < ENDLESS}
        played = {takes: cls.start(takes) for takes in TIMES}
        cls.fleets = {name: played[row.takes] for name, row in cls.rows.items()}
        with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
            longest_first = sorted(cls.rows, key=lambda name: -cls.rows[name].takes)
            cls.ran = dict(zip(longest_first, pool.map(cls.repair, longest_first)))
        wait_for(lambda: not any(played[takes].journal()["processes_running"] for takes in (0, LONG)), 400)
        fleets = played.values()
        cls.results = {name: results_of(fleet.place(name)).get(name) for name, fleet in cls.fleets.items()}
        cls.hosts = {name: host for fleet in fleets for name, host in fleet.hosts().items()}
        cls.violations = [violation for fleet in fleets for violation in fleet.journal()["violations"]]

    @classmethod
    def start(cls, takes):
        rows = {name: row for name, row in cls.rows.items() if row.takes == takes}
        hosts = [word for name, row in rows.items() for word in ("--host", f"{name}={row.scenario}")]
        fleet = Fleet("--time-scale", TIMES[takes], *hosts)
        cls.addClassCleanup(fleet.__exit__)
        return fleet

    @classmethod
    def repair(cls, name):
        row, fleet = cls.rows[name], cls.fleets[name]
        words = ("-l", name, "--apply", "--yes", "--soak", "0", *row.options)
        environment = hurried(TIMES[row.takes])
        return fleet.fix(row.action, *words, store=fleet.place(name), env=environment, start_new_session=True)

    def each(self, check, rows=lambda row: True):
        for name, row in self.rows.items():
            if rows(row):
                with self.subTest(str(row)):
                    check(name, row)

    def test_the_exit_code(self):
        self.each(lambda name, row: self.assertEqual(row.code, self.ran[name][0], self.ran[name]))

    def test_the_result_says_where_and_with_which_code_it_failed(self):
        def check(name, row):
            result = self.results[name] or dict.fromkeys(("result", "step", "code"))
            expected = (row.result, row.step, row.number)
            self.assertEqual(expected, (result["result"], result["step"], result["code"]), result)

        self.each(check)

    def test_the_message_has_the_decisive_words(self):
        def check(name, row):
            result = self.results[name]
            text = result["message"] if result else self.ran[name][1]
            self.assertEqual([], [word for word in row.words if word not in text], text)
            self.assertIn(name, self.ran[name][1])

        self.each(check)

    def test_a_reason_not_to_begin_is_named_and_nothing_is_changed(self):
        def check(name, row):
            self.assertIn(f"({row.reason})", self.ran[name][1])
            self.assertEqual(0, self.hosts[name]["mutating"], self.hosts[name]["actions"])

        self.each(check, lambda row: row.reason)

    def test_the_servers_are_left_as_reported(self):
        def check(name, row):
            eventsystem = self.hosts[name]["eventsystem"]
            expected = (row.type, row.state, row.restarts)
            self.assertEqual(expected, (eventsystem["type"], eventsystem["state"], self.hosts[name]["restarts"]), self.ran[name])

        self.each(check)

    def test_no_service_is_left_stopped(self):
        def check(name, _):
            self.assertEqual([], self.hosts[name]["stopped_services"], self.hosts[name]["actions"])

        self.each(check, lambda row: row.state == "Running")

    def test_no_file_and_no_shell_is_left(self):
        def check(name, _):
            self.assertEqual(([], 0), (self.hosts[name]["files"], self.hosts[name]["open_shells"]), self.hosts[name]["actions"])

        self.each(check, lambda row: not row.goes_on)

    def test_winsim_saw_no_violation(self):
        self.assertEqual([], self.violations)

    def test_before_and_after_are_in_the_result(self):
        def check(name, row):
            before, after = self.results[name]["before"], self.results[name]["after"]
            self.assertEqual((row.type, "Running"), (after["service_type"], after["state"]))
            self.assertNotEqual((before["pid"], before["last_boot"]), (after["pid"], after["last_boot"]))
            self.assertEqual(self.hosts[name]["eventsystem"]["pid"], after["pid"])
            self.assertGreater(len(after["writers"]), 0)
            self.assertGreaterEqual(len(after["writers"]), len(before["writers"]))

        self.each(check, lambda row: row.result in ("fixed", "fixed_partial"))


if __name__ == "__main__":
    unittest.main()
