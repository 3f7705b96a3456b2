"""What a server is measured by beside its own answers: what it showed before, and what the policy asks for."""

import unittest

from fleet import Fleet, vssfleet


class Expectations(unittest.TestCase):
    def test_a_writer_that_was_there_in_an_earlier_run_is_missed(self):
        with Fleet("--host", "a.sim.example=third-party") as fleet:
            _, before, _ = fleet.scan_records()
            self.assertIn(before["a.sim.example"]["verdict"], ("healthy", "shared"))
            fleet.post("/host/a.sim.example?scenario=healthy-2019-en")
            code, after, _ = fleet.scan_records()
            record = after["a.sim.example"]
            self.assertEqual((3, "vss_fault", "last_good_writer_missing"), (code, record["verdict"], record["cause"]))
            gone = {w["name"] for w in before["a.sim.example"]["vss"]["writers"]} - {w["name"] for w in record["vss"]["writers"]}
            self.assertTrue(gone and any(name in record["reason"] for name in gone), record["reason"])

    def test_without_a_store_nothing_is_remembered(self):
        with Fleet("--host", "a.sim.example=third-party") as fleet:
            fleet.store = "none"
            fleet.scan_records()
            fleet.post("/host/a.sim.example?scenario=healthy-2019-en")
            _, after, _ = fleet.scan_records()
            self.assertIn(after["a.sim.example"]["verdict"], ("healthy", "shared"))

    def test_a_policy_names_writers_that_must_be_there_and_what_is_a_finding(self):
        with Fleet("--host", "a.sim.example=healthy-2019-en", "--host", "b.sim.example=shared-2012r2-ja") as fleet:
            policy = fleet.path / "policy.ini"
            policy.write_text('isolate_required = yes\nevent_window = 14d\n[role "sql"]\nservice = EventSystem\nwriter = SqlServerWriter\n')
            code, records, lines = fleet.scan_records("--policy", policy)
            self.assertEqual(3, code)
            record = records["a.sim.example"]
            self.assertEqual(("vss_fault", "policy_writer_missing"), (record["verdict"], record["cause"]))
            self.assertIn("SqlServerWriter", record["reason"])
            self.assertEqual(14 * 24, lines[0]["meta"]["window_hours"])

    def test_show_tells_what_is_known_of_a_server(self):
        with Fleet("--host", "a.sim.example=affected-2012r2-ja") as fleet:
            fleet.scan_records()
            code, out, err = vssfleet("show", "a.sim.example", "--store", fleet.store)
            self.assertEqual((0, ""), (code, err))
            for text in ("affected", "writers", "environment", "events", "eventsystem", "0x800401fb", "FontCache", "basic"):
                self.assertIn(text, out)
            code, out, _ = vssfleet("show", "a.sim.example", "--raw", "--store", fleet.store)
            self.assertEqual(0, code)
            self.assertIn("vssadmin 1.1", out)


if __name__ == "__main__":
    unittest.main()
