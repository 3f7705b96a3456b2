"""What a scan tells the log of its machine: changes of verdict and the run, with ids that stay; to journald with its fields, to
syslog as text. Each is a socket of ours, in a mount namespace of its own."""

import os
import shlex
import socket
import subprocess
import unittest

from fleet import Fleet

GONE, WELL, DARK = "gone.sim.example", "well.sim.example", "dark.sim.example"
UNSHARE = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]


def can_mount():
    try:
        return subprocess.run([*UNSHARE, "mount", "-t", "tmpfs", "none", "/run"], capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


@unittest.skipUnless(can_mount(), "no mount namespace can be had here")
class SystemLog(unittest.TestCase):
    def setUp(self):
        self.fleet = Fleet(*[w for name in (GONE, WELL, DARK) for w in ("--host", f"{name}=healthy-2019-en")])
        self.addCleanup(self.fleet.__exit__)
        self.log = self.fleet.path / "log"
        self.log.mkdir()

    def listen(self, name):
        sink = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(sink.close)
        sink.bind(str(self.log / name))
        sink.setblocking(False)
        return sink

    def scan(self, *arguments, commands, code):
        script = " && ".join([*commands, 'exec "$@"'])
        words = ("-F", "ndjson", "-o", self.fleet.path / "out", *arguments)
        result = self.fleet.scan(*words, prefix=[*UNSHARE, "sh", "-c", script, "sh"])
        self.assertEqual(code, result[0], result)
        return result

    @staticmethod
    def received(sink):
        entries = []
        try:
            while True:
                entries.append(sink.recv(1 << 16).decode())
        except BlockingIOError:
            return entries

    def journal(self, code, *arguments):
        place = shlex.quote(str(self.log))
        commands = ["mount -t tmpfs none /run", "mkdir -p /run/systemd/journal", f"mount --bind {place} /run/systemd/journal"]
        self.scan(*arguments, commands=commands, code=code)
        entries = [dict(line.split("=", 1) for line in entry.splitlines()) for entry in self.received(self.sink)]
        self.assertEqual({"vssfleet"}, {entry["SYSLOG_IDENTIFIER"] for entry in entries} or {"vssfleet"})
        return entries

    def ids(self, entries):
        return [(entry["MESSAGE"].split()[0], entry.get("VSSFLEET_HOST")) for entry in entries]

    def test_journald_gets_an_entry_for_each_change_and_one_for_the_run(self):
        self.sink = self.listen("socket")
        self.assertEqual([], self.journal(0))
        self.assertEqual([("VSSF0010I", None)], self.ids(self.journal(0, "--syslog")))
        self.fleet.play(GONE, "affected-2012r2-ja")
        self.fleet.play(DARK, "bad-password")
        entries = self.journal(5, "--syslog")
        self.assertEqual([("VSSF0001E", GONE), ("VSSF0003W", DARK), ("VSSF0011W", None)], self.ids(entries))
        gone, dark, run = entries
        self.assertRegex(gone["MESSAGE"], rf"^VSSF0001E default: {GONE}: healthy -> affected: \w")
        self.assertEqual(("affected", "healthy", "3"), (gone["VSSFLEET_VERDICT"], gone["VSSFLEET_BEFORE"], gone["PRIORITY"]))
        self.assertIn("healthy -> unreachable (auth)", dark["MESSAGE"])
        self.assertEqual(1, len({entry["VSSFLEET_RUN"] for entry in entries}))
        self.assertIn(f"run {run['VSSFLEET_RUN']} ended: 1 affected, 1 not checked of 3", run["MESSAGE"])
        self.assertEqual(3, len({entry["MESSAGE_ID"] for entry in entries}))
        self.assertTrue(all(len(entry["MESSAGE_ID"]) == 32 for entry in entries))
        self.assertEqual([("VSSF0011W", None)], self.ids(self.journal(5, "--syslog")))
        for name in (GONE, DARK):
            self.fleet.play(name, "healthy-2019-en")
        self.assertEqual([("VSSF0004I", GONE), ("VSSF0005I", DARK), ("VSSF0010I", None)], self.ids(self.journal(0, "--syslog")))

    def test_without_an_earlier_run_findings_are_told(self):
        self.sink = self.listen("socket")
        self.fleet.play(GONE, "affected-2012r2-ja")
        self.assertEqual([("VSSF0001E", GONE), ("VSSF0011W", None)], self.ids(self.journal(3, "--syslog")))

    def test_without_journald_syslog_has_the_same_text(self):
        sink = self.listen("log")
        self.fleet.play(GONE, "affected-2012r2-ja")
        link = f"ln -s {shlex.quote(str(self.log / 'log'))} /dev/log"
        self.scan("--syslog", commands=["mount -t tmpfs none /run", "mount -t tmpfs none /dev", link], code=3)
        gone, run = self.received(sink)
        self.assertRegex(gone, rf"^<27>.* vssfleet\[\d+\]: VSSF0001E default: {GONE}: - -> affected: ")
        self.assertRegex(run, r"^<28>.* vssfleet\[\d+\]: VSSF0011W default: run \w{26} ended: 1 affected, 0 not checked of 3$")

    def test_a_log_that_is_not_there_hides_nothing(self):
        self.scan("--syslog", commands=["mount -t tmpfs none /run", "mount -t tmpfs none /dev"], code=0)


if __name__ == "__main__":
    unittest.main()
