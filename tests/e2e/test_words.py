#!/usr/bin/env python3
"""What vssfleet says in Japanese: everything, in columns; and what it must not say in Japanese: records, plans, formats."""

import os
import re
import tempfile
import unicodedata
import unittest
from pathlib import Path

from fleet import Fleet, vssfleet

JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
COMMANDS = ["scan", "ping", "fix", "resume", "rollback", "journal", "waiver", "schedule", "config", "hosts", "report", "show",
            "diff", "runs", "runs pin", "runs unpin", "runs gc", "runs verify", "runs export", "check", "examine", "doctor"]  # fmt: skip

# Names and tokens, which no language translates. Options, paths, addresses and what is in capitals need no mention.
TOKENS = set(
    # products, services and programs
    "Ansible Basic Excel Icinga JUnit Kerberos Nagios Prometheus Windows WinRM Zabbix vssfleet systemd journald syslog vssadmin "
    "wevtutil svchost swprv nsi FontCache netprofm EventSystem DHCPServer SqlServerWriter SQLWriter System Writer Server Standard cmd ini srv srv- auditor "
    # commands and their actions
    "scan ping fix resume rollback journal waiver schedule config hosts report show diff runs check examine doctor isolate "
    "restart-group reboot revert pin unpin gc verify export list lint add rm install remove "
    # what options take
    "auto all always none off plain tty text html csv json ndjson junit prom zabbix-lld zabbix-sender en ja http https basic "
    "certificate negotiate kerberos ntlm tls wmi shell subscribe problem problems changes latest profile change "
    # tokens of records and policies
    "affected writers_missing vss_fault fix_pending at_risk shared unknown verdict cause coverage not_checked event_window "
    "isolate_required vssfleet_credential role backup isolated "
    # what Windows calls its states and types
    "Share Own own Process Running Stopped stopped Timed out".split()
)


def environment(**variables):
    """Ours, without a language, and with these."""
    ours = {name: value for name, value in os.environ.items() if not re.match("LC_|LANG", name)}
    return ours | variables


def width(text):
    """In columns of a terminal."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def english(text):
    """The words of a text that are neither Japanese nor tokens."""
    for not_words in (r"`[^`]*[`']", r"vssfleet( [\w-]+)+", r"--[a-z-]+", r"\S*/\S+", r"[0-9a-f]+\.\.[0-9a-f]+", r"\b[\w-]+(\.[\w-]+)+\b", r"\S*[=@\\]\S*", r"[\w-]*\d[\w-]*"):
        text = re.sub(not_words, " ", text)
    return {word for word in re.findall(r"[A-Za-z][A-Za-z_-]*", text) if not word.isupper() and len(word) > 1} - TOKENS


class Help(unittest.TestCase):
    def test_every_command_is_explained_in_japanese(self):
        for words in [[], *map(str.split, COMMANDS)]:
            with self.subTest(command=words):
                code, out, err = vssfleet(*words, "--help", "--lang", "ja", env=environment())
                self.assertEqual((code, err), (0, ""))
                self.assertRegex(out, JAPANESE)
                self.assertEqual(english(out), set())

    def test_help_fits_into_eighty_columns(self):
        for language in ("en", "ja"):
            for command in COMMANDS:
                _, out, _ = vssfleet(*command.split(), "--help", f"--lang={language}", env=environment())
                unbroken = max((word for line in out.splitlines() for word in [line] if width(line) > 79), key=width, default="")
                self.assertRegex(unbroken, r"^$|^ +[^ ]+ {3}|^ +\S+$", f"{language} {command}")


class Choice(unittest.TestCase):
    def says(self, *arguments, **variables):
        _, out, _ = vssfleet(*arguments, "--help", env=environment(**variables))
        return "ja" if JAPANESE.search(out) else "en"

    def test_the_option_comes_before_the_environment(self):
        self.assertEqual(self.says("scan"), "en")
        self.assertEqual(self.says("scan", LANG="ja_JP.UTF-8"), "ja")
        self.assertEqual(self.says("scan", LC_ALL="C", LANG="ja_JP.UTF-8"), "en")
        self.assertEqual(self.says("scan", "--lang", "en", LANG="ja_JP.UTF-8"), "en")
        self.assertEqual(self.says("scan", "--lang=ja", LC_ALL="C"), "ja")
        self.assertEqual(self.says("scan", "--lang", "auto", LANG="ja_JP.UTF-8"), "ja")
        self.assertEqual(self.says("scan", LANG="ja_JP.eucJP"), "en")

    def test_a_configuration_may_choose_it(self):
        with tempfile.TemporaryDirectory() as directory:
            config = Path(directory) / "config"
            config.write_text("lang = ja\n")
            for expect, extra in ((JAPANESE, []), ("no targets", ["--lang", "en"])):
                code, _, err = vssfleet("hosts", "--config", config, *extra, env=environment())
                self.assertEqual(code, 2)
                self.assertRegex(err, expect)

    def test_auto_takes_back_what_the_configuration_chose(self):
        with tempfile.TemporaryDirectory() as directory:
            config = Path(directory) / "config"
            config.write_text("lang = ja\n")
            for lang, expect in (("C", "no targets"), ("ja_JP.UTF-8", JAPANESE)):
                _, _, err = vssfleet("hosts", "--config", config, "--lang=auto", env=environment(LANG=lang))
                self.assertRegex(err, expect)

    def test_a_configuration_is_blamed_in_the_language_that_it_chose(self):
        with tempfile.TemporaryDirectory() as directory:
            config = Path(directory) / "config"
            config.write_text("forks = many\nlang = ja\n")
            code, _, err = vssfleet("scan", "a.example", "--config", config, env=environment())
            self.assertEqual(code, 2)
            self.assertRegex(err, JAPANESE)

    def test_mistakes_are_named_in_that_language_too(self):
        for arguments in (["scna"], ["scan", "--nosuch"], ["scan", "--user"], ["scan", "-X"], ["scan", "--forks", "many"], ["scan"]):
            with self.subTest(arguments=arguments):
                code, out, err = vssfleet(*arguments, env=environment(LANG="ja_JP.UTF-8"), stdin=None)
                self.assertEqual((code, out), (2, ""))
                self.assertRegex(err, JAPANESE)

    def test_an_unknown_language_is_refused(self):
        code, _, err = vssfleet("hosts", "--lang", "jp", "a.example", env=environment())
        self.assertEqual(code, 2)
        self.assertIn("--lang", "--" + err.split("vssfleet hosts: ")[1])


class Talk(unittest.TestCase):
    """Two scans of a fleet between which something changed, told in Japanese."""

    @classmethod
    def setUpClass(cls):
        scenarios = ["fix-plain-ja", "fix-plain", "at-risk", "fix-pending", "writers-missing-stopped", "vss-fault-failed", "busy",
                     "shared-2016", "healthy-2019-en", "refused", "fix-dfsr"]  # fmt: skip
        hosts = [word for n, scenario in enumerate(scenarios) for word in ("--host", f"srv{n}.sim.example={scenario}")]
        cls.fleet = Fleet("--time-scale", 20, *hosts, environment=environment(LC_ALL="C"))
        cls.addClassCleanup(cls.fleet.__exit__)
        cls.first = cls.fleet.scan("--lang", "ja", "-o", cls.fleet.path / "first")
        cls.fleet.play("srv8.sim.example", "affected-probable")
        cls.fleet.play("srv0.sim.example", "healthy-2019-en")
        cls.second = cls.fleet.scan("--lang", "ja", "-o", cls.fleet.path / "second")

    def ask(self, *words, **popen):
        return vssfleet(*words, "--store", self.fleet.store, env=environment(LC_ALL="C"), **popen)

    def assert_japanese(self, text):
        self.assertRegex(text, JAPANESE)
        self.assertEqual(english(text), set(), text)

    def assert_column(self, text, pattern):
        """In the lines that match, the first group ends in the same column."""
        ends = {line: width(line[: found.end(1)]) for line in text.splitlines() if (found := re.match(pattern, line))}
        self.assertGreater(len(ends), 1, text)
        self.assertEqual(len(set(ends.values())), 1, text)

    def test_a_scan(self):
        for code, out, err in (self.first, self.second):
            self.assertEqual(code, 5, err)
            self.assert_japanese(out)
            self.assert_japanese(err)
        self.assert_column(self.second[1], r"( *\D+ +\d+)  (?:srv|fix|$)")
        self.assertIn("ライター消失", self.second[1])
        self.assertRegex(self.second[1], r"から: ライター消失 \+1、")

    def test_one_server(self):
        for host in (1, 4, 5, 9):
            code, out, err = self.ask("show", f"srv{host}.sim.example", "--lang", "ja")
            self.assertEqual((code, err), (0, ""))
            labels = [line[: len(line) - len(rest)] for line in out.splitlines() if (rest := re.sub(r"^(\S.*?) {2,}", "", line)) != line]
            self.assert_japanese(" ".join(labels))
            self.assertEqual({width(label) for label in labels} - {14}, set(), out)
            self.assertRegex(out, "(?m)^理由 +.*。$")
            self.assertNotIn(" no VSS writer", out)

    def test_a_comparison(self):
        code, out, err = self.ask("diff", "--lang", "ja")
        self.assertEqual((code, err), (0, ""))
        self.assert_japanese(out)
        self.assert_column(out, r"(\D+ +\d+)  srv")
        self.assertIn("(正常 -> ライター消失)", out)
        self.assertIn("(ライター消失 -> 正常)", out)

    def test_lists(self):
        for words in (["runs"], ["runs", "verify"], ["runs", "gc", "--dry-run"], ["doctor", "--store", "none"]):
            code, out, err = self.ask(*words, "--lang", "ja")
            self.assertEqual((code, err), (0, ""), words)
            self.assertRegex(out, JAPANESE)
        self.assert_japanese(self.ask("runs", "--lang", "ja")[1])

    def test_a_plan_is_told_in_japanese_and_written_in_english(self):
        plan = self.fleet.path / "ja.plan"
        code, out, err = self.fleet.fix("isolate", "--lang", "ja", "--plan-out", plan)
        self.assertEqual(code, 4, err)
        # Why a server is left alone is what its record says.
        told = "\n".join(line for line in out.splitlines() if not line.startswith(" " * 32))
        self.assert_japanese(told)
        self.assertIn("試行のみ: 何も変更していません。", out)
        self.assertIsNone(JAPANESE.search(plan.read_text()))
        _, said, _ = self.fleet.fix("isolate", "--plan", plan, "--apply", "--lang", "ja", "--no-input", timeout=60)
        self.assertIsNone(JAPANESE.search((self.fleet.path / "journal.ndjson").read_text()), said)

    def test_a_ping(self):
        code, out, err = vssfleet("ping", *self.fleet.access(), "--lang", "ja", env=environment(LC_ALL="C"))
        self.assertEqual(code, 4, err)
        self.assert_japanese("\n".join(line for line in out.splitlines() if not line.startswith("srv")))
        self.assertRegex(out, "(?m)^正常 srv1")

    def test_what_programs_read_is_the_same_in_every_language(self):
        formats = "csv,ndjson,json,junit,prom,zabbix-lld,zabbix-sender"
        for language in ("en", "ja"):
            code, _, err = self.ask("report", "-F", formats, "-o", self.fleet.path / language, "--lang", language)
            self.assertEqual(code, 0, err)
        files = sorted(path.name for path in (self.fleet.path / "en").iterdir())
        self.assertGreater(len(files), 6)
        for name in files:
            self.assertEqual((self.fleet.path / "en" / name).read_bytes(), (self.fleet.path / "ja" / name).read_bytes(), name)
        checks = {
            re.sub(r"age=\d+s|\(\d+ min old\)", "", vssfleet("check", "--store", self.fleet.store, env=environment(LANG=lang))[1])
            for lang in ("ja_JP.UTF-8", "C")
        }
        self.assertEqual(len(checks), 1)
        self.assertIsNone(JAPANESE.search(checks.pop()))

    def test_the_report_begins_in_that_language(self):
        page = (self.fleet.path / "second/report.html").read_text()
        self.assertIn('<html lang="ja">', page)


if __name__ == "__main__":
    unittest.main()
