"""A fleet that changes from day to day: what is told of it since the run before agrees with what was done to it."""

import collections
import csv
import datetime
import io
import json
import os
import re
import sqlite3
import subprocess
import unittest

from fleet import HURRIES, Fleet, faketime, hurried, vssfleet

TIMES = 20
SCAN = ("--timeout", "5s", "--host-timeout", "40s")
# Each day's scenarios; a host that has none on a day is not in the inventory then.
DAYS = {
    "well": ("healthy-2019-en", "healthy-2019-en", "healthy-2019-en", "healthy-2019-en"),
    "lost": ("shared-2016", "affected-2012r2-ja", "affected-2012r2-ja", "affected-2012r2-ja"),
    "again": ("affected-2012r2-ja", "shared-2012r2-en", "affected-2012r2-ja", "affected-2012r2-ja"),
    "healed": ("affected-2012r2-ja", "shared-2012r2-en", "shared-2012r2-en", "shared-2012r2-en"),
    "eased": ("affected-2012r2-ja", "at-risk", "at-risk", "at-risk"),
    "dark": ("affected-2012r2-ja", "bad-password", "shared-2012r2-en", "shared-2012r2-en"),
    "lit": ("bad-password", "healthy-2019-en", "healthy-2019-en", "healthy-2019-en"),
    "fix": ("fix-plain", None, "fix-plain", "fix-plain"),
    "keep": ("fix-plain", "fix-plain", None, None),
}
CHANGES = {
    1: {
        "lost": ("new", "shared", "affected"),
        "again": ("resolved", "affected", "shared"),
        "healed": ("resolved", "affected", "shared"),
        "eased": ("better", "affected", "at_risk"),
        "dark": ("newly_not_checked", "affected", "unreachable"),
        "lit": ("newly_checked", "unreachable", "healthy"),
        "fix": ("host_removed", "affected", ""),
    },
    2: {
        "again": ("regressed", "shared", "affected"),
        "dark": ("newly_checked", "unreachable", "shared"),
        "fix": ("host_added", "", "affected"),
        "keep": ("host_removed", "affected", ""),
    },
}
SINCE = {
    1: "+1 gone, -3 gone, +1 at risk, +1 not checked, -1 not checked, -1 server",
    2: "+2 gone, -1 not checked, +1 server, -1 server",
}

VERDICTS = {
    "healthy-2019-en": "healthy", "shared-2016": "shared", "shared-2012r2-en": "shared", "affected-2012r2-ja": "affected",
    "fix-plain": "affected", "at-risk": "at_risk", "bad-password": "unreachable",
}  # fmt: skip
# The last day of each waiver, from the first scan on: one holds, one lapses before the third scan, one is for nothing.
WAIVERS = {"W-lost": ("lost", 60), "W-again": ("again", 1), "W-idle": ("well", 10)}


def name_of(word):
    return f"{word}.sim.example"


def on_day(day):
    """The environment of a program that runs so many days later, where that is possible."""
    environment = dict(os.environ)
    if HURRIES:
        environment |= {"LD_PRELOAD": faketime(), "FAKETIME": f"+{day}d"}
    return environment


class Days(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        hosts = [word for name, days in DAYS.items() for word in ("--host", f"{name_of(name)}={days[0] or days[2]}")]
        cls.fleet = Fleet("--time-scale", "0.01", *hosts)
        cls.addClassCleanup(cls.fleet.__exit__)
        cls.lines = cls.fleet.inventory.read_text().splitlines(keepends=True)
        cls.waivers = cls.fleet.path / "waivers.conf"
        today = datetime.datetime.now(datetime.timezone.utc).date()
        for name, (word, days) in WAIVERS.items():
            with cls.waivers.open("a") as file:
                file.write(f'[waiver "{name}"]\nhosts = {name_of(word)}\nverdicts = affected\nreason = patch day\nowner = t.sato\n')
                file.write(f"expires = {today + datetime.timedelta(days)}\n")
        cls.checks = []
        cls.scans = [cls.scan_day(day) for day in range(3)]
        cls.runs = [line.split()[0] for line in vssfleet("runs", "--store", cls.fleet.store)[1].splitlines()][::-1]

    @classmethod
    def scan_day(cls, day):
        gone = {name_of(name) for name, days in DAYS.items() if days[day] is None}
        for name, days in DAYS.items():
            if day and days[day] and days[day] != days[day - 1]:
                cls.fleet.play(name_of(name), days[day])
        cls.fleet.inventory.write_text("".join(line for line in cls.lines if line.split(" ")[0].strip() not in gone))
        done = cls.fleet.scan(*SCAN, "--waivers", cls.waivers, "-o", cls.fleet.path / f"reports-{day}", "-F",
                              "html,csv,ndjson,prom", env=on_day(day))  # fmt: skip
        cls.checks.append(vssfleet("check", "--store", cls.fleet.store, env=on_day(day)))
        return done

    def run_on(self, *arguments, day=3, **run):
        return vssfleet(*arguments, "--store", self.fleet.store, env=on_day(day), **run)

    def changes(self, *arguments):
        code, out, err = self.run_on("diff", "-F", "csv", *arguments)
        self.assertEqual(0, code, err)
        return list(csv.DictReader(io.StringIO(out, newline="")))

    def test_diff_agrees_with_what_was_done(self):
        for day, expected in CHANGES.items():
            with self.subTest(day=day):
                rows = self.changes(self.runs[day - 1], self.runs[day])
                self.assertEqual(
                    {name_of(name): change for name, change in expected.items()},
                    {row["host"]: (row["class"], row["before"], row["after"]) for row in rows},
                )
                self.assertEqual({(self.runs[day - 1], self.runs[day])}, {(row["from_run"], row["to_run"]) for row in rows})

    def test_the_default_is_the_two_newest_runs_and_a_pin_is_a_run(self):
        self.assertEqual(self.changes(self.runs[1], self.runs[2]), self.changes())
        self.assertEqual(0, self.run_on("runs", "pin", self.runs[0], "--as", "baseline")[0])
        self.assertEqual(self.changes(self.runs[0], self.runs[2]), self.changes("baseline"))
        self.assertIn("pinned as baseline", self.run_on("runs")[1])
        self.assertEqual(0, self.run_on("runs", "unpin", "baseline")[0])
        code, _, err = self.run_on("diff", "baseline")
        self.assertEqual((2, True), (code, "has no run baseline" in err), err)

    def test_the_exit_code_tells_on_request_whether_anything_changed(self):
        self.assertEqual(1, self.run_on("diff", "--exit-code")[0])
        self.assertEqual(0, self.run_on("diff")[0])
        self.assertEqual(0, self.run_on("diff", "--exit-code", self.runs[1], self.runs[1])[0])

    def truth(self, day):
        return collections.Counter(VERDICTS[days[day]] for days in DAYS.values() if days[day])

    def waived(self, day):
        """Whose waiver holds for what it has that day."""
        lasting = {word for word, days in WAIVERS.values() if days >= day or not HURRIES}
        return {name_of(word) for word in lasting if DAYS[word][day] and VERDICTS[DAYS[word][day]] == "affected"}

    def test_check_says_what_the_servers_are(self):
        for day, (code, out, err) in enumerate(self.checks):
            with self.subTest(day=day):
                said, _, data = out.partition("|")
                found = dict(value.split("=") for value in data.split())
                truth, waived = self.truth(day), self.waived(day)
                self.assertEqual(
                    {verdict: count for verdict, count in truth.items()},
                    {verdict: int(found[verdict].split(";")[0]) for verdict in truth},
                )
                self.assertEqual(2, code, err)
                self.assertIn(f"{truth['affected']} affected, ", said)
                self.assertEqual(bool(waived), f"{len(waived)} waived, " in said, said)
                self.assertIn(f"{truth['unreachable']} not checked of {truth.total()} ", said)

    def test_waivers_hold_while_they_last_and_are_counted(self):
        for day in range(3):
            with self.subTest(day=day):
                rows = csv.DictReader(io.StringIO((self.report(day) / "hosts.csv").read_text("utf-8-sig"), newline=""))
                self.assertEqual(self.waived(day), {row["host"] for row in rows if row["waiver"]})
                metrics = (self.report(day) / "vssfleet.prom").read_text()
                self.assertIn(f'waived_hosts{{profile="default",verdict="affected"}} {len(self.waived(day))}\n', metrics)
        if HURRIES:
            for status, count in {"active": 1, "expiring": 0, "expired": 1, "unused": 1}.items():
                self.assertIn(f'vssfleet_waivers{{profile="default",status="{status}"}} {count}\n', metrics)
            self.assertIn('WAIVER EXPIRED: "W-again" of t.sato', self.scans[2][2])

    def report(self, day):
        return self.fleet.path / f"reports-{day}"

    def test_the_reports_of_each_day_tell_the_same_changes(self):
        for day, expected in {0: {}, **CHANGES}.items():
            with self.subTest(day=day):
                rows = csv.DictReader(io.StringIO((self.report(day) / "changes.csv").read_text("utf-8-sig"), newline=""))
                self.assertEqual(
                    {name_of(name): change for name, change in expected.items()},
                    {row["host"]: (row["class"], row["before"], row["after"]) for row in rows},
                )
                page = (self.report(day) / "report.html").read_text("utf-8")
                section = re.search(r'<section id="diff">.*?</section>', page, re.S)
                lines = re.findall(r'data-t="dc\.(\w+)".*?<td class="folded">(.*?)</td>', section[0], re.S) if section else []
                told = [(name, kind) for kind, hosts in lines for name in DAYS if re.search(rf"\b{name}\b", hosts)]
                self.assertEqual(sorted((name, kind) for name, (kind, *_) in expected.items()), sorted(told))

    @unittest.skipUnless(HURRIES, "another day: needs faketime")
    def test_since_is_the_day_of_the_change(self):
        rows = csv.DictReader(io.StringIO((self.report(2) / "hosts.csv").read_text("utf-8-sig"), newline=""))
        since = {row["host"]: (row["since_utc"], row["checked_at_utc"]) for row in rows}
        for name, days in DAYS.items():
            if days[2] is None:
                continue
            first, checked = since[name_of(name)]
            verdicts = [days[day] and VERDICTS[days[day]] for day in range(3)]
            self.assertEqual(verdicts[1] != verdicts[2] and not (name == "fix"), first == checked, name)

    def test_the_lines_for_people_say_the_same(self):
        code, out, _ = self.run_on("diff", self.runs[0], self.runs[1])
        self.assertEqual(0, code)
        for line in (
            "NEW                1  lost.sim.example (shared -> affected)",
            "RESOLVED           2  again.sim.example,healed.sim.example (affected -> shared)",
            "NOT CHECKED        1  dark.sim.example (affected -> unreachable: auth)",
            "REMOVED            1  fix.sim.example (was affected)",
            "2 as before",
        ):
            self.assertIn(line + "\n", out)

    def test_the_summary_of_a_scan_says_since_when_what_moved(self):
        self.assertNotIn("Since ", self.scans[0][1])
        for day, moved in SINCE.items():
            with self.subTest(day=day):
                (line,) = [line for line in self.scans[day][1].splitlines() if line.startswith("Since ")]
                self.assertEqual(moved, line.split(": ", 1)[1])

    def test_a_stored_run_is_written_the_same_byte_for_byte(self):
        for run in self.runs[:2]:
            directories = [self.fleet.path / f"report-{run}-{n}" for n in range(2)]
            for day, directory in enumerate(directories, 4):
                code, _, err = self.run_on("report", run, "-F", "html,csv,ndjson,json", "-o", directory, day=day)
                self.assertEqual(0, code, err)
            first, second = ({file.name: file.read_bytes() for file in d.iterdir()} for d in directories)
            self.assertEqual(8, len(first))
            self.assertEqual(set(first), set(second))
            self.assertEqual([], [name for name in first if first[name] != second[name]])

    def test_an_evidence_pack_is_whole_and_sha256sum_agrees(self):
        pack = self.fleet.path / "pack"
        code, _, err = self.run_on("runs", "export", self.runs[1], "-o", pack)
        self.assertEqual(0, code, err)
        files = {str(file.relative_to(pack)) for file in pack.rglob("*") if file.is_file()}
        checked = {name for name, days in DAYS.items() if days[1] not in (None, "bad-password")}
        self.assertEqual(
            {"report.html", "hosts.csv", "writers.csv", "events.csv", "services.csv", "results.ndjson", "changes.csv",
             "SHA256SUMS", *(f"raw/{name_of(name)}.txt" for name in checked)},
            files,
        )  # fmt: skip
        sums = (pack / "SHA256SUMS").read_text().splitlines()
        self.assertEqual(files - {"SHA256SUMS"}, {line[66:] for line in sums})
        verified = subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=pack, capture_output=True, text=True)
        self.assertEqual(0, verified.returncode, verified.stdout + verified.stderr)
        self.assertIn("vssadmin", (pack / "raw" / f"{name_of('well')}.txt").read_text())
        (pack / "hosts.csv").write_bytes((pack / "hosts.csv").read_bytes() + b"\n")
        self.assertEqual(1, subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=pack, capture_output=True).returncode)
        code, _, err = self.run_on("runs", "export", self.runs[1], "-o", pack)
        self.assertEqual((2, True), (code, "holds something" in err), err)

    def test_verify_finds_a_changed_byte(self):
        code, out, _ = self.run_on("runs", "verify")
        self.assertEqual((0, True), (code, "the store is as it was written" in out), out)
        copy = self.fleet.place("damaged")
        with sqlite3.connect(self.fleet.store) as db, sqlite3.connect(copy) as to:
            db.backup(to)
            to.execute("UPDATE evidence SET vssadmin = vssadmin || '.'")
        code, out, _ = vssfleet("runs", "verify", "--store", copy)
        self.assertEqual((1, True), (code, "is not as it was written" in out), out)

    @unittest.skipUnless(HURRIES, "another day: needs faketime")
    def test_old_runs_go_but_for_the_newest_and_the_pinned(self):
        copy = self.fleet.place("retention")
        with sqlite3.connect(self.fleet.store) as db, sqlite3.connect(copy) as to:
            db.backup(to)
        vssfleet("runs", "pin", self.runs[0], "--as", "baseline", "--store", copy)
        later = {"env": on_day(500)}
        code, would, _ = vssfleet("runs", "gc", "--dry-run", "--store", copy, **later)
        self.assertEqual((0, True), (code, would.startswith("runs older than 400 days: 1, with 8 results\n")), would)
        self.assertEqual(3, len(vssfleet("runs", "--store", copy)[1].splitlines()))
        code, did, _ = vssfleet("runs", "gc", "--store", copy, **later)
        self.assertEqual(would.splitlines()[:3], did.splitlines()[:3])
        self.assertEqual(
            [self.runs[2], self.runs[0]], [line.split()[0] for line in vssfleet("runs", "--store", copy)[1].splitlines()]
        )
        self.assertEqual(0, vssfleet("runs", "verify", "--store", copy)[0])
        self.assertEqual(0, vssfleet("report", "baseline", "-o", self.fleet.path / "still", "--store", copy)[0])


@unittest.skipUnless(HURRIES, "minutes of waiting: needs faketime")
class Relapse(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        words = ("back", "stays", "never")
        cls.fleet = Fleet("--time-scale", TIMES, *[w for word in words for w in ("--host", f"{name_of(word)}=fix-plain")])
        cls.addClassCleanup(cls.fleet.__exit__)
        cls.fleet.scan(*SCAN, "-o", cls.fleet.path / "reports")
        cls.fixed = cls.fleet.fix(
            "isolate", "-l", f"{name_of('back')}:{name_of('stays')}", "--plan-out", cls.fleet.path / "plan", "--soak", "0",
            env=hurried(TIMES),
        )  # fmt: skip
        cls.applied = cls.fleet.fix(
            "isolate", "--plan", cls.fleet.path / "plan", "--apply", "--yes", env=hurried(TIMES), start_new_session=True,
        )  # fmt: skip
        cls.well = cls.records(1)
        cls.fleet.play(name_of("back"), "fix-plain")
        cls.relapsed = cls.records(2)
        cls.summary = cls.fleet.scan(*SCAN, "-o", cls.fleet.path / "reports", env=on_day(3))[1]

    @classmethod
    def records(cls, day):
        return cls.fleet.scan_records(*SCAN, env=on_day(day))[1]

    def remedied(self, records, word):
        return records[name_of(word)]["remedied"]

    def test_two_servers_were_repaired(self):
        self.assertEqual((0, 0), (self.fixed[0], self.applied[0]), self.fixed[1] + self.applied[1] + self.applied[2])

    def test_a_record_says_by_which_change_and_whether_it_lasted(self):
        self.assertIsNone(self.remedied(self.well, "never"))
        for word in ("back", "stays"):
            with self.subTest(word):
                told = self.remedied(self.well, word)
                self.assertEqual(("isolate", False, None), (told["action"], told["regressed"], told["back"]))
                self.assertRegex(told["change"], "^C-[0-9]{8}-01$")
        told = self.remedied(self.relapsed, "back")
        self.assertEqual((True, self.relapsed[name_of("back")]["checked_at"]), (told["regressed"], told["back"]))
        self.assertIs(False, self.remedied(self.relapsed, "stays")["regressed"])

    def test_the_summary_names_who_is_back_since_the_first_day_it_was_seen(self):
        told = self.remedied(self.relapsed, "back")
        self.assertIn(
            f"REGRESSED            1  {name_of('back')} (fixed {told['at'][:10]} by {told['change']}; back {told['back'][:10]})\n",
            self.summary,
        )
        self.assertRegex(self.summary, r"isolate: 1 of 2 repaired servers that are watched, after (1\.[5-9]|2\.[0-5]) days\n")

    def test_of_a_broken_journal_nothing_is_claimed_and_that_is_said_once(self):
        store = self.fleet.place("broken")
        journal = store.with_name("journal.ndjson")
        journal.write_bytes((self.fleet.store.with_name("journal.ndjson")).read_bytes().replace(b'"fixed"', b'"fixes"', 1))
        journal.chmod(0o600)
        code, out, err = self.fleet.scan(*SCAN, "-o", store.parent, store=store)
        self.assertEqual(3, code, err)
        self.assertEqual(1, err.count("is not as it was written"), err)
        self.assertNotIn("REGRESSED", out)

    def test_an_evidence_pack_has_the_changes_since_the_run_before(self):
        runs = [line.split()[0] for line in vssfleet("runs", "--store", self.fleet.store)[1].splitlines()][::-1]
        lines = self.fleet.store.with_name("journal.ndjson").read_text().splitlines()
        for run, expected in ((runs[0], []), (runs[1], lines), (runs[2], [])):
            pack = self.fleet.path / f"pack-{run}"
            code, _, err = vssfleet("runs", "export", run, "-o", pack, "--store", self.fleet.store)
            self.assertEqual(0, code, err)
            self.assertEqual(expected, (pack / "journal.ndjson").read_text().splitlines())
            self.assertEqual(0, subprocess.run(["sha256sum", "--strict", "--quiet", "-c", "SHA256SUMS"], cwd=pack).returncode)


class Machines(unittest.TestCase):
    def test_a_rename_is_a_rename_and_a_clone_is_reported(self):
        old, new, other = map(name_of, ("old", "new", "other"))
        hosts = ("--host", f"{old}=healthy-2019-en", "--host", f"{other}=healthy-2019-en", "--clone", f"{new}={old}")
        with Fleet("--time-scale", "0.01", *hosts) as fleet:
            lines = {line.split(" ")[0]: line for line in fleet.inventory.read_text().splitlines(keepends=True) if "=" in line}
            told, changes = [], []
            for names in (old, other), (new, other), (new, old, other):
                fleet.inventory.write_text("[tyo]\n" + "".join(lines[name] for name in names))
                code, out, err = fleet.scan(*SCAN, "-o", fleet.path / "report.ndjson", "-F", "ndjson")
                self.assertEqual(0, code, err)
                told.append(re.findall("^NOTE .*", out, re.MULTILINE))
                rows = vssfleet("diff", "-F", "csv", "--store", fleet.store)[1] if len(told) > 1 else ""
                if names == (new, other):
                    self.assertEqual(0, vssfleet("report", "-F", "html", "-o", fleet.path / "page.html", "--store", fleet.store)[0])
                    page = (fleet.path / "page.html").read_text("utf-8")
                    self.assertIn(f'<span lang="ja">{old} から名前を変更; ', page)
                changes.append({row["host"]: (row["class"], row["reason"]) for row in csv.DictReader(io.StringIO(rows, newline=""))})
            records = [json.loads(line) for line in (fleet.path / "report.ndjson").read_text().splitlines()]
            ids = {record["host"]["name"]: record["host"]["id"] for record in records if record["type"] == "host"}
            self.assertRegex(ids[old], "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
            self.assertEqual((ids[old], True), (ids[new], ids[old] != ids[other]))
            self.assertEqual({new}, set(changes[1]))
            self.assertEqual("host_renamed", changes[1][new][0])
            self.assertIn(f"renamed from {old}", changes[1][new][1])
            self.assertEqual({old: "host_added"}, {host: change for host, (change, _) in changes[2].items()})
            self.assertEqual([[], []], told[:2])
            self.assertEqual(1, len(told[2]))
            self.assertIn(f"2 servers are one machine, or clones (UUID {ids[old]}): {new},{old}; ", told[2][0])


if __name__ == "__main__":
    unittest.main()
