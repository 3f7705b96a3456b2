#!/usr/bin/env python3
"""A page is built only with all its words in both languages: test_embed.py EMBED."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

EMBED = pathlib.Path(sys.argv.pop(1))
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
STATE = 'msgid "State"\nmsgstr "状態"\n'
TABLE = 'msgctxt "heading"\nmsgid "State"\nmsgstr "状態の一覧"\n'


class Embed(unittest.TestCase):
    def built(self, words, po):
        with tempfile.TemporaryDirectory() as folder:
            place = pathlib.Path(folder)
            (place / 'strings.js').write_text('// Words.\n({\n' + words + '\n})\n', encoding='utf-8')
            (place / 'ja.po').write_text(HEAD + po, encoding='utf-8')
            done = subprocess.run([sys.executable, EMBED, place / 'page.c', 'msgfmt', place / 'ja.po', place / 'strings.js'],
                                  capture_output=True, text=True)
            source = place / 'page.c'
            return done, source.read_text(encoding='ascii') if source.exists() else None

    def words(self, words, po):
        done, source = self.built(words, po)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('page_strings_json', source)
        return json.loads(bytes(int(byte, 16) for byte in re.findall(r"'\\x(..)'", source)))

    def refused(self, words, po, because):
        done, source = self.built(words, po)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(because, done.stderr)
        self.assertIsNone(source)

    def test_each_text_has_its_japanese(self):
        self.assertEqual(self.words('"a": _("State"),\n\n"b": pgettext("heading", "State"),\n"c": ["日本語", "English"],',
                                    f'{STATE}\n{TABLE}'),
                         {'a': ['State', '状態'], 'b': ['State', '状態の一覧'], 'c': ['日本語', 'English']})

    def test_a_text_without_japanese_ends_the_build(self):
        for about, words, po in (
                ('not in the catalogue', '"a": _("State"),', ''),
                ('empty there', '"a": _("State"),', 'msgid "State"\nmsgstr ""\n'),
                ('only guessed', '"a": _("State"),', '#, fuzzy\n' + STATE),
                ('only as something else', '"a": pgettext("heading", "State"),', STATE)):
            with self.subTest(about):
                self.refused(words, po, "strings.js:3: no Japanese in the catalogue for 'State'")

    def test_a_line_that_is_not_understood_ends_the_build(self):
        for line in ('"b": "State",', '"b": _("State")', '"b": _("a" + "b"),', 'b: _("State"),', '"a": _("State"),'):
            with self.subTest(line):
                self.refused('"a": _("State"),\n' + line, STATE, 'strings.js:4: ')


unittest.main()
