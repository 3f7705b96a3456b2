#!/usr/bin/env python3
"""Reads the CSV files of a hostile run with Python's csv module and compares every field with what the hosts said.

test_csv.py HOSTILE_REPORT: the expectations are made here from results.ndjson, by rules written down a second time."""
import calendar
import csv
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import time

from readers import visible

COLUMNS = {
    "hosts.csv": "run host address port groups source host_id verdict confidence cause waiver cp_writers cp_environment "
    "cp_events cp_eventsystem checked_at_utc checked_at_local since_utc duration_ms os_caption os_build product_type "
    "hypervisor vss_outcome vss_exit writers_found writers_missing es_state es_pid es_type es_shared_with ev_8193 ev_13 "
    "ev_last_utc ev_covered_from_utc backup_product backup_schedule backup_last_success_utc backup_last_failure_utc "
    "error_probe error_kind error_message auth sealed retries clock_skew_s",
    "writers.csv": "run host name id instance_id state state_text last_error service",
    "events.csv": "run host time_utc id hr writer live",
    "services.csv": "run host pid name state start_mode service_type",
}
HOSTS = 300


class Expected:
    def __init__(self, guard):
        self.guard = guard

    def field(self, value):
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return str(value)
        if isinstance(value, list):
            value = ";".join(value)
        guarded = self.guard and value[:1] in tuple("=+-@\t\r\n＝＋－＠")
        return ("'" if guarded else "") + visible(value)

    def host(self, r):
        count = lambda v: None if v is None else len(v)
        host, checks, os, vss = r["host"], r["checkpoints"], r["os"], r["vss"]
        es, ev, backup, transport = r["eventsystem"], r["events"], r["backup"], r["transport"]
        error = r["errors"][0] if r["errors"] else {"probe": None, "kind": None, "message": None}
        local = r["checked_at"] and time.strftime(
            "%Y-%m-%d %H:%M:%S",
            time.localtime(calendar.timegm(time.strptime(r["checked_at"], "%Y-%m-%dT%H:%M:%SZ"))))
        row = [r["run"], host["name"], host["address"], host["port"], host["groups"], host["source"], host["id"],
               r["verdict"], r["confidence"], r["cause"], r["waiver"] and r["waiver"]["id"], checks["writers"], checks["environment"],
               checks["events"], checks["eventsystem"], r["checked_at"], local, None, r["duration_ms"], os["caption"],
               os["build"], os["product_type"], r["platform"]["hypervisor"], vss["outcome"], vss["exit"],
               count(vss["writers"]), count(vss["missing"]), es["state"], es["pid"], es["service_type"],
               es["shared_with"], ev["matching"]["8193"], ev["matching"]["13"], ev["last"], ev["covered_from"],
               backup["product"], backup["schedule"], backup["last_success"], backup["last_failure"], error["probe"],
               error["kind"], error["message"], transport["auth"], transport["sealed"], transport["retries"],
               transport["clock_skew_s"]]
        return [[self.field(v) for v in row]]

    def elements(self, record, elements, keys):
        return [[self.field(v) for v in (record["run"], record["host"]["name"], *(e[k] for k in keys))]
                for e in elements or []]

    def rows(self, name, record, evidence):
        if name == "hosts.csv":
            return self.host(record)
        if name == "writers.csv":
            keys = "name id instance_id state state_text last_error service".split()
            return self.elements(record, record["vss"]["writers"], keys)
        if name == "events.csv":
            return self.elements(record, evidence["events"], "time id hr writer live".split())
        return self.elements(record, evidence["services"], "pid name state start_mode service_type".split())


def lines(path):
    return [json.loads(line) for line in path.read_bytes().decode("utf-8").split("\n")[:-1]]


def unquoted_fields(text, delimiter):
    """Fields that stand bare: only numbers, truth values and nothing may."""
    bare, quoted, field = [], False, ""
    for c in text:
        if c == '"':
            quoted, field = not quoted, field + c
        elif not quoted and c in delimiter + "\r\n":
            bare += [] if field.startswith('"') else [field]
            field = ""
        else:
            field += c
    return bare


def check(program, encoding, delimiter, guard):
    about = f"{encoding} {delimiter} {guard}"
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        subprocess.run([program, directory, encoding, delimiter, guard, str(HOSTS)], check=True)
        records = [r for r in lines(directory / "results.ndjson") if r["type"] == "host"]
        pairs = list(zip(records, lines(directory / "evidence.ndjson"), strict=True))
        order = "affected writers_missing vss_fault unreachable unknown fix_pending at_risk busy shared healthy".split()
        pairs.sort(key=lambda p: (order.index(p[0]["verdict"]), p[0]["host"]["name"]))
        assert len(pairs) == HOSTS, about
        for name, columns in COLUMNS.items():
            data = (directory / name).read_bytes()
            mark = data.startswith(b"\xef\xbb\xbf")
            assert mark == (encoding in ("auto", "utf-8-bom")), f"{about} {name}: byte order mark"
            text = data[3 * mark:].decode("cp932" if encoding == "cp932" else "utf-8")
            assert text.endswith("\r\n"), about
            bare = set(unquoted_fields(text, delimiter))
            assert all(not b or b in ("true", "false") or b.lstrip("-").isdecimal() for b in bare), f"{about}: {bare}"
            found = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
            expect = [columns.split()]
            for record, evidence in pairs:
                expect += Expected(guard == "guard").rows(name, record, evidence)
            if encoding == "cp932":
                expect = [[f.encode("cp932", "replace").decode("cp932") for f in row] for row in expect]
            assert len(found) == len(expect), f"{about} {name}: {len(found)} rows instead of {len(expect)}"
            for f, x in zip(found, expect):
                assert f == x, f"{about} {name}:\n{f}\ninstead of\n{x}"


csv.field_size_limit(1 << 24)
check(sys.argv[1], "auto", ",", "guard")
check(sys.argv[1], "utf-8", ";", "guard")
check(sys.argv[1], "utf-8-bom", ",", "raw")
check(sys.argv[1], "cp932", ",", "guard")
