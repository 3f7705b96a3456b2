#!/usr/bin/env python3
"""Reads the formats for other programs of a hostile run back, each with a parser that is not ours, and compares them with the
records; promtool and xmllint look too where they are installed.

test_formats.py HOSTILE_REPORT JUNIT.XSD"""
import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

from readers import visible

PROGRAM, XSD = sys.argv[1:3]
HERE = pathlib.Path(__file__).resolve().parent
RULES = HERE.parents[1] / "packaging" / "prometheus" / "vssfleet.rules.yml"
HOSTS = 300
VERDICTS = "affected writers_missing vss_fault unreachable unknown fix_pending at_risk busy shared healthy".split()
FINDINGS = {"affected", "writers_missing", "vss_fault", "fix_pending", "at_risk"}
UNCHECKED = {"unreachable", "unknown"}
KINDS = "dns connect tls auth denied timeout fault quota parse protocol aborted vssadmin other".split()


def waived(record):
    return record["verdict"] in FINDINGS and bool(record["waiver"]) and record["waiver"]["expires"] > "2026"


def group(record):
    return (record["host"]["groups"] or [""])[0]


def unquote(text):
    """The text in double quotes at the beginning, and what follows it: \\\\, \\" and \\n, nothing else."""
    assert text[0] == '"', text
    out, i = "", 1
    while text[i] != '"':
        if text[i] == "\\":
            i += 1
            out += {"\\": "\\", '"': '"', "n": "\n"}[text[i]]
        else:
            assert text[i] != "\n"
            out += text[i]
        i += 1
    return out, text[i + 1 :]


def prometheus(text):
    """Strictly the text format: {metric: [(labels, value)]}; each metric once, in one block, after its HELP and TYPE."""
    metrics, current, helped = {}, None, None
    assert text.endswith("\n") and "\r" not in text
    for line in text.split("\n")[:-1]:
        if line.startswith("# HELP "):
            helped = re.fullmatch(r"# HELP ([a-z_]+) (\S.*)", line)[1]
            continue
        if line.startswith("# TYPE "):
            current = re.fullmatch(r"# TYPE ([a-z_]+) gauge", line)[1]
            assert current == helped and current not in metrics and not current.endswith("_total"), line
            metrics[current] = []
            continue
        name = re.match(r"[a-z_]+", line)[0]
        assert name == current, f"{name} stands among {current}"
        labels, rest = {}, line[len(name) :]
        while rest[0] in "{,":
            label = re.match(r"[{,]([a-z_]+)=", rest)
            assert label[1] not in labels
            labels[label[1]], rest = unquote(rest[label.end() :])
        value = re.fullmatch(r"} ([0-9.e+-]+)", rest)[1]  # no timestamp behind it
        metrics[name].append((labels, float(value)))
    for name, samples in metrics.items():
        keys = [tuple(sorted(labels.items())) for labels, _ in samples]
        assert len(set(keys)) == len(keys), f"{name}: two samples with the same labels"
    return metrics


class Formats(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.keep = tempfile.TemporaryDirectory()
        cls.path = pathlib.Path(cls.keep.name)
        subprocess.run([PROGRAM, cls.path, "auto", ",", "guard", str(HOSTS)], check=True)
        lines = (cls.path / "results.ndjson").read_text("utf-8").split("\n")[:-1]
        cls.start, *cls.records, cls.end = map(json.loads, lines)
        cls.profile = cls.start["meta"]["profile"]

    @classmethod
    def tearDownClass(cls):
        cls.keep.cleanup()

    def text(self, name):
        return (self.path / name).read_bytes().decode("utf-8")

    def counts(self):
        return collections.Counter(r["verdict"] for r in self.records)

    def test_junit_has_a_case_for_each_host_with_what_it_said(self):
        suites = ElementTree.fromstring(self.text("junit.xml"))
        found = {}
        for suite in suites:
            for case in suite.iter("testcase"):
                self.assertEqual(case.get("classname"), suite.get("name"))
                self.assertNotIn(case.get("name"), found)
                found[case.get("name")] = (suite.get("name"), case)
            for count, tag in {"failures": "failure", "errors": "error", "skipped": "skipped"}.items():
                self.assertEqual(int(suite.get(count)), len(suite.findall(f"testcase/{tag}")), suite.get("name"))
            self.assertEqual(int(suite.get("tests")), len(suite.findall("testcase")))
            values = {p.get("name"): p.get("value") for p in suite.iter("property")}
            self.assertEqual(values["profile"], visible(self.profile))
        self.assertEqual(len(found), HOSTS)
        self.assertEqual(int(suites.get("tests")), HOSTS)
        for record in self.records:
            name, case = found[record["host"]["name"]]
            self.assertEqual(name, visible(group(record)) or "ungrouped")
            self.outcome(record, case)

    def outcome(self, record, case):
        verdict, children = record["verdict"], [child.tag for child in case]
        if verdict in UNCHECKED:
            self.assertEqual(children, ["error"], verdict)
            self.assertEqual(case[0].get("type"), {"unreachable": "auth", "unknown": "timeout"}[verdict])
        elif verdict == "busy":
            self.assertEqual((children, case[0].get("type")), (["skipped"], "busy"))
        elif waived(record):
            self.assertEqual((children, case[0].get("type")), (["skipped"], "waived"))
            self.assertIn(visible(record["waiver"]["reason"]), case[0].text)
        elif verdict in FINDINGS:
            self.assertEqual((children, case[0].get("type")), (["failure"], verdict))
        else:
            self.assertEqual(children, [], verdict)
        if children:
            self.assertEqual(case[0].get("message"), visible(record["reason"]))
            for error in filter(lambda e: e["message"], record["errors"]):
                self.assertIn("error: " + visible(error["message"]), case[0].text)

    @unittest.skipUnless(shutil.which("xmllint"), "xmllint is not installed (libxml2-utils)")
    def test_junit_fits_its_schema(self):
        path = self.path / "junit.xml"
        done = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", XSD, path], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        path.with_suffix(".bad").write_text(self.text("junit.xml").replace("<testcase ", '<testcase colour="red" ', 1))
        done = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", XSD, path.with_suffix(".bad")], capture_output=True)
        self.assertNotEqual(done.returncode, 0, "the schema accepts anything")

    def test_prometheus_counts_every_host_once(self):
        metrics, counts = prometheus(self.text("vssfleet.prom")), self.counts()
        for samples in metrics.values():
            for labels, _ in samples:
                self.assertEqual(labels["profile"], visible(self.profile, returns=True))
        hosts = {labels["verdict"]: value for labels, value in metrics["vssfleet_hosts"]}
        self.assertEqual(hosts, {verdict: counts[verdict] for verdict in VERDICTS})
        self.assertEqual(sum(hosts.values()), HOSTS)
        kinds = {labels["kind"]: value for labels, value in metrics["vssfleet_not_checked_hosts"]}
        self.assertEqual(sorted(kinds), sorted(KINDS))
        self.assertEqual((kinds["auth"], kinds["timeout"]), (counts["unreachable"], counts["unknown"]))
        self.assertEqual(sum(kinds.values()), counts["unreachable"] + counts["unknown"])
        waivers = {labels["status"]: value for labels, value in metrics["vssfleet_waivers"]}
        self.assertEqual(waivers, {"active": 1, "expiring": 0, "expired": 1, "unused": 1})
        waived_hosts = {labels["verdict"]: value for labels, value in metrics["vssfleet_waived_hosts"]}
        expected = collections.Counter(r["verdict"] for r in self.records if waived(r))
        self.assertEqual(waived_hosts, {verdict: expected[verdict] for verdict in VERDICTS})
        single = {name: samples[0][1] for name, samples in metrics.items() if name.startswith(("vssfleet_run", "vssfleet_cov"))}
        self.assertAlmostEqual(single["vssfleet_coverage_ratio"], 1 - sum(kinds.values()) / HOSTS)
        self.assertEqual(single["vssfleet_run_complete"], 1)
        self.assertGreater(single["vssfleet_run_last_success_timestamp_seconds"], 1.7e9)
        self.assertIn("vssfleet_run_duration_seconds", single)

    def test_prometheus_has_each_host_and_what_is_unknown_has_no_sample(self):
        metrics = prometheus(self.text("vssfleet.prom"))
        verdicts = {l["host"]: (l["group"], l["verdict"], v) for l, v in metrics["vssfleet_host_verdict"]}
        writers = {l["host"]: v for l, v in metrics["vssfleet_host_writers"]}
        for record in self.records:
            name, listed = record["host"]["name"], record["vss"]["writers"]
            self.assertEqual(verdicts[name], (visible(group(record), returns=True), record["verdict"], 1))
            self.assertEqual(writers.get(name), None if listed is None else len(listed))
        self.assertEqual(len(verdicts), HOSTS)

    def test_the_collector_may_read_the_metrics_and_nobody_the_rest(self):
        self.assertEqual((self.path / "vssfleet.prom").stat().st_mode & 0o777, 0o644)
        for name in ("junit.xml", "zabbix-lld.json", "zabbix-sender.txt", "results.json"):
            self.assertEqual((self.path / name).stat().st_mode & 0o777, 0o600, name)

    @unittest.skipUnless(shutil.which("promtool"), "promtool is not installed (prometheus)")
    def test_promtool_has_no_complaint_not_even_of_style(self):
        with open(self.path / "vssfleet.prom") as metrics:
            done = subprocess.run(["promtool", "check", "metrics"], stdin=metrics, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_alerts_ask_for_metrics_that_there_are(self):
        metrics, rules = prometheus(self.text("vssfleet.prom")), RULES.read_text()
        asked = set(re.findall(r"vssfleet_[a-z_]+", "\n".join(re.findall("expr: (.*)", rules))))
        self.assertGreater(len(asked), 4)
        self.assertLessEqual(asked, set(metrics))

    @unittest.skipUnless(shutil.which("promtool"), "promtool is not installed (prometheus)")
    def test_alerts_are_raised_when_they_should_be(self):
        for file in (RULES, HERE / "rules_test.yml"):
            shutil.copy(file, self.path)
        for words in (["check", "rules", "--lint=all", "--lint-fatal", RULES.name], ["test", "rules", "rules_test.yml"]):
            done = subprocess.run(["promtool", *words], cwd=self.path, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_zabbix_discovers_each_host(self):
        found = json.loads(self.text("zabbix-lld.json"))
        expect = [{"{#HOST}": r["host"]["name"], "{#GROUP}": group(r)} for r in self.records]
        self.assertEqual(found, sorted(expect, key=lambda entry: entry["{#HOST}"]))

    def test_zabbix_gets_a_value_a_line(self):
        values, counts = {}, self.counts()
        for line in self.text("zabbix-sender.txt").split("\n")[:-1]:
            profile, rest = unquote(line)
            key, time, value = re.fullmatch(r' (\S+) (\d+) ([a-z_0-9.]+)', rest).groups()
            self.assertEqual(profile, visible(self.profile, returns=True))
            self.assertNotIn(key, values)
            values[key] = value
        for verdict in VERDICTS:
            self.assertEqual(values[f"vssfleet.hosts[{verdict}]"], str(counts[verdict]))
        self.assertEqual(sum(int(values[f"vssfleet.not_checked[{kind}]"]) for kind in KINDS), 2 * HOSTS // 10)
        self.assertEqual(values["vssfleet.waived"], str(sum(map(waived, self.records))))
        self.assertEqual((values["vssfleet.coverage"], values["vssfleet.run.complete"]), ("80.0", "1"))
        for record in self.records:
            name, listed = record["host"]["name"], record["vss"]["writers"]
            self.assertEqual(values[f"vssfleet.host.verdict[{name}]"], record["verdict"])
            self.assertEqual(values.get(f"vssfleet.host.writers[{name}]"), None if listed is None else str(len(listed)))


unittest.main(argv=sys.argv[:1], verbosity=1)
