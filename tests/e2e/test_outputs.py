"""What other programs read: every record of a real scan and a real repair fits the installed schemas, the formats agree with each
other, and the monitoring plugin says what the store says."""

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from fleet import VSSFLEET, Fleet, entries_of, vssfleet

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "reports"))
from schemas import Schemas, jsonschema  # noqa: E402

HOSTS = {
    "fixable.sim.example": "fix-plain",
    "gone.sim.example": "affected-2012r2-ja",
    "well.sim.example": "healthy-2019-en",
}


class Outputs(unittest.TestCase):
    def fleet(self, **hosts):
        """The hosts of the table, and before them more, by the word before .sim.example."""
        played = {f"{name}.sim.example": scenario for name, scenario in hosts.items()} | HOSTS
        fleet = Fleet(*[word for name, scenario in played.items() for word in ("--host", f"{name}={scenario}")])
        self.addCleanup(fleet.__exit__)
        return fleet

    def only(self, fleet, name):
        """Leaves one host in the inventory; what was there."""
        before = fleet.inventory.read_text()
        fleet.inventory.write_text("".join(line for line in before.splitlines(True) if "sim.example" not in line or name in line))
        return before

    def check(self, fleet, *arguments, **run):
        """Exit code, what is said, and the performance data by name."""
        code, out, err = vssfleet("check", "--store", fleet.store, *arguments, **run)
        self.assertEqual(len(out.splitlines()), 1, out + err)
        said, _, data = out.strip().partition("|")
        self.assertLessEqual(len(said), 200)
        return code, said, dict(value.split("=", 1) for value in data.split())

    def test_what_a_scan_writes_agrees(self):
        fleet = self.fleet()
        formats = "html,csv,ndjson,json,junit,prom,zabbix-lld,zabbix-sender"
        code, out, err = fleet.scan("-F", formats, "-o", fleet.path / "out", "-i", "-", stdin=self.one_more(fleet))
        folder = fleet.path / "out"
        records = [json.loads(line) for line in (folder / "results.ndjson").read_text().splitlines()]
        hosts = {record["host"]["name"]: record for record in records if record["type"] == "host"}
        self.assertEqual(code, 5, out + err)
        self.assertEqual(set(hosts), {*HOSTS, "nowhere.invalid"})
        self.assertEqual(hosts["nowhere.invalid"]["verdict"], "unreachable")
        cases = {case.get("name"): [e.tag for e in case] for case in ElementTree.parse(folder / "junit.xml").iter("testcase")}
        self.assertEqual(set(cases), set(hosts))
        self.assertEqual((cases["nowhere.invalid"], cases["gone.sim.example"]), (["error"], ["failure"]))
        self.assertEqual(cases["well.sim.example"], [])
        metrics = (folder / "vssfleet.prom").read_text()
        self.assertIn('vssfleet_not_checked_hosts{profile="default",kind="dns"} 1\n', metrics)
        self.assertIn("vssfleet_coverage_ratio{profile=\"default\"} 0.75\n", metrics)
        self.assertNotIn("well.sim.example", metrics)  # only what needs a look has samples of its own
        self.assertEqual({e["{#HOST}"] for e in json.loads((folder / "zabbix-lld.json").read_text())}, set(hosts))
        self.assertIn("vssfleet.host.verdict[nowhere.invalid] ", (folder / "zabbix-sender.txt").read_text())
        again, _, said = vssfleet("report", "--store", fleet.store, "-F", "prom", "-o", fleet.path / "textfile.prom", "--prom-hosts", "none")
        self.assertEqual(again, 0, said)
        self.assertTrue(metrics.startswith((fleet.path / "textfile.prom").read_text()))
        if shutil.which("promtool"):  # Debian: prometheus
            done = subprocess.run(["promtool", "check", "metrics"], input=metrics, capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))
        self.assertEqual((fleet.path / "textfile.prom").stat().st_mode & 0o777, 0o644)
        self.fit([*records, json.loads((folder / "results.json").read_text())])

    def one_more(self, fleet):
        """A server that there is not, as a second inventory on stdin."""
        path = fleet.path / "more.txt"
        path.write_text("nowhere.invalid\n")
        stream = open(path)
        self.addCleanup(stream.close)
        return stream

    def fit(self, records):
        if not jsonschema:
            self.skipTest("this Python has no jsonschema (python3-jsonschema)")
        schemas = Schemas()
        for record in records:
            self.assertEqual(schemas.complaints(record), [], record)

    def test_what_a_repair_writes_fits(self):
        fleet, alone = self.fleet(denied="fix-denied"), {"stdin": subprocess.DEVNULL, "start_new_session": True}
        plan, limit = fleet.path / "plan", "denied.sim.example:fixable.sim.example"
        code, out, err = fleet.fix("isolate", "-l", limit, "--rings", "1,100%", "--soak", "0", "--plan-out", plan)
        self.assertEqual(code, 0, out + err)
        code, out, err = fleet.fix("isolate", "--plan", plan, "--apply", "--yes", **alone)
        self.assertEqual(code, 7, out + err)
        code, out, err = fleet.scan(entries_of(fleet.store)[0]["change"], "--max-fail", "2", "--yes", command="resume", **alone)
        self.assertEqual(code, 6, out + err)
        entries = entries_of(fleet.store)
        kinds = ("start", "intent", "outcome", "result", "resume", "end")
        self.assertEqual({f"change_{kind}" for kind in kinds}, {entry["type"] for entry in entries})
        views = [p for p in fleet.path.rglob("changes.ndjson")]
        self.assertTrue(views)
        lines = [json.loads(line) for path in views for line in path.read_text().splitlines()]
        self.fit([*entries, *lines, json.loads(plan.read_text())])
        if jsonschema:
            schemas = Schemas()
            for entry in {entry["type"]: entry for entry in entries}.values():
                for what, mutant in schemas.mutants(entry):
                    self.assertNotEqual(schemas.complaints(mutant), [], f"{entry['type']}: {what}")

    def test_what_a_ping_and_the_progress_say_fits(self):
        fleet = self.fleet(denied="bad-password", slow="vssadmin-hang")
        for arguments in ((), ("-i", "-")):
            out = vssfleet("ping", *fleet.access(), "-F", "ndjson", "-o", "-", *arguments, stdin=self.one_more(fleet))[1]
            self.fit([json.loads(line) for line in out.splitlines()])
        self.assertIn('"nowhere.invalid"', out)
        words = ("--progress", "json", "--stats-every", "1s", "--host-timeout", "4s", "-o", fleet.path / "out")
        err = fleet.scan(*words)[2]
        lines = [json.loads(line) for line in err.splitlines() if line.startswith("{")]
        self.assertEqual({"progress"}, {line["type"] for line in lines}, err)
        self.fit(lines)

    def test_the_plugin_follows_the_store(self):
        fleet = self.fleet()
        code, said, _ = self.check(fleet)
        self.assertEqual((code, said), (3, f"VSSFLEET UNKNOWN: {fleet.store}: No such file or directory"))
        self.assertFalse(fleet.store.exists(), "a monitor makes no store")
        everyone = self.only(fleet, "well.sim.example")
        fleet.scan("-q")
        fleet.inventory.write_text(everyone)
        code, said, data = self.check(fleet)
        self.assertEqual(code, 0, said)
        self.assertRegex(said, r"^VSSFLEET OK: 0 not checked of 1 \(\d min old\)$")
        self.assertEqual((data["healthy"], data["coverage"]), ("1;;;0;1", "100.0%;95:;;0;100"))
        self.assertEqual(self.check(fleet, "--warning", "hosts=3:")[0], 1)
        settings = fleet.path / "settings"
        settings.write_text('[profile "other"]\nforks = 8\n')
        code, said, _ = self.check(fleet, "--config", settings, "--profile", "other")
        self.assertEqual((code, said), (3, "VSSFLEET UNKNOWN: the store has no run of the profile other that has ended"))
        fleet.scan("-q")
        code, said, data = self.check(fleet)
        self.assertEqual(code, 2, said)
        self.assertRegex(said, r"^VSSFLEET CRITICAL: 2 affected, 0 not checked of 3 ")
        self.assertEqual(self.check(fleet, "--critical", "affected=2")[0], 0)

    def test_a_look_at_one_server_hides_no_fleet(self):
        fleet = self.fleet()
        one = fleet.path / "one.txt"
        one.write_text("well.sim.example\n")
        settings = fleet.path / "settings"
        settings.write_text(f'[profile "all"]\ninventory = {fleet.inventory}\nlimit = *.sim.example\n')
        watched = ("--config", settings, "--profile", "all")
        access = (*fleet.account(), "--auth", "basic", "--ca-file", fleet.path / "ca.pem", "--store", fleet.store, "-q", "-o", fleet.path / "out")
        self.assertEqual(0, fleet.scan("-q", "-l", "well.sim.example")[0])
        code, said, _ = self.check(fleet)
        self.assertEqual(3, code, said)
        self.assertIn("narrowed", said)
        self.assertEqual(3, fleet.scan("-q", "-o", fleet.path / "out")[0])
        self.assertEqual(3, vssfleet("scan", *watched, *access)[0])
        for words in (["-l", "well.sim.example"], ["well.sim.example"], [*watched, "-l", "well.sim.example"], [*watched, "-i", one]):
            with self.subTest(words[-2:]):
                where = [] if "--profile" in words or "-l" not in words else ["-i", fleet.inventory]
                vssfleet("scan", *where, *words, *access)
                for asked in ((), watched):
                    self.assertRegex(self.check(fleet, *asked)[1], "^VSSFLEET CRITICAL: 2 affected")

    def test_times_that_are_none_are_shown_as_none(self):
        fleet = self.fleet()
        for _ in range(2):
            fleet.scan("-q", "-o", fleet.path / "out")
        with contextlib.closing(sqlite3.connect(fleet.store)) as store, store:
            store.execute("UPDATE run SET started = 1 << 62")
        for words in (["runs"], ["diff"]):
            code, out, err = vssfleet(*words, "--store", fleet.store)
            self.assertEqual(0, code, err)
            self.assertIn("–", out)

    def test_what_cp932_does_not_have_is_counted(self):
        fleet = self.fleet(polish="healthy-2019-pl")
        fleet.scan("-q", "-F", "ndjson", "-o", fleet.path / "out")
        tables = []
        for encoding in ("utf-8", "cp932"):
            words = ("-F", "csv", "--csv-encoding", encoding, "-o", fleet.path / encoding)
            code, out, err = vssfleet("report", "--store", fleet.store, *words)
            self.assertEqual(code, 0, err)
            tables.append("".join(file.read_bytes().decode(encoding) for file in sorted((fleet.path / encoding).iterdir())))
        whole, converted = tables
        lost = converted.count("?") - whole.count("?")
        self.assertEqual(whole.encode("cp932", "replace").decode("cp932"), converted)
        self.assertGreater(lost, 0)
        self.assertIn(f"{lost} characters that CP932 does not have became ?", err)

    def test_the_plugin_only_reads(self):
        """Also as somebody who may only read, while nobody has the store open and while a run goes on."""
        fleet = self.fleet()
        self.only(fleet, "well.sim.example")
        fleet.scan("-q", "-F", "ndjson", "-o", fleet.path / "out")
        place = fleet.path / "readable"
        place.mkdir()
        for file in fleet.path.glob("store.db*"):
            shutil.copy(file, place)
        store = place / "store.db"
        files = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in place.iterdir()}
        other = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        if not shutil.which("setpriv"):
            self.skipTest("setpriv (util-linux) is not installed")
        for path in (fleet.path, place):
            path.chmod(0o755)
        for file in files:
            file.chmod(0o444)
        place.chmod(0o555)
        done = subprocess.run([*other, VSSFLEET, "check", "--store", store], capture_output=True, text=True)
        place.chmod(0o755)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        self.assertEqual(files, {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in place.iterdir()})

    def test_what_cannot_be_judged_is_unknown_and_never_ok(self):
        fleet = self.fleet()
        nowhere = fleet.path / "nowhere.txt"
        nowhere.write_text("nowhere.invalid\n")
        vssfleet("scan", "-i", nowhere, "--store", fleet.store, "-q", "-F", "ndjson", "-o", fleet.path / "out", *fleet.account())
        code, said, _ = self.check(fleet, "--warning", "not_checked=10,coverage=0:")
        self.assertEqual(code, 1, said)
        self.assertIn("1 not checked of 1", said)
        for arguments in (["--warning", "gone=1"], ["--critical", "affected=x"]):
            self.assertEqual(self.check(fleet, *arguments)[0], 3)
        config = fleet.path / "config"
        config.write_text("lang = ja\nforks = many\n")
        for arguments in (["--no-such-option"], ["--max-age", "soon"], ["-X"], ["--config", config], ["--config", nowhere / "x"], ["--profile", "none"]):
            code, said, err = vssfleet("check", *arguments, env=os.environ | {"LC_ALL": "ja_JP.UTF-8"})
            self.assertEqual(code, 3)
            self.assertRegex(said, r"\AVSSFLEET UNKNOWN: [ -~]+\n\Z")
            self.assertTrue(err.isascii(), err)
        self.assertEqual(vssfleet("check", "--store", fleet.path / "password")[0], 3)


unittest.main()
