"""The manual says what the program does: its options, exit codes, words, columns and metrics, in both languages."""

import functools
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

VSSFLEET = os.environ["VSSFLEET"]
PAGES = Path(os.environ["PAGES"])  # as they were built; Japanese ones in ja/
SOURCE = Path(os.environ["SOURCE"])  # of the project
JAPANESE = (PAGES / "ja" / "vssfleet.1").exists()
TRANSLATION = SOURCE / "docs" / "man" / "ja" / "po4a.cfg"
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("VSSFLEET")}, "LC_ALL": "C.UTF-8",
    "XDG_CONFIG_HOME": "/nonexistent",
}  # fmt: skip
# What a page explains besides the command that it is named after.
TOGETHER = {
    "fix": ["fix", "resume", "rollback", "journal"],
    "report": ["report", "show", "diff", "runs", "runs pin", "runs unpin", "runs gc", "runs verify", "runs export"],
}
SECTIONS = {
    "1": ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES", "SEE ALSO"],
    "5": ["NAME", "SYNOPSIS", "DESCRIPTION", "EXAMPLES", "SEE ALSO"],
    "7": ["NAME", "SYNOPSIS", "DESCRIPTION", "EXAMPLES", "SEE ALSO"],
}
OTHERS = {"--name", "--help", "--version"}  # of systemd-creds; of the program without a command


def run(*words, **how):
    return subprocess.run([*map(str, words)], capture_output=True, text=True, env=ENVIRONMENT, timeout=60, **how)


def is_link(path):
    return path.read_text().startswith(".so ")


def pages(directory=PAGES):
    return sorted(path for path in directory.glob("vssfleet*.[157]") if not is_link(path))


def text_of(path):
    """The source of a page without its typography."""
    text = re.sub(r"\\f[BIR]|\\:|\\&", "", path.read_text())
    return text.replace("\\-", "-").replace("\\(aq", "'").replace("\\e", "\\").replace("\\^", "^").replace("\\(ti", "~")


def options_in(text):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*[a-z]", text))


def defined_in(path):
    """The options that a page explains: in bold, with an indented text below."""
    lines = re.findall(r"^(\\fB-.*)\n\.RS 4", path.read_text(), re.MULTILINE)
    return options_in(re.sub(r"\\f.", "", "\n".join(lines)))


@functools.cache
def help_of(command):
    shown = run(VSSFLEET, *command.split(), "--help").stdout
    return options_in("\n".join(re.findall(r"^ {2,6}(?:-., )?(--[a-z-]+)", shown, re.MULTILINE)))


@functools.cache
def commands():
    listed = re.findall(r"^  ([a-z]+) ", run(VSSFLEET, "--help").stdout, re.MULTILINE)
    return [*listed, *TOGETHER["report"][4:]]


def blocks_of(path):
    return re.findall(r"^\.nf\n(?:\.RS 4\n)?(.*?)^\.fi$", text_of(path), re.MULTILINE | re.DOTALL)


def defined_words(path):
    """The bold words with an indented text below."""
    lines = re.findall(r"^(\\fB.*)\n\.RS 4", path.read_text(), re.MULTILINE)
    return {re.sub(r"\\.", "", word) for line in lines for word in re.findall(r"\\fB(.*?)\\fR", line)}


def schema_enum(schema, *path):
    node = json.loads((SOURCE / "docs" / "schema" / f"{schema}.json").read_text())
    for key in path:
        node = node[key]
    return {word for word in node["enum"] if word}


class Options(unittest.TestCase):
    def test_every_option_of_a_command_is_in_its_page_and_no_other(self):
        for path in pages():
            if not (match := re.fullmatch(r"vssfleet-([a-z]+)\.1", path.name)):
                continue
            help_options = set().union(*(help_of(command) for command in TOGETHER.get(match[1], [match[1]])))
            with self.subTest(path.name):
                self.assertLess(3, len(help_options))
                if match[1] == "config":  # takes those of three other commands, which its page names
                    self.assertLessEqual(defined_in(path), help_options)
                else:
                    self.assertEqual(help_options, defined_in(path))

    def test_no_page_names_an_option_that_does_not_exist(self):
        known = OTHERS.union(*(help_of(command) for command in commands()))
        for path in pages():
            with self.subTest(path.name):
                self.assertEqual(set(), {o for o in options_in(text_of(path)) if o not in known and o != "--password"})

    def test_examples_give_commands_only_what_they_take(self):
        seen = 0
        for path in pages():
            for block in blocks_of(path):
                for words in re.findall(r"vssfleet (?!vssfleet)([a-z]+(?: (?:pin|gc|export|verify)\b)?)((?:\\\n|[^|;&\n])*)", block):
                    command = words[0] if words[0] in commands() else words[0].split()[0]
                    with self.subTest(path.name, command=" ".join(words)):
                        self.assertIn(command, commands())
                        self.assertLessEqual(options_in(words[1]), help_of(command))
                        seen += 1
        self.assertLess(50, seen)


class Pages(unittest.TestCase):
    def test_every_command_has_a_page(self):
        for command in re.findall(r"^  ([a-z]+) ", run(VSSFLEET, "--help").stdout, re.MULTILINE):
            with self.subTest(command):
                self.assertTrue((PAGES / f"vssfleet-{command}.1").exists())

    def test_pages_have_their_sections(self):
        for path in pages():
            sections = re.findall(r"^\.SH (.*)$", path.read_text(), re.MULTILINE)
            with self.subTest(path.name):
                self.assertEqual(SECTIONS[path.name[-1]], [name for name in sections if name in SECTIONS[path.name[-1]]])

    def test_pages_refer_to_pages(self):
        for path in [*pages(), *pages(PAGES / "ja")]:
            for name, section in re.findall(r"(vssfleet[a-z.-]*)\(([157])\)", text_of(path)):
                with self.subTest(path.name, name=name):
                    self.assertTrue((PAGES / f"{name}.{section}").exists())

    @unittest.skipUnless(shutil.which("groff"), "groff is not here")
    def test_pages_are_set_without_a_warning(self):
        for path in [*pages(), *pages(PAGES / "ja")]:
            with self.subTest(path):
                done = run("groff", "-ww", "-man", "-Kutf8", "-Tutf8", path)
                self.assertEqual((0, ""), (done.returncode, done.stderr))


class Words(unittest.TestCase):
    def expect(self, page, words):
        self.assertTrue(words)
        self.assertEqual(set(), set(words) - defined_words(PAGES / page))

    def test_exit_codes(self):
        codes = re.findall(r"EXIT_[A-Z_]+ = (\d+)", (SOURCE / "scanner/commands/command.h").read_text())
        self.expect("vssfleet.1", codes)

    def test_verdicts_checkpoints_outcomes_and_kinds(self):
        self.expect("vssfleet-states.7", schema_enum("host", "properties", "verdict"))
        record = json.loads((SOURCE / "docs/schema/host.json").read_text())["properties"]
        self.expect("vssfleet-states.7", record["checkpoints"]["required"])
        self.expect("vssfleet-states.7", schema_enum("host", "properties", "vss", "properties", "outcome"))
        self.expect(
            "vssfleet-states.7", schema_enum("host", "properties", "errors", "items", "properties", "kind")
        )

    def test_causes(self):
        probes = SOURCE / "scanner" / "probes"
        missing = re.findall(r'"(D\d+ [a-z_]+)"', (probes / "evidence.c").read_text() + (probes / "reason_fault.c").read_text())
        fault_of = re.search(r"^static const char \*fault_of.*?^}", (probes / "verdict.c").read_text(), re.DOTALL | re.MULTILINE)[0]
        self.expect("vssfleet-states.7", missing)
        self.expect("vssfleet-states.7", re.findall(r'"([a-z_]+)"', fault_of))

    def test_results_of_repairs_and_their_reasons(self):
        self.expect("vssfleet-states.7", schema_enum("change_result", "properties", "result"))
        remedy = "".join(path.read_text() for path in (SOURCE / "scanner").rglob("*.c"))
        reasons = re.findall(r'(?:SKIP|DEFER)\(\s*c,\s*"([a-z_]+)"|->reason = "([a-z_]+)"', remedy)
        self.assertLess(15, len(reasons))
        self.expect("vssfleet-states.7", {reason for pair in reasons for reason in pair if reason})

    def test_changes_between_runs(self):
        names = re.findall(r'\[DIFF_\w+\] = "(\w+)"', (SOURCE / "reports/diff_class.c").read_text())
        self.expect("vssfleet-states.7", set(names) - {"same"})


class Output(unittest.TestCase):
    """Of a server that was collected without anything in it, which has all columns, keys and metrics."""

    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.path = Path(self.directory.name)
        self.page = text_of(PAGES / "vssfleet-output.7")
        (self.path / "collected" / "SRV1").mkdir(parents=True)
        (self.path / "collected" / "SRV1" / "facts.ini").write_text("")
        formats = re.search(r"([a-z-]+(?:, [a-z-]+)+) \(html", re.sub(r"\s+", " ", run(VSSFLEET, "scan", "--help").stdout))[1]
        self.store = self.path / "store.db"
        done = run(
            VSSFLEET, "examine", "--store", self.store, "-F", formats.replace(", ", ","), "--prom-hosts", "all",
            "-o", self.path / "report", self.path / "collected",
        )  # fmt: skip
        self.assertEqual(4, done.returncode, done.stderr)

    def words(self):
        return set(re.findall(r"\w+(?:\.\w+)*", self.page + text_of(PAGES / "vssfleet-states.7")))

    def test_every_file_of_a_report_and_its_columns(self):
        for path in (self.path / "report").iterdir():
            with self.subTest(path.name):
                self.assertIn(path.name, self.page)
                if path.suffix == ".csv":
                    header = path.read_text("utf-8-sig").splitlines()[0].replace('"', "").replace(",", ", ")
                    self.assertIn(header if path.name != "hosts.csv" else "run, host, address, port", re.sub(r"\s+", " ", self.page))
                    self.assertEqual(set(), set(header.split(", ")) - self.words())

    def test_columns_of_changes(self):
        page = re.sub(r"\s+", " ", self.page)
        for source in ("diff_csv.c", "change_csv.c"):
            table = re.search(r"columns\[\] = \{(.*?)\n?\};", (SOURCE / "reports" / source).read_text(), re.DOTALL)[1]
            names = re.findall(r'\{ "(\w+)"', table) or re.findall(r'"(\w+)"', table)
            self.assertIn(", ".join(names), page)

    def test_metrics(self):
        prom = (self.path / "report" / "vssfleet.prom").read_text()
        metrics = set(re.findall(r"^# TYPE (\w+)", prom, re.MULTILINE))
        items = set(re.findall(r" (vssfleet\.[a-z._]+)", (self.path / "report" / "zabbix-sender.txt").read_text()))
        self.assertTrue(metrics and items)
        self.assertEqual(set(), (metrics | items) - self.words())

    def test_keys_of_all_records(self):
        def keys(node):
            for key, value in node.get("properties", {}).items():
                yield key
                yield from keys(value)
                yield from keys(value.get("items", {}))
            for definition in node.get("$defs", {}).values():
                yield from keys(definition)

        for schema in (SOURCE / "docs" / "schema").glob("*.json"):
            with self.subTest(schema.name):
                self.assertEqual(set(), set(keys(json.loads(schema.read_text()))) - self.words())


class Examples(unittest.TestCase):
    """What the manual shows of files is what the program reads."""

    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.path = Path(self.directory.name)
        blocks = blocks_of(PAGES / "vssfleet.conf.5")
        for name, block in zip(("vssfleet.conf", "credentials.conf", "policy.conf", "waivers.conf"), blocks, strict=True):
            (self.path / name).write_text(block)

    def test_configuration(self):
        for profile, said in (("tokyo", "forks = 200"), ("dmz", "min-coverage = 95")):
            done = run(VSSFLEET, "config", "show", "-c", self.path / "vssfleet.conf", "--profile", profile)
            self.assertEqual((0, ""), (done.returncode, done.stderr))
            self.assertIn(said, done.stdout)

    def test_policy_and_waivers(self):
        done = run(VSSFLEET, "examine", "--script", "--policy", self.path / "policy.conf")
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        done = run(VSSFLEET, "waiver", "list", "--waivers", self.path / "waivers.conf")
        self.assertEqual((0, ""), (done.returncode, done.stderr))

    def test_inventories(self):
        plain, ansible = blocks_of(PAGES / "vssfleet-inventory.5")[:2]
        for text, count in ((plain, 121), (ansible, 129)):
            done = run(VSSFLEET, "hosts", "-i", "-", "--count", input=text)
            self.assertEqual((0, f"{count}\n", ""), (done.returncode, done.stdout, done.stderr))


@unittest.skipUnless(JAPANESE, "po4a is not here")
class Japanese(unittest.TestCase):
    def test_all_is_translated(self):
        with tempfile.TemporaryDirectory() as directory:
            (Path(directory) / "ja").mkdir()
            done = run(
                "po4a", "--no-update", "--keep", "100", "--srcdir", SOURCE / "docs/man", "--destdir", directory, TRANSLATION
            )
            made = {path.name for path in (Path(directory) / "ja").iterdir()}
        self.assertEqual({path.name for path in (SOURCE / "docs/man").glob("*.scd")}, made, done.stdout + done.stderr)

    def test_pages_say_the_same(self):
        self.assertEqual([path.name for path in pages()], [path.name for path in pages(PAGES / "ja")])
        for path in pages():
            ja = PAGES / "ja" / path.name
            with self.subTest(path.name):
                self.assertEqual(defined_in(path), defined_in(ja))
                self.assertEqual(blocks_of(path), blocks_of(ja))
                self.assertEqual(options_in(text_of(path)), options_in(text_of(ja)))
                self.assertEqual(path.read_text().count("\n.SH "), ja.read_text().count("\n.SH "))

    def test_emphasis_ends_where_it_should(self):
        for path in [*pages(), *pages(PAGES / "ja")]:
            with self.subTest(path):
                fonts = "".join(re.findall(r"\\f([BIR])", path.read_text()))
                self.assertRegex(fonts, "^([BI]R)*$")


if __name__ == "__main__":
    unittest.main()
