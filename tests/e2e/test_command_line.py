"""What users type wrong, what is missing, what must not leak: one clear line and the right exit code."""

import csv
import io
import json
import os
import shlex
import sqlite3
import subprocess
import tempfile
import unittest
from pathlib import Path

from fleet import VSSFLEET, Fleet, vssfleet


class Usage(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.path = Path(self.directory.name)
        self.environment = {**os.environ, "HOME": str(self.path), "XDG_STATE_HOME": str(self.path)}
        self.password = self.file("password", "not-a-secret\n", 0o600)

    def file(self, name, text, mode=0o644):
        path = self.path / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def refused(self, *arguments, says, code=2):
        got, out, err = vssfleet(*arguments, env=self.environment)
        self.assertEqual((code, ""), (got, out), err)
        for word in [says] if isinstance(says, str) else says:
            self.assertIn(word, err)
        self.assertLessEqual(len(err.strip().splitlines()), 3, err)

    def test_unknown_words_are_answered_by_what_was_probably_meant(self):
        self.refused("scna", says='did you mean "scan"')
        self.refused("scan", "--forsk", "3", "srv1", says="did you mean --forks")
        self.refused("scan", "-F", "htlm", "srv1", says="html")
        self.refused("scan", "--fail-on", "afected", "srv1", says="did you mean affected")

    def test_a_password_in_argv_is_refused(self):
        self.refused("scan", "--password", "x", "srv1", says="--password-file")
        self.refused("scan", "--password=x", "srv1", says="--password-file")
        self.refused("scan", "--proxy", "http://u:p@proxy", "--user", "u", "--password-file", self.password, "srv1", says="process list")

    def test_zero_hosts_is_not_success(self):
        empty = self.file("empty.ini", "# nobody\n")
        self.refused("scan", "-i", empty, says="no hosts")
        self.refused("scan", "srv1", "-l", "nosuch*", says="selects none of 1")
        self.refused("scan", says="no targets")

    def test_a_malformed_inventory_names_file_and_line(self):
        bad = self.file("bad.ini", "[tyo]\nsrv1 ansible_port=99999\n")
        self.refused("hosts", "-i", bad, says="bad.ini:2:")
        self.refused("hosts", "-i", self.path / "nosuch", says="nosuch")

    def test_a_password_file_that_others_can_read_is_refused(self):
        self.refused("scan", "--user", "u", "--password-file", self.file("open", "x", 0o644), "srv1", says=["open", "chmod 600"])
        self.refused("scan", "--user", "u", "--password-file", self.path / "nosuch", "srv1", says="nosuch")

    def test_clear_text_needs_to_be_spelled_out(self):
        self.refused("scan", "--scheme", "http", "--auth", "basic", "--user", "u", "--password-file", self.password, "srv1", says="--insecure-plaintext")

    def test_bad_values(self):
        for option, value in (("--since", "7x"), ("--forks", "0"), ("--forks", "many"), ("--port", "70000"), ("--min-coverage", "101")):
            with self.subTest(option):
                self.refused("scan", option, value, "srv1", says=option)

    def test_every_command_explains_itself(self):
        for command in ("scan", "ping", "doctor", "hosts", "report", "show", "runs", "examine"):
            with self.subTest(command):
                code, out, err = vssfleet(command, "--help", env=self.environment)
                self.assertEqual((0, ""), (code, err))
                self.assertIn(f"vssfleet {command}", out)

    def test_no_stored_run(self):
        self.refused("report", "--store", self.path / "s.db", "-o", self.path / "r", says="run")
        self.refused("show", "srv1", "--store", self.path / "s.db", says="run")

    def test_a_store_of_a_newer_version_is_refused(self):
        store = self.path / "s.db"
        self.assertEqual(0, vssfleet("runs", "--store", store)[0])
        with sqlite3.connect(store) as database:
            database.execute("PRAGMA user_version = 9999")
        self.refused("runs", "--store", store, says=["9999", "newer"], code=1)

    def test_hosts_folds_and_counts(self):
        self.assertEqual((0, "srv[001-120].corp.example\n", ""), vssfleet("hosts", "srv[001-120].corp.example", "--fold"))
        self.assertEqual((0, "120\n", ""), vssfleet("hosts", "srv[001:120].corp.example", "--count"))

    def test_examine_judges_a_saved_output(self):
        banner = "vssadmin 1.1 - \u30dc\u30ea\u30e5\u30fc\u30e0\r\n(C) Copyright 2001-2013 Microsoft Corp.\r\n\r\n"
        writer = (
            "\u30e9\u30a4\u30bf\u30fc\u540d: 'System Writer'\r\n"
            "   \u30e9\u30a4\u30bf\u30fc Id: {e8132975-6f93-4464-a53e-1050253ae220}\r\n"
            "   \u30a4\u30f3\u30b9\u30bf\u30f3\u30b9 Id: {11111111-2222-3333-4444-555555555555}\r\n"
            "   \u72b6\u614b: [%s] \u5b89\u5b9a\r\n   \u6700\u5f8c\u306e\u30a8\u30e9\u30fc: \u30a8\u30e9\u30fc\u306a\u3057\r\n\r\n"
        )
        for about, text, outcome, code in (
            ("none, or cut behind the banner", banner, "empty_unverified", 4),
            ("one stable, or cut behind the first", banner + writer % 1, "partial", 4),
            ("one failed", banner + writer % 10, "partial", 3),
            ("nothing", "", "unreadable", 4),
            ("something else", "Hello\r\n", "unreadable", 4),
        ):
            for encoding in ("utf-8", "cp932", "utf-16"):
                with self.subTest(about, encoding=encoding):
                    saved = self.path / "saved.txt"
                    saved.write_bytes(text.encode(encoding))
                    got, out, err = vssfleet("examine", "--vssadmin", saved)
                    self.assertEqual((code, f"outcome\t{outcome}"), (got, out.splitlines()[0]), out + err)
                    self.assertEqual(code == 4 and outcome != "unreadable", "--script" in err, err)


class Output(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.fleet = Fleet("--fleet", 40, "--host", "hostile.sim.example=hostile-texts")
        cls.addClassCleanup(cls.fleet.__exit__)
        cls.report = cls.fleet.path / "report"
        cls.code, cls.out, cls.err = cls.fleet.scan("-F", "html,csv,ndjson,json", "-o", cls.report)

    def test_the_report_directory_holds_what_the_manual_says(self):
        self.assertEqual(
            {"report.html", "hosts.csv", "writers.csv", "events.csv", "services.csv", "changes.csv", "results.ndjson", "results.json"},
            {path.name for path in self.report.iterdir()},
        )
        for path in self.report.iterdir():
            self.assertEqual(0o600, path.stat().st_mode & 0o777, path)

    def test_every_format_has_every_host(self):
        records = [json.loads(line) for line in (self.report / "results.ndjson").read_text().splitlines()]
        names = {r["host"]["name"] for r in records if r["type"] == "host"}
        rows = list(csv.DictReader(io.StringIO((self.report / "hosts.csv").read_bytes().decode("utf-8-sig"))))
        self.assertEqual(set(self.fleet.hosts()), names)
        self.assertEqual(names, {row["host"] for row in rows})
        self.assertEqual("run_end", records[-1]["type"])
        self.assertEqual(len(names), len(json.loads((self.report / "results.json").read_text())["hosts"]))

    def test_a_stored_run_is_written_again_byte_for_byte(self):
        again = self.fleet.path / "again"
        code, _, err = vssfleet("report", "--store", self.fleet.store, "-F", "html,csv,ndjson,json", "-o", again)
        self.assertEqual(0, code, err)
        for path in self.report.iterdir():
            self.assertEqual(path.read_bytes(), (again / path.name).read_bytes(), path.name)

    def test_the_summary_folds_names_and_says_what_to_do_next(self):
        self.assertRegex(self.out, r"GONE +\d+ .*srv-")
        self.assertIn("Coverage", self.out)
        self.assertIn("Report", self.out)
        self.assertIn("Next: vssfleet show", self.out)
        for control in (chr(c) for c in range(32) if c != 10):
            self.assertNotIn(control, self.out)

    def test_the_next_command_works_as_printed(self):
        command = self.out.split("Next: vssfleet ")[1].splitlines()[0]
        code, out, err = vssfleet(*shlex.split(command))
        self.assertEqual(0, code, err)
        self.assertIn("reason", out)

    def test_hostile_text_reaches_no_terminal_and_no_formula(self):
        code, out, err = vssfleet("show", "hostile.sim.example", "--store", self.fleet.store)
        self.assertEqual(0, code, err)
        self.assertNotIn("\x1b", out)
        for name in ("hosts.csv", "writers.csv", "events.csv", "services.csv", "changes.csv"):
            for row in csv.reader(io.StringIO((self.report / name).read_bytes().decode("utf-8-sig"))):
                for field in row:
                    self.assertFalse(field.startswith(("=", "+", "@", "\t", "\r")), (name, field))

    def test_the_password_is_in_no_file(self):
        password = self.fleet.password.encode()
        needles = [password, password.decode().encode("utf-16-le")]
        for path in [*self.report.iterdir(), *self.fleet.path.glob("store.db*")]:
            for needle in needles:
                self.assertNotIn(needle, path.read_bytes(), path)
        self.assertNotIn(self.fleet.password, self.out + self.err)

    def test_an_output_that_cannot_be_written_is_exit_1_and_keeps_the_run(self):
        blocked = self.fleet.path / "blocked"
        blocked.write_text("a file, not a directory")
        code, _, err = vssfleet("report", "--store", self.fleet.store, "-o", blocked / "below")
        self.assertEqual(1, code)
        self.assertIn("blocked", err)

    def test_stdout_that_is_full_is_an_error(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                [VSSFLEET, "report", "--store", self.fleet.store, "-F", "csv", "-o", "-"], stdout=full, stderr=subprocess.PIPE
            )
        self.assertEqual(1, done.returncode, done.stderr)


if __name__ == "__main__":
    unittest.main()
