#!/usr/bin/env python3
"""Every record that we write is what the installed JSON Schemas say, and hardly anything else is.

test_schemas.py HOSTILE_REPORT JOURNAL.MD"""
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from schemas import Schemas, jsonschema

PROGRAM, JOURNAL = sys.argv[1:3]
if not jsonschema:
    print("skipped: this Python has no jsonschema (python3-jsonschema)")
    sys.exit(77)
HOSTS = 300


def examples():
    """The entries that the journal's manual shows, which leave out what the chain adds."""
    blocks = re.findall(r"```json\n(.*?)```", pathlib.Path(JOURNAL).read_text("utf-8"), re.S)
    return [json.loads(block) for block in blocks]


class Records(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.schemas = Schemas()
        with tempfile.TemporaryDirectory() as directory:
            subprocess.run([PROGRAM, directory, "auto", ",", "guard", str(HOSTS)], check=True)
            lines = (pathlib.Path(directory) / "results.ndjson").read_text("utf-8").split("\n")[:-1]
            cls.document = json.loads((pathlib.Path(directory) / "results.json").read_text("utf-8"))
        cls.records = list(map(json.loads, lines))

    def test_every_record_fits(self):
        types = collections.Counter(record["type"] for record in self.records)
        self.assertEqual(types, {"run_start": 1, "host": HOSTS, "run_end": 1})
        for record in [*self.records, self.document]:
            self.assertEqual(self.schemas.complaints(record), [], record)
        self.document["hosts"][0].pop("reason")
        self.assertNotEqual(self.schemas.complaints(self.document), [])

    def test_a_record_that_was_made_before_since_was_told_fits(self):
        host = next(record for record in self.records if record["type"] == "host")
        self.assertEqual(self.schemas.complaints({key: value for key, value in host.items() if key != "since"}), [])

    def test_the_examples_of_the_journal_fit(self):
        self.assertEqual([e["type"] for e in examples()], ["change_start", "change_intent", "change_outcome", "change_result", "change_end", "change_resume"])
        for record in examples():
            self.assertEqual(self.schemas.complaints(record), [], record)

    def test_a_record_that_breaks_a_promise_does_not_fit(self):
        by_verdict = {record.get("verdict"): record for record in self.records}
        count = 0
        for record in [self.records[0], self.records[-1], *by_verdict.values(), *examples()]:
            for what, mutant in self.schemas.mutants(record):
                self.assertNotEqual(self.schemas.complaints(mutant), [], what)
                count += 1
        self.assertGreater(count, 500)

    def test_healthy_is_never_said_of_what_was_not_proved(self):
        healthy = next(record for record in self.records if record.get("verdict") == "healthy")
        for part, key in (("vss", "writers"), ("eventsystem", "shared_with")):
            mutant = {**healthy, part: {**healthy[part], key: None}}
            self.assertNotEqual(self.schemas.complaints(mutant), [], key)
        self.assertNotEqual(self.schemas.complaints({**healthy, "confidence": "confirmed"}), [])


unittest.main(argv=sys.argv[:1], verbosity=1)
