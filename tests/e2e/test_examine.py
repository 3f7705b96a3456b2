"""What was collected by hand: folders as the script leaves them, judged by the real program, kept and reported."""

import datetime
import hashlib
import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from fleet import WINSIM, vssfleet

NS = "xmlns='http://schemas.microsoft.com/win/2004/08/events/event'"
MINIMUM = {
    "System Writer": "e8132975-6f93-4464-a53e-1050253ae220",
    "ASR Writer": "be000cbe-11fe-4426-9c58-531aa6355fc4",
    "Registry Writer": "afbab4a2-367d-4d15-a586-71dbb18f8485",
    "WMI Writer": "a6ad56c2-b509-4e6c-bb19-49d8f43532f0",
    "COM+ REGDB Writer": "542da469-d3e1-473c-9f4f-7847f01fc64f",
    "Shadow Copy Optimization Writer": "4dc3bdd4-ab48-4d07-adb0-3bee2926fd7f",
}
LABELS = {
    "en": ("Writer name:", "Writer Id:", "Writer Instance Id:", "State:", "Last error:", "Stable", "No error"),
    "ja": ("ライター名:", "ライター Id:", "ライター インスタンス Id:", "状態:", "最後のエラー:", "安定", "エラーなし"),
    "fr": ("Nom du rédacteur :", "ID du rédacteur :", "ID de l'instance du rédacteur :", "État :", "Dernière erreur :",
           "Stable", "Aucune erreur"),
}  # fmt: skip


def listing(language, writers=MINIMUM):
    name, identity, instance, state, error, stable, none = LABELS[language]
    text = "vssadmin 1.1 - \r\n(C) Copyright 2001-2013 Microsoft Corp.\r\n\r\n"
    for number, (writer, guid) in enumerate(writers.items(), 1):
        text += (
            f"{name} '{writer}'\r\n   {identity} {{{guid}}}\r\n"
            f"   {instance} {{7f4f6a3a-{number:04}-4c5e-9a0b-eacf897c2bb2}}\r\n   {state} [1] {stable}\r\n   {error} {none}\r\n\r\n"
        )
    return text


def event(provider, channel, number, record, time, *data):
    strings = "".join(f"<Data>{text}</Data>" for text in data)
    return (
        f"<Event {NS}><System><Provider Name='{provider}'/><EventID>{number}</EventID><TimeCreated SystemTime='{time}'/>"
        f"<EventRecordID>{record}</EventRecordID><Channel>{channel}</Channel></System><EventData>{strings}</EventData></Event>"
    )


def events(*records):
    return "<Events>" + "".join(records) + "</Events>\r\n"


def value(name, kind, text):
    return f"\r\nHKEY_LOCAL_MACHINE\\KEY\r\n    {name}    {kind}    {text}\r\n\r\n"


def tasklist(*processes):
    rows = ('"System Idle Process","0","N/A"', '"System","4","N/A"', *processes)
    return "".join(row + "\r\n" for row in rows)


GROUPED = tasklist('"svchost.exe","816","EventSystem,FontCache,netprofm,nsi"')
ALONE = tasklist('"svchost.exe","816","FontCache,netprofm,nsi"', '"svchost.exe","1025","EventSystem"')
FAULT = ("VSS", "Application", 8193)
CALL = ("CoCreateInstance", "0x800401fb, Object is not registered")


def outputs(writers, processes, own, faults=""):
    return {
        "system.txt": value("ProductName", "REG_SZ", "Windows Server 2012 R2 Standard")
        + value("CurrentVersion", "REG_SZ", "6.3")
        + value("CurrentBuildNumber", "REG_SZ", "9600")
        + value("ProductType", "REG_SZ", "ServerNT")
        + value("SystemManufacturer", "REG_SZ", "VMware, Inc.")
        + value("SystemProductName", "REG_SZ", "VMware Virtual Platform"),
        "clock.txt": "creationTime: 2026-11-22T12:30:00.530Z\r\nlastWriteTime: 2026-11-22T12:30:00.655Z\r\nfileSize: 69632\r\n",
        "boot.xml": events(event("Microsoft-Windows-Kernel-General", "System", 12, 7, "2026-11-20T01:02:03.000Z")),
        "eventsystem.txt": value("Type", "REG_DWORD", "0x10" if own else "0x20"),
        "tasklist.csv": processes,
        "backup-task.xml": "",
        "backup-success.xml": "",
        "backup-failure.xml": "",
        "oldest.xml": events(event("ESENT", "Application", 1, 1, "2020-01-01T00:00:00.000Z")),
        "events.xml": faults,
        "newest.xml": events(event("ESENT", "Application", 1, 100, "2026-11-22T12:00:00.000Z")),
        "vssadmin.txt": writers,
        "live.xml": "",
    }


CODES = {"backup-task.xml": 1, "backup-success.xml": 15007, "backup-failure.xml": 15007}
SEEN = events(event(*FAULT, 90, "2026-11-22T11:00:00.000Z", *CALL))
AFFECTED = outputs(listing("ja", {}), GROUPED, own=False, faults=SEEN)
HEALTHY = outputs(listing("ja"), ALONE, own=True)
SHARED = outputs(listing("fr"), GROUPED, own=False)


def vouch(folder):
    """Notes the hash of all that is in a folder, as the script does by certutil, in the words of Windows Server 2016."""
    hashes = ""
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        words = (f"SHA256-Hash von {path.name}:\r\n", "CertUtil: -hashfile-Befehl wurde erfolgreich ausgeführt.\r\n") if data else ("", "")
        hashes += f"[{path.name}]\r\n{words[0]}{hashlib.sha256(data).hexdigest()}\r\n{words[1]}"
    (folder / "sha256.txt").write_bytes(hashes.encode("cp850"))


def collect(folder, texts, encoding="utf-8", **codes):
    """Writes what the script would leave, in the encoding of the console."""
    folder.mkdir(parents=True)
    page = re.fullmatch(r"cp(\d+)", encoding)
    facts = "format=1\r\nwindow_hours=168\r\n"
    for file, text in texts.items():
        if file == "system.txt":
            text += value("OEMCP", "REG_SZ", page[1] if page else "932")
        data = text.encode("utf-16-le" if file in ("events.xml", "live.xml") else encoding) if text else b""
        (folder / file).write_bytes(data)
        facts += f"{file}={codes.get(file.split('.')[0], CODES.get(file, 0))}\r\n"
    (folder / "facts.ini").write_bytes(facts.encode("utf-16" if encoding == "utf-16" else "ascii"))
    vouch(folder)


# Each language, code page and version of Windows there is, each verdict that needs no network, and vssadmin's ways to fail.
SERVERS = (
    "affected-2012r2-ja affected-2012r2-ja-cp932 affected-probable at-risk busy fix-pending healthy-2016-isolated-fr "
    "healthy-2019-en healthy-2019-pl healthy-2022-de many-writers partial shared-2012r2-ja shared-2016 third-party "
    "vss-fault-failed vssadmin-denied vssadmin-empty vssadmin-hang vssadmin-missing writers-missing-split"
).split()


class Examine(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory(prefix="vssfleet-")
        self.addCleanup(self.directory.cleanup)
        self.path = Path(self.directory.name)
        self.collected = self.path / "collected"
        self.collected.mkdir()
        self.store = self.path / "store.db"
        self.environment = {**os.environ, "HOME": str(self.path), "XDG_STATE_HOME": str(self.path)}

    def run_program(self, *arguments):
        return vssfleet(*arguments, env=self.environment)

    def examine(self, *arguments, directory=None):
        """Exit code and records by host."""
        code, out, err = self.run_program(
            "examine", directory or self.collected, "--store", self.store, "-F", "ndjson", "-o", "-", *arguments
        )
        lines = [json.loads(line) for line in out.splitlines()]
        self.assertEqual("run_end", lines[-1]["type"], err)
        return code, {line["host"]["name"]: line for line in lines if line["type"] == "host"}

    def refused(self, *arguments, says):
        code, out, err = self.run_program("examine", *arguments, "--store", self.store)
        self.assertEqual((2, ""), (code, out), err)
        self.assertIn(says, err)

    def test_every_encoding_reads_alike(self):
        for encoding, texts, verdict in (
            ("utf-8", AFFECTED, "affected"), ("utf-8-sig", AFFECTED, "affected"), ("utf-16", AFFECTED, "affected"),
            ("cp932", AFFECTED, "affected"), ("utf-8", HEALTHY, "healthy"), ("utf-16", HEALTHY, "healthy"),
            ("cp932", HEALTHY, "healthy"), ("cp850", SHARED, "shared"), ("utf-16", SHARED, "shared"),
        ):  # fmt: skip
            with self.subTest(encoding, verdict=verdict):
                host = f"{verdict}-{encoding}"
                collect(self.collected / host, texts, encoding)
                _, records = self.examine()
                self.assertEqual((verdict, []), (records[host]["verdict"], records[host]["errors"]), records[host])

    def test_the_record_is_that_of_a_scan_and_says_that_it_is_offline(self):
        collect(self.collected / "fs-tyo-0012", AFFECTED, "cp932")
        code, records = self.examine()
        record = records["fs-tyo-0012"]
        self.assertEqual(3, code)
        self.assertEqual("confirmed", record["confidence"])
        self.assertEqual("match", record["checkpoints"]["events"])
        self.assertEqual(["FontCache", "netprofm", "nsi"], record["eventsystem"]["shared_with"])
        self.assertEqual({"8193": 1, "13": 0}, record["events"]["matching"])
        self.assertEqual("2026-11-15T12:30:00Z", record["events"]["covered_from"])
        self.assertEqual("2026-11-22T12:30:00Z", record["checked_at"])
        self.assertEqual(("6.3.9600", 3, 932), tuple(record["os"][key] for key in ("version", "product_type", "oem_codepage")))
        self.assertEqual("none", record["backup"]["schedule"])
        transport = record["transport"]
        self.assertEqual("offline", transport["scheme"])
        for nothing in ("auth", "sealed", "server_authenticated", "clock_skew_s"):
            self.assertIsNone(transport[nothing], nothing)
        self.assertIsNone(record["host"]["port"])

    def test_the_run_is_kept_and_reported_like_any_other(self):
        collect(self.collected / "one", AFFECTED)
        collect(self.collected / "two", SHARED)
        report = self.path / "report"
        code, out, err = self.run_program("examine", self.collected, "--store", self.store, "-o", report)
        self.assertEqual((3, ""), (code, err))
        self.assertIn("2 of 2 servers checked", out)
        self.assertEqual(
            {"report.html", "hosts.csv", "writers.csv", "events.csv", "services.csv", "changes.csv", "results.ndjson"},
            {path.name for path in report.iterdir()},
        )
        self.assertIn("offline", (report / "hosts.csv").read_text() + (report / "report.html").read_text())
        run = re.search(r"Run (\w+)", out)[1]
        code, out, err = self.run_program("runs", "--store", self.store)
        self.assertEqual((0, 1), (code, out.count(run)), err)
        self.assertIn("2 of 2 hosts", out)
        code, out, err = self.run_program("show", "one", "--run", run, "--store", self.store)
        self.assertEqual(0, code, err)
        self.assertIn("FontCache", out)
        code, out, err = self.run_program("show", "two", "--raw", "--run", run, "--store", self.store)
        self.assertIn("System Writer", out)

    def test_a_folder_of_one_server_is_enough(self):
        collect(self.path / "FS_TYO_12", HEALTHY)
        code, records = self.examine(directory=self.path / "FS_TYO_12")
        self.assertEqual((0, "healthy"), (code, records["FS_TYO_12"]["verdict"]))

    def test_what_is_missing_is_never_better(self):
        deciding = {"vssadmin.txt": "vss", "tasklist.csv": "services", "events.xml": "events", "facts.ini": "vss", "boot.xml": "events", "sha256.txt": "vss"}
        for file in (*HEALTHY, "facts.ini", "sha256.txt"):
            for name, texts in (("healthy", HEALTHY), ("shared", SHARED)):
                host = f"{name}-{file.replace('.', '-')}"
                collect(self.collected / host, texts)
                (self.collected / host / file).unlink()
        code, records = self.examine()
        for host, record in records.items():
            file = host.split("-", 1)[1][::-1].replace("-", ".", 1)[::-1]
            with self.subTest(host):
                self.assertTrue(record["errors"])
                if file in deciding:
                    self.assertEqual("unknown", record["verdict"])
                    self.assertEqual(deciding[file], record["errors"][0]["probe"])
                    self.assertIn(file, record["reason"])
        self.assertEqual(4, code)
        self.assertEqual("unknown", records["shared-eventsystem-txt"]["verdict"])

    def test_a_cut_file_is_never_healthy(self):
        for file in ("vssadmin.txt", "tasklist.csv", "facts.ini", "boot.xml"):
            size = len((HEALTHY.get(file) or "x" * 200).encode())
            for part in sorted({0, 1, size // 3, size // 2, size - 30, size - 2, size - 1}):
                host = f"{file.split('.')[0]}-{part}"
                collect(self.collected / host, HEALTHY)
                path = self.collected / host / file
                path.write_bytes(path.read_bytes()[:part])
        _, records = self.examine()
        self.assertEqual({"unknown"}, {record["verdict"] for record in records.values()})

    def test_another_digit_is_never_believed(self):
        for file, one, other, verdict in (
            ("tasklist.csv", "816", "817", "unknown"), ("tasklist.csv", "EventSystem", "EventSystes", "unknown"),
            ("facts.ini", "vssadmin.txt=0", "vssadmin.txt=2", "unknown"), ("vssadmin.txt", "2013", "2014", "unknown"),
            ("events.xml", "0x800401fb", "0x800401fc", "probable"), ("boot.xml", "2026-11-20", "2026-11-21", "probable"),
            ("system.txt", "6.3", "6.1", "confirmed"),
        ):  # fmt: skip
            with self.subTest(file, other=other):
                host = re.sub(r"\W", "-", f"{file}-{one}")
                collect(self.collected / host, AFFECTED)
                path = self.collected / host / file
                data = path.read_bytes()
                encoding = "utf-16-le" if file == "events.xml" else "utf-8"
                self.assertIn(one.encode(encoding), data)
                path.write_bytes(data.replace(one.encode(encoding), other.encode(encoding)))
                _, records = self.examine()
                self.assertEqual(
                    [f"{file}: its SHA-256 is not the one in sha256.txt: the copy was cut, converted or damaged; copy the folder "
                     "byte for byte, or collect again"],
                    [error["message"] for error in records[host]["errors"]],
                )  # fmt: skip
                self.assertEqual(verdict, records[host]["confidence"] or records[host]["verdict"])

    def test_what_was_collected_without_the_script_is_heard_only_of_failures(self):
        for host, texts in (("fine", HEALTHY), ("none", AFFECTED)):
            collect(self.collected / host, texts)
        broken = {**HEALTHY, "vssadmin.txt": HEALTHY["vssadmin.txt"].replace("[1] 安定", "[9] 失敗", 1)}
        collect(self.collected / "broken", broken)
        for folder in self.collected.iterdir():
            (folder / "sha256.txt").unlink()
        _, records = self.examine()
        self.assertEqual(
            {"fine": ("unknown", "partial"), "none": ("unknown", "empty_unverified"), "broken": ("vss_fault", "partial")},
            {host: (record["verdict"], record["vss"]["outcome"]) for host, record in records.items()},
        )

    def test_an_empty_list_needs_its_exit_code(self):
        collect(self.collected / "said", AFFECTED)
        collect(self.collected / "unsaid", AFFECTED)
        collect(self.collected / "refused", AFFECTED, vssadmin=2)
        facts = self.collected / "unsaid" / "facts.ini"
        facts.write_bytes(re.sub(rb"vssadmin.txt=.*\r\n", b"", facts.read_bytes()))
        (self.collected / "unsaid" / "sha256.txt").unlink()
        vouch(self.collected / "unsaid")
        _, records = self.examine()
        self.assertEqual(
            {"said": ("affected", "empty"), "unsaid": ("unknown", "empty_unverified"), "refused": ("unknown", "failed")},
            {host: (record["verdict"], record["vss"]["outcome"]) for host, record in records.items()},
        )

    def test_nobody_is_left_out_silently(self):
        (self.collected / "empty").mkdir()
        (self.collected / ".hidden").mkdir()
        (self.collected / "readme.txt").write_text("a file")
        collect(self.collected / "good", HEALTHY)
        code, records = self.examine()
        self.assertEqual((4, {"empty": "unknown", "good": "healthy"}), (code, {h: r["verdict"] for h, r in records.items()}))

    def test_the_age_of_what_was_collected_is_not_hidden(self):
        texts = {**HEALTHY, "clock.txt": ""}
        collect(self.collected / "timeless", texts)
        _, records = self.examine()
        self.assertIsNone(records["timeless"]["checked_at"])
        self.assertIsNone(records["timeless"]["events"]["covered_from"])

    def test_policy_and_exit_codes_are_those_of_a_scan(self):
        collect(self.collected / "one", SHARED)
        self.assertEqual(0, self.examine()[0])
        self.assertEqual(3, self.examine("--isolate-required")[0])
        self.assertEqual(3, self.examine("--fail-on", "shared")[0])
        (self.collected / "two").mkdir()
        self.assertEqual(4, self.examine()[0])
        self.assertEqual(0, self.examine("--min-coverage", "50")[0])
        self.assertEqual(5, self.examine("--fail-on", "shared")[0])

    def test_waivers_profile_and_the_past_are_those_of_a_scan(self):
        collect(self.collected / "one", AFFECTED)
        waivers, settings = self.path / "waivers.conf", self.path / "settings"
        waivers.write_text(
            f'[waiver "W-1"]\nhosts = one\nverdicts = affected\nreason = patch day\nowner = t.sato\nexpires = '
            f"{datetime.date.today() + datetime.timedelta(60)}\n"
        )
        settings.write_text(f'[profile "tokyo"]\nwaivers = {waivers}\n')
        self.assertEqual(3, self.examine()[0])
        words = ("examine", self.collected, "--store", self.store, "-F", "ndjson", "-o", "-", "--config", settings, "--profile", "tokyo")
        first, second = ([json.loads(line) for line in self.run_program(*words)[1].splitlines()] for _ in range(2))
        for lines in (first, second):
            self.assertEqual("tokyo", lines[0]["meta"]["profile"])
            self.assertEqual("W-1", lines[1]["waiver"]["id"])
        self.assertEqual(0, self.run_program(*words)[0])
        self.assertIsNotNone(first[1]["since"])
        self.assertEqual(first[1]["since"], second[1]["since"])

    def test_folders_that_cannot_be_servers_are_refused(self):
        self.refused(self.path / "nosuch", says="nosuch")
        self.refused(self.collected, says="no folder of a server")
        self.refused(says="--script")
        self.refused(self.collected, "--script", says="give one of")
        (self.collected / "SRV1 - Copy").mkdir()
        self.refused(self.collected, says="SRV1 - Copy")
        (self.collected / "SRV1 - Copy").rename(self.collected / "srv1")
        (self.collected / "link").symlink_to("srv1")
        self.refused(self.collected, says="symbolic link")
        (self.collected / "link").unlink()
        (self.collected / "vssadmin.txt").write_text("of whom?")
        self.refused(self.collected, says="keep them apart")

    def test_hostile_texts_reach_no_terminal(self):
        texts = {**HEALTHY, "vssadmin.txt": listing("en", {"\x1b]0;x\x07=cmd|' /C calc'!A0": "e8132975-6f93-4464-a53e-1050253ae220"})}
        collect(self.collected / "one", texts)
        code, out, err = self.run_program("examine", self.collected, "--store", self.store)
        self.assertNotIn("\x1b", out + err)
        _, out, _ = self.run_program("show", "one", "--store", self.store)
        self.assertNotIn("\x1b", out)

    def collect_from(self, server):
        """Runs the script on a simulated server; its exit code, 124 where it never ends, and what it printed."""
        script = self.path / "collect.cmd"
        if not script.exists():
            script.write_bytes(subprocess.run([os.environ["VSSFLEET"], "examine", "--script"], check=True, stdout=subprocess.PIPE).stdout)
        (self.collected / server).mkdir()
        done = subprocess.run([os.environ["BATCH"], server, script, self.collected / server], stdin=subprocess.DEVNULL, capture_output=True)
        self.assertEqual(b"", done.stderr, server)
        return done.returncode, done.stdout.decode()

    def test_what_the_script_collects_is_judged_like_the_server(self):
        table = subprocess.run([WINSIM, "--scenarios"], check=True, capture_output=True, text=True).stdout
        verdicts = dict(line.split()[:2] for line in table.splitlines())
        ends = {server: self.collect_from(server)[0] for server in SERVERS}
        failed = {"vssadmin-denied": 1, "vssadmin-hang": 124, "vssadmin-missing": 1}
        self.assertEqual({server: failed.get(server, 0) for server in SERVERS}, ends)
        _, records = self.examine()
        self.assertEqual(
            {server: verdicts[server] for server in SERVERS}, {server: records[server]["verdict"] for server in SERVERS}
        )
        self.assertIn("did not come to its end", records["vssadmin-hang"]["reason"])
        whole = [server for server in SERVERS if not server.startswith("vssadmin")]
        self.assertEqual({server: [] for server in whole}, {server: records[server]["errors"] for server in whole})

    def test_the_script_is_printed_as_cmd_wants_it(self):
        done = self.run_program("examine", "--script")
        self.assertEqual((0, ""), (done[0], done[2]))
        self.assertTrue(done[1].startswith("@echo off\n"))  # read in text mode: CR LF is one line's end
        for file in (*HEALTHY, "facts.ini", "sha256.txt"):
            self.assertIn(f'"%OUT%\\{file}"', done[1])
        self.assertIn("<= 172800000]", self.run_program("examine", "--script", "--since", "2d")[1])


if __name__ == "__main__":
    unittest.main()
