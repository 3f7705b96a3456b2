#!/usr/bin/env python3
"""The catalogue is complete: test_catalogue.py SOURCE XGETTEXT-OPTION...

Each text that is marked in the source has its Japanese, with the same arguments; nothing is fuzzy, nothing is left over;
every file with marks is in POTFILES."""

import re
import subprocess
import sys
import tempfile
import unicodedata
import unittest
from pathlib import Path

SOURCE, MARKS = Path(sys.argv[1]), sys.argv[2:]
del sys.argv[1:]
CATALOGUE = SOURCE / "po/ja.po"
MARKED = re.compile(r'(?<![A-Za-z0-9_])(_|N_|P_|C_|NC_)\(\s*"')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def run(*words):
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"})
    return done.returncode, done.stdout, done.stderr


def entries(po):
    """(context, text, translation, files, comments) of each entry of a catalogue that gettext's tools wrote."""
    for block in po.split("\n\n"):
        lines = [line for line in block.splitlines() if not line.startswith("#~")]
        texts, key = {}, None
        for line in lines:
            if word := re.match(r"(msg\w+(?:\[0\])?) ", line):
                key = word[1]
            if key and (quoted := re.search(r'"(.*)"$', line)):
                texts[key] = texts.get(key, "") + quoted[1]
        if texts.get("msgid"):
            files = re.findall(r"(\S+):\d+", " ".join(line for line in lines if line.startswith("#:")))
            yield texts.get("msgctxt"), texts["msgid"], texts.get("msgstr", texts.get("msgstr[0]")), files


class Catalogue(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="catalogue-")
        cls.addClassCleanup(cls.directory.cleanup)
        cls.template, cls.merged = (Path(cls.directory.name) / name for name in ("vssfleet.pot", "ja.po"))
        code, _, said = run("xgettext", f"--directory={SOURCE}", f"--files-from={SOURCE / 'po/POTFILES'}", "--no-wrap",
                            "-o", cls.template, *MARKS)  # fmt: skip
        assert code == 0, said
        code, _, said = run("msgmerge", "--quiet", "--no-fuzzy-matching", "--no-wrap", "-o", cls.merged, CATALOGUE, cls.template)
        assert code == 0, said

    def test_every_text_has_its_japanese(self):
        missing = [f"{files[0]}: {text}" for _, text, japanese, files in entries(self.merged.read_text()) if files and not japanese]
        self.assertEqual(missing, [])

    def test_nothing_is_left_over(self):
        wanted = {(context, text) for context, text, _, _ in entries(self.template.read_text())}
        unused = [text for context, text, _, _ in entries(CATALOGUE.read_text()) if (context, text) not in wanted]
        self.assertEqual(unused, [])

    def test_the_tools_of_gettext_find_no_fault(self):
        # Merged it knows which texts are formats, and compares their arguments.
        for po in (CATALOGUE, self.merged):
            code, _, said = run("msgfmt", "--check", "--statistics", "-o", "/dev/null", po)
            self.assertEqual(code, 0, said)
            self.assertNotIn("fuzzy", said)
            self.assertNotIn("untranslated", said)

    def test_every_file_with_marks_is_read(self):
        listed = set((SOURCE / "po/POTFILES").read_text().split())
        self.assertEqual([name for name in listed if not (SOURCE / name).is_file()], [])
        for folder in ("wsman", "inventory", "scanner", "reports"):
            for file in sorted((SOURCE / folder).rglob("*.c")):
                name = str(file.relative_to(SOURCE))
                if MARKED.search(COMMENT.sub("", file.read_text())):
                    self.assertIn(name, listed)

    def test_terminals_agree_on_the_width_of_every_character(self):
        # East Asian terminals show the ambiguous ones in two columns, others in one.
        for _, text, japanese, files in entries(self.merged.read_text()):
            if any(name.startswith(("scanner/", "inventory/")) for name in files):
                self.assertEqual([c for c in japanese if unicodedata.east_asian_width(c) == "A"], [], text)

    def test_blanks_and_line_ends_stand_where_the_english_has_them(self):
        for _, text, japanese, files in entries(self.merged.read_text()):
            if any(name.startswith("scanner/") for name in files):
                self.assertEqual(text.count("\\n"), japanese.count("\\n"), text)
                self.assertEqual(text.endswith("\\n"), japanese.endswith("\\n"), text)

    def test_help_says_the_default_of_rings(self):
        # It stands there as a text that can be translated, not as the constant.
        default = re.search(r'RINGS_DEFAULT "(.*)"', (SOURCE / "scanner/remedy/rings.h").read_text())[1]
        self.assertIn(f"takes the rest ({default})", (SOURCE / "scanner/commands/option_table.c").read_text())


if __name__ == "__main__":
    unittest.main()
