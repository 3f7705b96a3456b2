#!/usr/bin/env python3
"""What the escapers make of random bytes, read back by parsers that are not ours: test_escapers.py ESCAPED.
HTML is read by libxml2 in test_escape.c and by Chromium in html/browser_hostile.py."""
import csv
import email
import email.policy
import io
import json
import re
import subprocess
import sys
import unittest
import xml.etree.ElementTree as ElementTree

from readers import Escaped, on_terminal, visible

COUNT, SEED = 4000, 20261123
FORMULA = tuple("=+-@\t\r\n＝＋－＠")


class Escapers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.made = Escaped(sys.argv[1], COUNT, SEED)
        cls.texts = cls.made.texts

    def test_the_texts_are_as_hostile_as_they_should_be(self):
        whole = "".join(self.texts)
        for part in ("<", "\x1b", "\u202e", "\ufffd", "\r", "=", '"', "\\", "\x9b", "ライター", "</script>"):
            self.assertIn(part, whole)

    def test_csv(self):
        for name, guard in (("fields.csv", True), ("raw.csv", False)):
            rows = list(csv.reader(io.StringIO(self.made.text(name), newline=""), strict=True))
            self.assertEqual({len(row) for row in rows}, {1})
            expect = [("'" if guard and t.startswith(FORMULA) else "") + visible(t) for t in self.texts]
            self.made.compare(name, [row[0] for row in rows], expect)

    def test_xml(self):
        root = ElementTree.fromstring(self.made.files["document.xml"])
        expect = [visible(t) for t in self.texts]
        self.made.compare("element", [t.text or "" for t in root], expect)
        self.made.compare("attribute", [t.get("a") for t in root], expect)

    def test_json_island(self):
        text = self.made.text("island.json")
        for never in ("<", "\u2028", "\u2029", "\x7f", "\u202e"):
            self.assertNotIn(never, text)
        found = [t.replace("\ufffe", "\ufffd") for t in json.loads(text)]  # escaped, it does no harm
        self.made.compare("island", found, [visible(t) for t in self.texts])

    def test_prometheus_label(self):
        lines = self.made.text("labels").split("\n")[:-1]
        found = []
        for line in lines:
            inside = re.fullmatch(r't="((?:[^"\\\n]|\\[\\"n])*)"', line)
            self.assertTrue(inside, line)
            found.append(re.sub(r'\\(.)', lambda m: "\n" if m[1] == "n" else m[1], inside[1]))
        self.made.compare("label", found, [visible(t, returns=True) for t in self.texts])

    def test_terminal(self):
        lines = self.made.text("terminal").split("\n")[:-1]
        self.made.compare("terminal", lines, [on_terminal(t) for t in self.texts])
        self.assertFalse(re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "".join(lines)))

    def test_shell_word(self):
        """As pasted: a shell takes each for one word, and runs nothing."""
        script = b"".join(b"printf '%s\\0' " + word + b"\n" for word in self.made.files["words"].split(b"\n")[:-1])
        done = subprocess.run(["sh"], input=script, capture_output=True, check=True, env={"LC_ALL": "C.UTF-8"})
        self.assertEqual(done.stderr, b"")
        self.made.compare("word", done.stdout.decode("utf-8").split("\0")[:-1], [on_terminal(t) for t in self.texts])

    def test_mail_header(self):
        subjects = self.made.files["subjects"].split(b"\n")[:-1]
        for subject, text in zip(subjects, self.texts):
            header = b"Subject: " + subject + b"\r\nX-After: 1\r\n\r\n"
            self.assertTrue(header.isascii())
            letter = email.message_from_bytes(header, policy=email.policy.default)
            self.assertEqual(letter.keys(), ["Subject", "X-After"])
            self.assertIn(f"[vssfleet] {on_terminal(text) or '.'}: ", letter["Subject"], f"{self.made.about}: {text!a}")


unittest.main(argv=sys.argv[:1])
