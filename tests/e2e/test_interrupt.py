"""Ctrl-C once and twice, kill -9 and a full disk: the store opens again, says partial, and the run can be continued."""

import os
import shutil
import signal
import subprocess
import sqlite3
import tempfile
import unittest

from fleet import Fleet, vssfleet

HOSTS = 120
QUICK = ("--vssadmin-timeout", "4s", "--timeout", "5s", "--host-timeout", "30s")  # for hosts that hang


def wait_for_records(process, count):
    """Reads the NDJSON stream until so many hosts are finished; the lines read."""
    lines = []
    while sum('"type":"host"' in line.replace(" ", "") for line in lines) < count:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        lines.append(line)
    return lines


class Interrupt(unittest.TestCase):
    def setUp(self):
        self.fleet = Fleet("--fleet", HOSTS, "--latency", "150")
        self.addCleanup(self.fleet.__exit__)

    def begin(self, **popen):
        process = self.fleet.start("-F", "ndjson", "-o", "-", "--forks", "16", *QUICK, **popen)
        wait_for_records(process, 20)
        return process

    def state(self):
        code, out, err = vssfleet("runs", "--store", self.fleet.store)
        self.assertEqual((0, ""), (code, err))
        run, *_, done, _, total, _ = out.split()
        return run, "partial" if " partial " in out else "complete", int(done), int(total)

    def resume(self, run):
        code, out, err = self.fleet.scan("--resume", run, "-o", self.fleet.path / "report", *QUICK)
        self.assertIn(code, (3, 5), err)
        return out

    def test_one_ctrl_c_finishes_what_is_in_hand_and_leaves_no_shell(self):
        process = self.begin()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertEqual(130, process.returncode)
        run, state, done, total = self.state()
        self.assertEqual(("partial", HOSTS), (state, total))
        self.assertTrue(20 <= done < HOSTS, done)
        journal = self.fleet.journal()
        left = {name: host["scenario"] for name, host in self.fleet.hosts().items() if host["open_shells"]}
        self.assertEqual(({}, 0, []), (left, journal["open_enumerations"], journal["violations"]))

        with sqlite3.connect(self.fleet.store) as store:
            finished = {name for name, in store.execute("SELECT name FROM host_result")}
        asked = {name: host["requests"] for name, host in self.fleet.hosts().items()}
        self.resume(run)
        self.assertEqual((run, "complete", HOSTS, HOSTS), self.state())
        again = [n for n, host in self.fleet.hosts().items() if n in finished and host["requests"] != asked[n]]
        self.assertEqual([], again, "hosts that were finished are not asked again")

    def test_two_ctrl_c_abort_at_once(self):
        process = self.begin()
        process.send_signal(signal.SIGINT)
        while "no new hosts" not in (line := process.stderr.readline()):
            self.assertTrue(line)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=15)
        self.assertEqual(130, process.returncode)
        self.assertEqual("partial", self.state()[1])

    def test_sigterm_exits_143(self):
        process = self.begin()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        self.assertEqual(143, process.returncode)

    def test_kill_9_loses_at_most_the_last_batch(self):
        process = self.begin()
        process.kill()
        process.communicate()
        run, state, done, total = self.state()
        self.assertEqual(("partial", HOSTS), (state, total))
        with sqlite3.connect(self.fleet.store) as store:
            self.assertEqual("ok", store.execute("PRAGMA integrity_check").fetchone()[0])
        code, _, err = vssfleet("report", run, "--store", self.fleet.store, "-o", self.fleet.path / "cut")
        self.assertEqual(0, code, err)
        self.resume(run)
        self.assertEqual((run, "complete", HOSTS, HOSTS), self.state())

    def test_a_second_scan_on_the_same_store_is_told_to_wait(self):
        process = self.begin()
        code, _, err = self.fleet.scan()
        process.kill()
        process.communicate()
        self.assertEqual(75, code, err)


class FullDisk(unittest.TestCase):
    def test_a_full_disk_ends_the_run_with_one_clear_line_and_a_store_that_opens(self):
        disk = tempfile.mkdtemp(prefix="vssfleet-disk-")
        self.addCleanup(shutil.rmtree, disk, True)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=640k,mode=700", "tmpfs", disk], capture_output=True).returncode:
            self.skipTest("only root can mount a small disk")
        self.addCleanup(subprocess.run, ["umount", "-l", disk])
        with Fleet("--fleet", 150) as fleet:
            fleet.store = os.path.join(disk, "store.db")
            code, out, err = fleet.scan("-o", fleet.path / "report", *QUICK)
            self.assertEqual(1, code, out + err)
            self.assertIn("store.db", err)
            self.assertEqual(0, fleet.journal()["open_shells"])
            store = shutil.copy(fleet.store, fleet.path / "copy.db")
            for suffix in ("-wal", "-shm"):
                if os.path.exists(fleet.store + suffix):
                    shutil.copy(fleet.store + suffix, str(store) + suffix)
            code, out, err = vssfleet("runs", "--store", store)
            self.assertEqual(0, code, err)
            self.assertIn(" partial ", out)


if __name__ == "__main__":
    unittest.main()
