"""Findings that somebody answers for: visible everywhere, out of the exit code, never for what was not checked."""

import contextlib
import datetime
import os
import sqlite3
import unittest

from fleet import Fleet, vssfleet

GONE, SHARED, DARK = "gone.sim.example", "shared.sim.example", "dark.sim.example"


def day(days):
    return (datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days)).isoformat()


def section(name, hosts, verdicts, expires):
    return f'[waiver "{name}"]\nhosts = {hosts}\nverdicts = {verdicts}\nreason = next patch day\nowner = t.sato\nexpires = {expires}\n'


class Waivers(unittest.TestCase):
    def setUp(self):
        self.fleet = Fleet("--host", f"{GONE}=affected-2012r2-ja", "--host", f"{SHARED}=shared-2012r2-ja")
        self.addCleanup(self.fleet.__exit__)
        self.file = self.fleet.path / "waivers.conf"

    def scan(self, text, *arguments):
        self.file.write_text(text)
        return self.fleet.scan_records("--waivers", self.file, *arguments)

    def lint(self, *arguments):
        return vssfleet("waiver", "lint", "--waivers", self.file, "--store", self.fleet.store, *arguments)

    def test_a_waived_finding_is_seen_but_leaves_the_exit_code(self):
        code, records, lines = self.scan(section("W-1", GONE, "affected", day(6)))
        self.assertEqual(0, code)
        self.assertEqual("affected", records[GONE]["verdict"])
        self.assertEqual(
            {"id": "W-1", "reason": "next patch day", "ticket": None, "owner": "t.sato", "expires": day(6)}, records[GONE]["waiver"]
        )
        self.assertIsNone(records[SHARED]["waiver"])
        code, out, err = self.fleet.scan("--waivers", self.file)
        self.assertEqual(0, code)
        self.assertNotIn("WAIVER", err)
        self.assertIn("of these waived 1, 1 expires in 6 days", out)
        self.assertRegex(out, rf"GONE +1 +{GONE}")
        self.assertNotIn(f"Next: vssfleet show {GONE}", out)

    def test_it_is_for_these_servers_and_this_finding_only(self):
        for about, hosts, verdicts, code in (
            ("another server", SHARED, "affected", 3),
            ("another finding", GONE, "at_risk", 3),
            ("all of the group", "*.sim.example", "affected", 0),
            ("all but this one", f"*:!{GONE}", "affected", 3),
        ):
            with self.subTest(about):
                self.assertEqual(code, self.scan(section("W", hosts, verdicts, day(60)))[0])

    def test_a_store_with_groups_that_are_none_is_refused(self):
        self.scan(section("W-1", GONE, "affected", day(60)))
        with contextlib.closing(sqlite3.connect(self.fleet.store)) as store, store:
            store.execute("UPDATE host_result SET record = json_set(record, '$.host.groups', json('[7]'))")
        code, _, err = self.lint()
        self.assertEqual(2, code, err)
        self.assertIn("a record cannot be read", err)

    def test_what_a_policy_makes_a_finding_can_be_waived_too(self):
        text = section("W-1", GONE, "affected", day(60))
        self.assertEqual(3, self.scan(text, "--isolate-required")[0])
        self.assertEqual(0, self.scan(text + section("W-2", SHARED, "shared", day(60)), "--isolate-required")[0])
        self.assertEqual(3, self.scan(text + section("W-2", SHARED, "shared", day(-1)), "--isolate-required")[0])

    def test_an_expired_one_is_a_finding_again_and_loud(self):
        self.assertEqual(0, self.scan(section("W-1", GONE, "affected", day(1)))[0])
        self.file.write_text(section("W-1", GONE, "affected", day(-1)))
        code, out, err = self.fleet.scan("--waivers", self.file)
        self.assertEqual(3, code)
        self.assertIn('WAIVER EXPIRED: "W-1" of t.sato', err)
        self.assertNotIn("waived", out)
        code, out, err = self.lint()
        self.assertEqual((3, ""), (code, err))
        self.assertIn("W-1: EXPIRED", out)

    def test_what_was_not_checked_cannot_be_waived(self):
        for verdict in ("unknown", "unreachable"):
            self.file.write_text(section("W-1", "*", verdict, day(5)))
            code, _, err = self.fleet.scan("--waivers", self.file)
            self.assertEqual(2, code)
            self.assertIn("waivers.conf:2:", err)
            self.assertIn("cannot be waived", err)
            self.assertEqual(2, self.lint()[0])

    def test_a_server_that_cannot_be_checked_is_not_covered_by_a_waiver_of_its_finding(self):
        (self.fleet.path / "dark.ini").write_text(f"{DARK} ansible_host=127.0.0.1 ansible_port=1\n")
        code, records, _ = self.scan(section("W-1", "*", "affected,shared", day(5)), "-i", self.fleet.path / "dark.ini")
        self.assertEqual((4, "unreachable", None), (code, records[DARK]["verdict"], records[DARK]["waiver"]))
        self.assertEqual("W-1", records[GONE]["waiver"]["id"])

    def test_lint_names_what_no_server_uses(self):
        text = section("used", GONE, "affected", day(90)) + section("typo", "gone.sim.exmaple", "affected", day(90))
        text += section("healed", SHARED, "affected", day(20))
        self.scan(text)
        code, out, err = self.lint()
        self.assertEqual((0, ""), (code, err))
        self.assertNotIn("used:", out.replace("unused:", ""))
        self.assertIn("typo: unused: its hosts select none of 2 servers", out)
        self.assertIn("healed: unused: none of its 1 servers", out)
        self.assertIn("healed: expires in 20 days", out)

    def test_they_are_added_listed_and_removed(self):
        words = ["--hosts", GONE, "--verdicts", "affected", "--reason", "next patch day", "--owner", "t.sato", "--waivers", self.file]
        code, out, err = vssfleet("waiver", "add", "W-1", *words, "--expires", day(10), "--ticket", "CHG1")
        self.assertEqual((0, ""), (code, err), out)
        before = self.file.read_text()
        self.assertEqual(2, vssfleet("waiver", "add", "W-1", *words, "--expires", day(10))[0])
        self.assertEqual(2, vssfleet("waiver", "add", "W-2", *words, "--expires", day(400))[0])
        self.assertEqual(2, vssfleet("waiver", "add", "W-3", *words)[0])
        self.assertEqual(before, self.file.read_text())
        code, out, _ = vssfleet("waiver", "list", "--waivers", self.file)
        self.assertEqual(0, code)
        for word in ("W-1", "holds", "t.sato", "CHG1", GONE, day(10)):
            self.assertIn(word, out)
        self.assertEqual(0, self.fleet.scan("--waivers", self.file)[0])
        self.assertEqual(0, vssfleet("waiver", "rm", "W-1", "--waivers", self.file)[0])
        self.assertEqual(2, vssfleet("waiver", "rm", "W-1", "--waivers", self.file)[0])
        self.assertEqual(3, self.fleet.scan("--waivers", self.file)[0])

    def test_the_file_beside_the_configuration_is_found(self):
        directory = self.fleet.path / "config" / "vssfleet"
        directory.mkdir(parents=True)
        (directory / "waivers.conf").write_text(section("W-1", GONE, "affected", day(60)))
        environment = {**os.environ, "XDG_CONFIG_HOME": str(self.fleet.path / "config")}
        self.assertEqual(0, self.fleet.scan(env=environment)[0])
        self.assertEqual(3, self.fleet.scan()[0])

    def test_a_repair_leaves_waived_servers_alone(self):
        self.file.write_text(section("W-1", GONE, "affected", day(60)))
        store = self.fleet.place("repairs")
        code, out, err = self.fleet.fix("isolate", "--waivers", self.file, "-l", GONE, store=store)
        self.assertIn('waiver "W-1" of t.sato', out + err)
        self.assertNotIn("Plan     1 ", out)
        code, out, err = self.fleet.fix("isolate", "--waivers", self.file, "-l", GONE, "--include-waived", store=store)
        self.assertEqual(0, code, err)
        self.assertNotIn("W-1", out + err)
        self.assertIn("Share Process", out)


if __name__ == "__main__":
    unittest.main()
