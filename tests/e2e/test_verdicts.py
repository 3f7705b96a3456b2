"""Every scenario of the simulated hosts gets the verdict that its documents ask for, and leaves nothing behind."""

import subprocess
import unittest

from fleet import WINSIM, Fleet

AUDIT_REQUESTS_MAX = 9  # Basic over HTTPS, DESIGN section 9


def scenarios():
    """Name of each scenario and the verdicts that are true of it."""
    listed = subprocess.run([WINSIM, "--scenarios"], capture_output=True, text=True, check=True).stdout
    return {name: verdicts.split("|") for name, verdicts in (line.split() for line in listed.splitlines())}


class Verdicts(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.scenarios = {f"{name}.sim.example": verdicts for name, verdicts in scenarios().items()}
        hosts = [word for name in cls.scenarios for word in ("--host", f"{name}={name.split('.')[0]}")]
        cls.fleet = Fleet("--time-scale", "0.01", *hosts)
        cls.addClassCleanup(cls.fleet.__exit__)
        cls.code, cls.records, cls.lines = cls.fleet.scan_records(
            "--forks", 32, "--timeout", "5s", "--vssadmin-timeout", "12s", "--host-timeout", "40s", "--operation-timeout", "60s"
        )
        cls.journal = cls.fleet.journal()

    def test_every_host_has_a_record_and_the_expected_verdict(self):
        wrong = [
            f"{name}: {r['verdict'] if r else 'no record'} instead of {verdicts}: {r and r['reason']} {r and r['errors']}"
            for name, verdicts in self.scenarios.items()
            for r in [self.records.get(name)]
            if not r or r["verdict"] not in verdicts
        ]
        self.assertEqual([], wrong)

    def test_all_ten_verdicts_occur(self):
        self.assertEqual(
            {"affected", "writers_missing", "vss_fault", "fix_pending", "at_risk", "busy", "shared", "healthy", "unknown",
             "unreachable"},
            {r["verdict"] for r in self.records.values()},
        )  # fmt: skip

    def test_the_published_failure_is_confirmed_in_japanese_and_english(self):
        for scenario in ("affected-2012r2-ja", "affected-2012r2-en", "affected-2012r2-ja-cp932"):
            with self.subTest(scenario):
                record = self.records[f"{scenario}.sim.example"]
                self.assertEqual("confirmed", record["confidence"])
                self.assertEqual({"match"}, set(record["checkpoints"].values()))
                self.assertEqual(["FontCache", "netprofm", "nsi"], record["eventsystem"]["shared_with"])
                self.assertIn("FontCache", record["reason"])
                self.assertEqual("empty", record["vss"]["outcome"])

    def test_findings_and_gaps_make_the_exit_code_5(self):
        self.assertEqual(5, self.code)

    def test_winsim_saw_no_violation_no_leak_and_no_change(self):
        self.assertEqual([], self.journal["violations"])
        self.assertEqual(0, self.journal["open_shells"])
        self.assertEqual(0, self.journal["open_enumerations"])
        self.assertEqual(0, self.journal["mutating_requests"])

    def test_a_full_audit_takes_at_most_nine_requests(self):
        for name, record in self.records.items():
            plain = record["verdict"] in ("healthy", "shared", "affected") and not record["fallbacks"]
            in_pieces = name.split(".")[0] in ("slow", "slow-bytes", "many-writers", "chopped-output")
            if plain and not in_pieces and not record["transport"]["retries"]:
                with self.subTest(name):
                    self.assertLessEqual(record["transport"]["requests"], AUDIT_REQUESTS_MAX)

    def test_a_host_that_was_not_proved_is_never_healthy_or_shared(self):
        for name, record in self.records.items():
            if record["verdict"] in ("healthy", "shared"):
                with self.subTest(name):
                    self.assertEqual("writers", record["vss"]["outcome"])
                    self.assertEqual("no_match", record["checkpoints"]["writers"])

    def test_unchecked_hosts_say_why(self):
        for name, record in self.records.items():
            if record["verdict"] in ("unknown", "unreachable"):
                with self.subTest(name):
                    self.assertTrue(record["reason"])
                    self.assertTrue(record["errors"] or record["vss"]["outcome"], record)


if __name__ == "__main__":
    unittest.main()
