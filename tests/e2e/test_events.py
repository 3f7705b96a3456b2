"""Events are read by whatever way is open: the shell, a subscription, WMI; each says the same, and which it was."""

import unittest

from fleet import Fleet

HOSTS = ("affected-2012r2-en", "read-only-account", "subscription-denied", "ntlogevent-quota", "shell-disabled")
NAMES = {name: f"{name}.sim.example" for name in HOSTS}


class Ways(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        hosts = [word for name in HOSTS for word in ("--host", f"{NAMES[name]}={name}")]
        cls.fleet = Fleet("--time-scale", "20", *hosts)
        cls.addClassCleanup(cls.fleet.__exit__)

    def setUp(self):
        for name in HOSTS:  # forgets what the looks of other tests made it log
            self.fleet.post(f"/host/{NAMES[name]}?scenario={name}")

    def scan(self, *arguments):
        _, records, _ = self.fleet.scan_records("--store", "none", *arguments)
        journal = self.fleet.journal()
        self.assertEqual([], journal["violations"])
        self.assertEqual(0, journal["open_subscriptions"])
        self.assertEqual(0, journal["open_enumerations"])
        self.assertEqual(0, journal["mutating_requests"])
        return {name: records[NAMES[name]] for name in HOSTS}

    def expect(self, records, ways):
        """ways: scenario -> the fallback that must be named, or None."""
        for name, way in ways.items():
            with self.subTest(name):
                self.assertEqual([way] if way else [], records[name]["fallbacks"], records[name]["errors"])
                events = records[name]["events"]
                if name != "shell-disabled":
                    self.assertEqual("match", records[name]["checkpoints"]["events"])
                    self.assertEqual({"8193": 8, "13": 8}, events["matching"])

    def test_where_the_shell_is_refused_a_subscription_and_then_wmi_tell(self):
        records = self.scan()
        self.expect(
            records,
            {
                "affected-2012r2-en": None,
                "read-only-account": "events by subscription",
                "subscription-denied": "events by WMI",
                "ntlogevent-quota": "events by subscription",
                "shell-disabled": "events by subscription",
            },
        )
        self.assertEqual("unknown", records["read-only-account"]["verdict"])
        self.assertEqual("match", records["read-only-account"]["checkpoints"]["eventsystem"])

    def test_no_event_is_proved_only_by_a_log_that_reaches_back(self):
        record = self.scan()["shell-disabled"]
        self.assertEqual("no_match", record["checkpoints"]["events"])
        self.assertIsNotNone(record["events"]["covered_from"])

    def test_by_subscription_as_it_was_asked_for(self):
        records = self.scan("--events", "subscribe")
        self.expect(
            records,
            {"read-only-account": None, "ntlogevent-quota": None, "subscription-denied": "events by WMI"},
        )
        self.assertEqual("affected", records["affected-2012r2-en"]["verdict"])
        self.assertTrue(records["affected-2012r2-en"]["events"]["live"])

    def test_by_wmi_as_it_was_asked_for(self):
        records = self.scan("--events", "wmi")
        self.expect(
            records,
            {
                "affected-2012r2-en": None,
                "read-only-account": None,
                "subscription-denied": None,
                "ntlogevent-quota": "events by subscription",
            },
        )

    def test_the_shell_only(self):
        records = self.scan("--events", "wevtutil")
        self.assertEqual("match", records["affected-2012r2-en"]["checkpoints"]["events"])
        self.assertEqual("unknown", records["read-only-account"]["checkpoints"]["events"])


class Daily(unittest.TestCase):
    def test_what_earlier_looks_provoked_is_no_failure(self):
        with Fleet("--time-scale", "20", "--host", "a.sim.example=affected-2012r2-ja") as fleet:
            looks = [fleet.scan_records()[1]["a.sim.example"] for _ in range(3)]
        for record in looks:
            self.assertEqual("affected", record["verdict"])
            self.assertTrue(record["events"]["live"])
            self.assertEqual({"8193": 8, "13": 8}, record["events"]["matching"])
        self.assertIn("by earlier looks", looks[-1]["reason"])


if __name__ == "__main__":
    unittest.main()
