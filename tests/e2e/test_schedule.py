"""The timer of a profile: the units are sound and hardened, drop-ins say what differs, systemctl is told."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from fleet import VSSFLEET, vssfleet

UNITS = Path(__file__).resolve().parents[2] / "packaging" / "systemd"
EXPOSURE_MOST = 1.2


class Place(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = Path(directory.name)


@unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze (Debian: systemd) is not installed")
class Units(Place):
    def setUp(self):
        super().setUp()
        service = (UNITS / "vssfleet-scan@.service.in").read_text().replace("@bindir@/vssfleet", VSSFLEET)
        (self.path / "vssfleet-scan@.service").write_text(service)
        shutil.copy(UNITS / "vssfleet-scan@.timer", self.path)

    def analyze(self, *words):
        return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, cwd=self.path)

    def test_systemd_has_nothing_to_say_about_them(self):
        for unit in ("service", "timer"):
            shutil.copy(self.path / f"vssfleet-scan@.{unit}", self.path / f"vssfleet-scan@tokyo.{unit}")
        done = self.analyze("verify", "--man=no", "./vssfleet-scan@tokyo.service", "./vssfleet-scan@tokyo.timer")
        self.assertEqual((0, "", ""), (done.returncode, done.stdout, done.stderr))

    def test_the_service_can_do_little_but_its_work(self):
        shutil.copy(self.path / "vssfleet-scan@.service", self.path / "vssfleet-scan@tokyo.service")
        done = self.analyze("security", "--offline=yes", "--no-pager", "./vssfleet-scan@tokyo.service")
        level = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
        self.assertIsNotNone(level, done.stdout + done.stderr)
        self.assertLessEqual(float(level[1]), EXPOSURE_MOST)

    def test_a_time_that_systemd_does_not_know_is_refused(self):
        (self.path / "c.conf").write_text('[profile "tokyo"]\nforks = 3\n')
        code, out, err = vssfleet(
            "schedule", "install", "tokyo", "-c", self.path / "c.conf", "--unit-directory", self.path, "--on-calendar", "at tea time"
        )
        self.assertEqual((2, ""), (code, out))
        self.assertIn("tea", err)
        self.assertEqual([], list(self.path.glob("*.d")))


class Schedule(Place):
    def setUp(self):
        super().setUp()
        self.config = self.path / "c.conf"
        self.config.write_text('[profile "tokyo"]\nforks = 1000\n[profile "osaka"]\nrate = 5\n')
        self.units = self.path / "units"
        self.units.mkdir()
        self.told = self.path / "told"
        for name in ("systemctl", "systemd-analyze"):
            program = self.path / "bin" / name
            program.parent.mkdir(exist_ok=True)
            program.write_text(f'#!/bin/sh\necho {name} "$@" >> {self.told}\necho noise\n[ ! -e {self.path}/broken ]\n')
            program.chmod(0o755)
        self.environment = {**os.environ, "PATH": f"{self.path / 'bin'}:{os.environ['PATH']}"}

    def schedule(self, *words):
        return vssfleet("schedule", *words, "-c", self.config, "--unit-directory", self.units, env=self.environment)

    def file(self, kind, profile="tokyo"):
        return self.units / f"vssfleet-scan@{profile}.{kind}.d" / "vssfleet.conf"

    def test_it_is_written_told_listed_and_removed(self):
        self.assertEqual((0, "", ""), self.schedule("install", "tokyo", "--on-calendar", "*-*-* 21:45 Asia/Tokyo"))
        self.assertEqual("[Timer]\nOnCalendar=\nOnCalendar=*-*-* 21:45 Asia/Tokyo\n", self.file("timer").read_text())
        self.assertEqual(
            f'[Service]\nTasksMax=1064\nEnvironment="VSSFLEET_CONFIG={self.config.resolve()}"\n', self.file("service").read_text()
        )
        for kind in ("timer", "service"):
            self.assertEqual(0o644, self.file(kind).stat().st_mode & 0o777)
        self.assertEqual(
            ["systemd-analyze calendar *-*-* 21:45 Asia/Tokyo", "systemctl daemon-reload", "systemctl enable --now vssfleet-scan@tokyo.timer"],
            self.told.read_text().splitlines(),
        )
        self.assertEqual(0, self.schedule("install", "osaka")[0])
        code, out, _ = self.schedule("list")
        self.assertEqual([["osaka", "as in the template"], ["tokyo", "*-*-* 21:45 Asia/Tokyo"]], [re.split("  +", line) for line in out.splitlines()])
        self.assertEqual((0, "", ""), self.schedule("remove", "tokyo"))
        self.assertIn("systemctl disable --now vssfleet-scan@tokyo.timer", self.told.read_text())
        self.assertEqual(["vssfleet-scan@osaka.service.d", "vssfleet-scan@osaka.timer.d"], sorted(p.name for p in self.units.iterdir()))

    def test_print_changes_nothing(self):
        code, out, err = self.schedule("install", "tokyo", "--on-calendar", "hourly", "--print")
        self.assertEqual((0, ""), (code, err))
        for line in ("OnCalendar=hourly", "TasksMax=1064", "systemctl enable --now vssfleet-scan@tokyo.timer", f"# {self.file('timer')}"):
            self.assertIn(line, out.splitlines())
        self.assertEqual([], list(self.units.iterdir()))
        self.assertFalse(self.told.exists())

    def test_what_is_wrong_is_refused(self):
        for about, words in (
            ("a profile that is not there", ("install", "nosuch")),
            ("a path", ("install", "../tokyo")),
            ("nothing", ("install",)),
            ("a verb", ("instal", "tokyo")),
            ("a line break", ("install", "tokyo", "--on-calendar", "hourly\nUnit=x")),
        ):
            with self.subTest(about):
                code, out, err = self.schedule(*words)
                self.assertEqual((2, ""), (code, out), err)
        self.assertEqual([], list(self.units.iterdir()))

    def test_a_systemctl_that_fails_is_said(self):
        (self.path / "broken").touch()
        code, _, err = self.schedule("install", "tokyo")
        self.assertEqual(1, code)
        self.assertIn("systemctl daemon-reload failed", err)


if __name__ == "__main__":
    unittest.main()
