"""The situations of docs/SCENARIOS.md that a simulated host can play: what is said of each, and in which words."""

import calendar
import json
import re
import sqlite3
import time
import unittest
from contextlib import closing
from typing import NamedTuple

from fleet import Fleet, vssfleet

HOUR = 3600
STAMP = "%Y-%m-%dT%H:%M:%SZ"
JAPANESE = re.compile("[\u3041-\u30ff\u4e00-\u9fff]")
ENGLISH = re.compile(r"\b(?:a|the|is|are|no|of|on|with|to)\b")
# What is the same in every language: numbers, HRESULTs, KB articles.
FIGURES = re.compile(r"0x[0-9a-f]+|\d+(?:\.\d+)*")


class Row(NamedTuple):
    number: int  # of docs/SCENARIOS.md
    scenario: str  # of winsim
    verdict: str
    cause: str | None
    confidence: str | None
    words: tuple  # that the reason must have
    never: tuple = ()  # and those that would be wrong


# fmt: off
ROWS = (
    Row(1, "healthy-2019-en", "healthy", None, None, ("9 writers, all stable", "EventSystem is alone in process")),
    Row(2, "affected-2012r2-ja", "affected", None, "confirmed",
        ("No VSS writer is listed", "process 816 with FontCache, netprofm, nsi", "0x800401fb", "provoked by this look",
         "a backup failed at that time (0x807800a1)"), ("differs",)),
    Row(3, "affected-2016-hyperv", "affected", None, "confirmed",
        ("0x800401fb", "the environment differs from the published case (hyperv, 10.0.14393)")),
    Row(4, "affected-probable", "affected", None, "probable",
        ("no event evidence: the Application log only reaches back to",), ("0x800401fb",)),
    Row(5, "affected-before-boot", "affected", None, "probable",
        ("0x800401fb", "all older than the last start: the current state is unproved by events"), ("provoked",)),
    Row(6, "writers-missing-isolated", "writers_missing", "D8 not_visible", None,
        ("No VSS writer is listed", "zero writers visible to this account although EventSystem is alone in its process",
         "look at the VSS event class, the COM+ event database, COM access rights and the writers' registration"), ("share",)),
    Row(7, "fix-pending-gone", "fix_pending", None, None,
        ("type= own is configured, but EventSystem has not been restarted", "the VSS writers are still missing")),
    Row(8, "writers-missing-split", "writers_missing", "D8 not_visible", None, ("No VSS writer is listed",), ("share",)),
    Row(9, "affected-2019-grouped", "affected", None, "confirmed",
        ("service host grouping is active (RAM <= 3.5 GB)", "EventSystem shares process", "nsi")),
    Row(10, "vssadmin-denied", "unknown", None, None,
        ("vssadmin: failed, exit code 2", "LocalAccountTokenFilterPolicy")),
    Row(11, "vssadmin-unexpected", "unknown", None, None,
        ("vssadmin: failed, exit code 2", "everything else matches the published case"), ("elevated token",)),
    Row(12, "vssadmin-catastrophic", "unknown", None, None,
        ("Error: 0x8000FFFF", "the log says: the COM+ event database looks damaged (KB 940184)"), ("elevated token",)),
    Row(13, "vssadmin-empty", "unknown", None, None, ("vssadmin: unreadable",), ("No VSS writer",)),
    Row(23, "vss-fault-stale", "vss_fault", "writer_failed", None,
        ("SqlServerWriter [10] Timed out (service SQLWriter)", "may be left from the last backup: no matching error event")),
    Row(23, "vss-fault-failed", "vss_fault", "writer_failed", None, ("SqlServerWriter [10] Timed out",), ("may be left",)),
    Row(24, "vss-fault-retryable", "vss_fault", "last_error", None,
        ("its last backup ended with an error: SqlServerWriter [1] Retryable error",)),
    Row(25, "busy", "busy", None, None, ("A backup is running", "[5]")),
    Row(25, "left-waiting-veeam", "busy", None, None, ("A backup is running", "[5]")),
    Row(26, "left-waiting", "vss_fault", "writer_stuck", None,
        ("Writers wait although no backup runs, perhaps since an aborted one", "[5]", "and 6 more"), ("have been waiting",)),
    Row(27, "guest-2003", "vss_fault", "writer_failed", None,
        ("[9] No error", "for information only: expected on Server 2003 after a backup by the virtualization host (KB 2952783)"), ("may be left",)),
    Row(28, "partial", "vss_fault", "writer_missing", None,
        ("System Writer;", "CAPI2 513", "CryptSvc", "Microsoft.NET\\Framework"), ("WMI Writer", "inside VSS")),
    Row(29, "vss-hosted-missing", "vss_fault", "vss_hosted_missing", None,
        ("ASR Writer, Registry Writer, COM+ REGDB Writer, Shadow Copy Optimization Writer", "run inside VSS"),
        ("No VSS writer", "System Writer")),
    Row(30, "two-adam", "healthy", None, None, ("11 writers, all stable",)),
    Row(31, "many-writers", "healthy", None, None, ("189 writers, all stable",)),
    Row(32, "third-party", "healthy", None, None, ("11 writers, all stable",)),
    Row(34, "vssadmin-missing", "unknown", None, None,
        ("exit code 9009", "there is no vssadmin on this Windows"), ("elevated token", "No VSS writer")),
    Row(35, "client-81", "shared", None, None, ("9 writers, all stable",)),
    Row(36, "writers-missing-stopped", "writers_missing", "D4 eventsystem_stopped", None,
        ("EventSystem is stopped",), ("share",)),
    Row(37, "writers-missing-disabled", "writers_missing", "D4 eventsystem_disabled", None,
        ("EventSystem is disabled",), ("share", "type= own")),
    Row(38, "eventsystem-stopping", "unknown", None, None, ("the service is changing state",), ("stable", "alone")),
    Row(38, "eventsystem-stopping-gone", "unknown", None, None, ("the service is changing state",), ("stopped",)),
    Row(39, "eventsystem-absent", "unknown", None, None, ("it is missing from the list of", "services"), ("alone", "too few")),
    Row(40, "services-cut", "unknown", None, None,
        ("the list of services is not known: pull: the server lost the enumeration",), ("with FontCache", "alone")),
    Row(41, "neighbours-stopped", "healthy", None, None,
        ("alone in process", "stopped services belong to its group and may share it again", "FontCache", "netprofm", "nsi")),
    Row(45, "affected-only-8193", "affected", None, "confirmed", ("x 8193 only with 0x800401fb",)),
    Row(46, "affected-only-13", "affected", None, "confirmed", ("x 13 only with 0x800401fb",)),
    Row(47, "reboots", "shared", None, None,
        ("9 writers, all stable", "(12 of ordinary shutdowns not counted)"), ("0x800401fb", "recur")),
    Row(48, "affected-reboots", "affected", None, "probable",
        ("no matching event in the last 168 h (12 of ordinary shutdowns not counted)",), ("0x800401fb",)),
    Row(49, "writers-missing-typelib", "writers_missing", "D2 event_class_lost", None,
        ("KB 2009533", "which type= own does not cure"), ("EventSystem shares",)),
    Row(50, "stale-profile", "shared", None, None, ("no matching event in the last 168 h",)),
    Row(51, "callback-denied", "shared", None, None, ("no matching event in the last 168 h",)),
    Row(52, "azure", "healthy", None, None, ("9 writers, all stable",)),
    Row(53, "provider-fault", "vss_fault", "provider", None,
        ("A shadow copy provider failed since the last start (1229", "{", ", 0x80070424); the writers are fine"),
        ("A writer has failed",)),
    Row(59, "affected-log-cleared", "affected", None, "probable",
        ("no event evidence: the Application log only reaches back to",), ("no matching event",)),
    Row(61, "at-risk", "at_risk", None, None, ("0x800401fb", "it will recur while the process is shared")),
    Row(71, "vsock", "vss_fault", "writer_missing", None,
        ("System Writer;", "the last backup failed with 0x80780049: look at the ImagePath of the driver vsock")),
    # Backups do not decide.
    Row(68, "backup-none", "shared", None, None, ()),
    Row(69, "backup-weekly", "shared", None, None, ()),
    Row(69, "backup-disabled", "shared", None, None, ()),
    Row(72, "backup-veeam", "healthy", None, None, ()),
    # Behind 6: writers that subscribed to an EventSystem before this one.
    Row(6, "writers-missing-restarted", "writers_missing", "D9 eventsystem_restarted", None,
        ("EventSystem is younger than the services that host writers", "restart CryptSvc and Winmgmt"), ("visible", "share")),
)
# fmt: on


def name_of(scenario):
    return f"{scenario}.sim.example"


def hosts_of(scenario_by_name):
    return [word for name, scenario in scenario_by_name.items() for word in ("--host", f"{name}={scenario}")]


class Catalogue(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.fleet = Fleet("--time-scale", "0.01", *hosts_of({name_of(row.scenario): row.scenario for row in ROWS}))
        cls.addClassCleanup(cls.fleet.__exit__)
        cls.code, cls.records, _ = cls.fleet.scan_records()
        cls.journal = cls.fleet.journal()

    def record(self, scenario):
        return self.records[name_of(scenario)]

    def test_findings_and_gaps_make_the_exit_code_5(self):
        self.assertEqual(5, self.code)

    def test_verdict_cause_and_confidence(self):
        for row in ROWS:
            with self.subTest(f"{row.number}: {row.scenario}"):
                record = self.record(row.scenario)
                self.assertEqual(
                    (row.verdict, row.cause, row.confidence),
                    (record["verdict"], record["cause"], record["confidence"]),
                    record["reason"],
                )

    def test_the_reason_has_the_decisive_words(self):
        for row in ROWS:
            with self.subTest(f"{row.number}: {row.scenario}"):
                reason = self.record(row.scenario)["reason"]
                self.assertEqual([], [word for word in row.words if word not in reason], reason)
                self.assertEqual([], [word for word in row.never if word in reason], reason)

    def test_the_reason_is_told_in_japanese_with_the_same_figures(self):
        for row in ROWS:
            with self.subTest(f"{row.number}: {row.scenario}"):
                english, japanese = self.record(row.scenario)["reason"], self.record(row.scenario)["reason_ja"]
                self.assertRegex(japanese, JAPANESE)
                if row.verdict != "unknown":  # where the host is quoted, in its own language
                    self.assertNotRegex(english, JAPANESE)
                    self.assertNotRegex(japanese, ENGLISH)
                self.assertTrue(japanese.endswith("。"), japanese)
                self.assertEqual(sorted(FIGURES.findall(english)), sorted(FIGURES.findall(japanese)))

    def test_what_is_not_known_is_no_checkpoint(self):
        for scenario, checkpoint in (
            ("affected-log-cleared", "events"),
            ("affected-probable", "events"),
            ("eventsystem-absent", "eventsystem"),
            ("eventsystem-stopping", "eventsystem"),
            ("vssadmin-missing", "writers"),
        ):
            with self.subTest(scenario):
                self.assertEqual("unknown", self.record(scenario)["checkpoints"][checkpoint])

    def test_noise_is_no_match_where_the_log_reaches_back(self):
        for scenario in ("reboots", "affected-reboots", "stale-profile", "callback-denied", "azure"):
            with self.subTest(scenario):
                record = self.record(scenario)
                self.assertEqual("no_match", record["checkpoints"]["events"])
                self.assertEqual({"8193": 0, "13": 0}, record["events"]["matching"])

    def test_a_service_that_is_changing_state_is_asked_for_once_more(self):
        requests = [self.record(name)["transport"]["requests"] for name in ("callback-denied", "eventsystem-stopping")]
        self.assertEqual(2, requests[1] - requests[0], "Enumerate and Pull")

    def test_a_list_of_services_that_was_lost_is_replaced_by_no_other(self):
        record = self.record("services-cut")
        self.assertEqual([], record["fallbacks"])
        self.assertEqual(["services"], [error["probe"] for error in record["errors"]])
        self.assertEqual("unknown", record["checkpoints"]["eventsystem"])
        self.assertIsNone(record["eventsystem"]["shared_with"])

    def test_a_client_is_told_from_a_server_of_the_same_version(self):
        client, server = self.record("client-81"), self.record("affected-2012r2-ja")
        self.assertEqual(client["os"]["version"], server["os"]["version"])
        self.assertEqual((1, 3), (client["os"]["product_type"], server["os"]["product_type"]))
        self.assertEqual(("no_match", "match"), (client["checkpoints"]["environment"], server["checkpoints"]["environment"]))
        self.assertIsNone(client["backup"]["schedule"])
        _, shown, _ = vssfleet("show", name_of("client-81"), "--store", self.fleet.store)
        self.assertIn("client OS", shown)

    def test_the_backup_is_told_as_found(self):
        for scenario, product, schedule in (
            ("affected-2012r2-ja", "wsb", "daily"),
            ("backup-weekly", "wsb", "weekly"),
            ("backup-disabled", "wsb", "disabled"),
            ("backup-none", "none", "none"),
            ("backup-veeam", "veeam", "none"),
        ):
            with self.subTest(scenario):
                record = self.record(scenario)
                self.assertEqual((product, schedule), (record["backup"]["product"], record["backup"]["schedule"]))
                self.assertEqual("match" if schedule == "daily" else "no_match", record["checkpoints"]["environment"])

    def test_two_instances_of_one_class_are_two_writers(self):
        adam = [w for w in self.record("two-adam")["vss"]["writers"] if w["name"].startswith("ADAM")]
        self.assertEqual(2, len(adam))
        self.assertEqual(1, len({w["id"] for w in adam}))
        self.assertEqual(2, len({w["instance_id"] for w in adam}))

    def test_winsim_saw_no_violation_no_leak_and_no_change(self):
        self.assertEqual([], self.journal["violations"])
        self.assertEqual(0, self.journal["open_shells"] + self.journal["open_enumerations"])
        self.assertEqual(0, self.journal["mutating_requests"])


def stamp(seconds):
    return time.strftime(STAMP, time.gmtime(seconds))


class Waiting(unittest.TestCase):
    """26: writers that wait are stuck if they did so in every look for more than a day, as far as the store knows."""

    PLAYS = {"W": "left-waiting", "B": "busy", "H": "healthy-2019-en", "U": "vssadmin-denied", "V": "left-waiting-veeam"}
    LOOKS = (50, 30, 23)  # hours ago; a fourth one is now
    # What a host played at each look, and since when its writers wait.
    STUCK = {"WWWW": 50, "BWWW": 50, "HWWW": 30, "UWWW": 30, "UWUW": 30, "WUUW": 50, "VVVV": 50}
    PERHAPS = ("WHWW", "WWHW", "HHWW", "HHHW", "UUUW")
    BUSY = ("BBBB", "HHVV", "VVHV")

    @classmethod
    def setUpClass(cls):
        hosts = [*cls.STUCK, *cls.PERHAPS, *cls.BUSY]
        cls.fleet = Fleet("--time-scale", "0.01", *hosts_of({name_of(host.lower()): "busy" for host in hosts}))
        cls.addClassCleanup(cls.fleet.__exit__)
        for look, hours_ago in enumerate((*cls.LOOKS, 0)):
            for host in hosts:
                cls.fleet.post(f"/host/{name_of(host.lower())}?scenario={cls.PLAYS[host[look]]}")
            code, cls.records, _ = cls.fleet.scan_records()
            assert code in (3, 5), code
            if hours_ago:
                cls.date_back(hours_ago)

    @classmethod
    def date_back(cls, hours):
        """The last run becomes older, since nobody can wait that long."""
        with closing(sqlite3.connect(cls.fleet.store)) as store, store:
            run = store.execute("SELECT max(seq) FROM run").fetchone()[0]
            store.execute("UPDATE run SET started = started - ?1, ended = ended - ?1 WHERE seq = ?2", (hours * HOUR, run))
            for seq, record in store.execute("SELECT seq, record FROM host_result WHERE run = ?", (run,)).fetchall():
                record = json.loads(record)
                record["checked_at"] = stamp(calendar.timegm(time.strptime(record["checked_at"], STAMP)) - hours * HOUR)
                store.execute("UPDATE host_result SET record = ? WHERE seq = ?", (json.dumps(record), seq))

    def test_waiting_for_more_than_a_day_is_stuck(self):
        for host, hours in self.STUCK.items():
            with self.subTest(host):
                record = self.records[name_of(host.lower())]
                self.assertEqual(("vss_fault", "writer_stuck"), (record["verdict"], record["cause"]))
                told = re.search("have been waiting since (.*Z) or longer, stuck after an aborted backup", record["reason"])
                self.assertIsNotNone(told, record["reason"])
                self.assertAlmostEqual(time.time() - hours * HOUR, calendar.timegm(time.strptime(told[1], STAMP)), delta=600)
                self.assertIn(f"{told[1]} から待機したまま", record["reason_ja"])

    def test_waiting_that_was_interrupted_or_not_seen_is_perhaps_stuck(self):
        for host in self.PERHAPS:
            with self.subTest(host):
                record = self.records[name_of(host.lower())]
                self.assertEqual(("vss_fault", "writer_stuck"), (record["verdict"], record["cause"]))
                self.assertIn("perhaps since an aborted one", record["reason"])

    def test_a_backup_at_work_and_a_short_wait_for_another_product_are_busy(self):
        for host in self.BUSY:
            with self.subTest(host):
                self.assertEqual("busy", self.records[name_of(host.lower())]["verdict"])


if __name__ == "__main__":
    unittest.main()
