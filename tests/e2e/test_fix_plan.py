"""A repair is planned, read and confirmed before anything is changed: the dry run, the plan file, and who may say yes."""

import json
import os
import pty
import re
import subprocess
import unittest

from fleet import HURRIES, VSSFLEET, Fleet, entries_of, results_of

HOSTS = [f"srv{number:02}.sim.example" for number in range(1, 13)]
QUICK = ("--soak", "0", "--rings", "100%")


class Planned(unittest.TestCase):
    """Twelve servers that can be repaired, new for each test."""

    maxDiff = None
    latency = 0

    def setUp(self):
        hosts = [word for name in HOSTS for word in ("--host", f"{name}=fix-plain")]
        self.fleet = Fleet("--time-scale", "20", "--latency", self.latency, *hosts)
        self.addCleanup(self.fleet.__exit__)
        self.plan = self.fleet.path / "the.plan"

    def fix(self, *arguments, expect=0, **popen):
        """Without a terminal; stdout and stderr."""
        popen.setdefault("start_new_session", True)
        code, out, err = self.fleet.fix("isolate", *arguments, stdin=subprocess.DEVNULL, **popen)
        self.assertEqual(expect, code, out + err)
        return out + err

    def make_plan(self, *arguments, **popen):
        return self.fix("--plan-out", self.plan, *QUICK, *arguments, **popen)

    def apply_plan(self, *arguments, **popen):
        return self.fix("--plan", self.plan, "--apply", "--yes", *arguments, **popen)

    def mutating(self):
        return self.fleet.journal()["mutating_requests"]

    def results(self):
        return {name: result["result"] for name, result in results_of(self.fleet.store).items()}

    def assert_nothing_changed(self):
        self.assertEqual(0, self.mutating(), {h["name"]: h["actions"] for h in self.fleet.hosts().values() if h["actions"]})
        self.assertEqual([], [entry for entry in entries_of(self.fleet.store) if entry["type"] == "change_intent"])


class DryRun(Planned):
    def test_it_changes_nothing_and_says_what_would_be_done(self):
        said = self.fix()
        self.assert_nothing_changed()
        for words in (
            "Share Process -> Own Process",
            "shared with FontCache, netprofm, nsi -> own svchost",
            "stop SENS, EventSystem; start EventSystem, SENS",
            "not touched",
            "verify",
            "back to Share Process + restart",
            "ring 1 (canary)",
            "Rings    1 -> 5 -> 2 -> 4",
            "stops after 1 failure",
            "backup running or near: 0",
            "Plan     12 hosts",
            "Dry run: nothing was changed",
            "Next: vssfleet fix ",
        ):
            self.assertIn(words, said)

    def test_the_plan_is_a_private_file_with_a_hash(self):
        self.make_plan()
        self.assertEqual(0o600, self.plan.stat().st_mode & 0o777)
        plan = json.loads(self.plan.read_text())
        self.assertRegex(plan["sha256"], "^[0-9a-f]{64}$")
        self.assert_nothing_changed()

    def test_dry_run_and_apply_contradict_each_other(self):
        self.fix("--dry-run", "--apply", "--yes", expect=2)
        self.assert_nothing_changed()

    def test_what_comes_next_names_no_servers_beside_the_plan(self):
        for chosen in (("-l", HOSTS[0]), (f"-l{HOSTS[0]}",), ("--limit", HOSTS[0]), (f"--limit={HOSTS[0]}",), (HOSTS[0],)):
            with self.subTest(chosen):
                following = re.search(r"^Next: (.*)$", self.make_plan(*chosen), re.MULTILINE)[1]
                self.assertNotRegex(following, "-l|--limit|srv01")
                self.assertIn(f"--plan {self.plan}", following)

    def test_what_comes_next_is_a_command_that_works(self):
        said = self.make_plan("-l", HOSTS[0])
        following = re.search(r"^Next: vssfleet (.*)$", said, re.MULTILINE)[1]
        done = subprocess.run(f"{VSSFLEET} {following} --yes", shell=True, capture_output=True, text=True, timeout=120)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertEqual({HOSTS[0]: "fixed"}, self.results())


class Apply(Planned):
    def test_a_plan_is_carried_out_and_a_second_run_changes_nothing(self):
        self.make_plan()
        self.apply_plan()
        self.assertEqual(dict.fromkeys(HOSTS, "fixed"), self.results())
        hosts = self.fleet.hosts()
        self.assertEqual({("Own Process", 1)}, {(h["eventsystem"]["type"], h["restarts"]) for h in hosts.values()})
        self.fleet.post("/quiet")
        entries = len(entries_of(self.fleet.store))

        said = self.fix("--apply", "--yes", *QUICK)
        self.assertIn("already isolated", said)
        self.assertIn("skipped(isolated)", said)
        self.assertEqual(0, self.mutating())
        self.assertEqual(entries, len(entries_of(self.fleet.store)), "there was nothing to write down")

    def test_a_plan_is_carried_out_as_a_whole_or_not_at_all(self):
        self.make_plan()
        for chosen in (("-l", HOSTS[0]), ("--limit", HOSTS[0]), (HOSTS[0],), ("--from-run", "latest")):
            with self.subTest(chosen):
                self.assertIn("--plan carries out what was planned", self.apply_plan(*chosen, expect=2))
        self.assert_nothing_changed()

    def test_the_limit_of_a_profile_is_for_the_planning(self):
        profile = self.fleet.path / "vssfleet.conf"
        profile.write_text(f'[profile "one"]\nlimit = {HOSTS[0]}\nrings = 100%\n')
        self.make_plan("-l", f"{HOSTS[1]},{HOSTS[2]}")
        self.apply_plan("-c", profile, "--profile", "one")
        self.assertEqual(dict.fromkeys(HOSTS[1:3], "fixed"), self.results())

    def test_the_journal_says_who_what_and_under_which_ticket(self):
        self.make_plan("-l", HOSTS[0])
        self.apply_plan("--ticket", "CHG0041234", env={**os.environ, "SUDO_USER": "t.sato"})
        entries = entries_of(self.fleet.store)
        self.assertEqual("t.sato" if os.getuid() == 0 else None, entries[0]["who"]["sudo"])
        kinds = [entry["type"] for entry in entries]
        self.assertEqual(
            ["change_start", *["change_intent", "change_outcome"] * 2, "change_result", "change_end"], kinds
        )
        start = json.dumps(entries[0])
        for word in ("CHG0041234", json.loads(self.plan.read_text())["sha256"]):
            self.assertIn(word, start)
        self.assertEqual(["configure", "restart"], [e["act"] for e in entries if e["type"] == "change_intent"])
        self.assertIn("sc.exe config EventSystem type= own", [e.get("command") for e in entries])
        self.assertNotIn(self.fleet.password, json.dumps(entries))

    def test_the_plan_of_somebody_else_is_not_needed_for_one_server(self):
        self.fix("-l", HOSTS[0], "--apply", "--yes", *QUICK)
        self.assertEqual({HOSTS[0]: "fixed"}, self.results())

    def test_a_server_that_drifted_is_dropped(self):
        self.make_plan()
        self.fleet.play(HOSTS[3], "fix-2016")
        said = self.apply_plan(expect=4)
        self.assertIn(HOSTS[3], said)
        self.assertIn("not as it was when the plan was made", said)
        self.assertEqual(11, list(self.results().values()).count("fixed"))
        self.assertEqual([], self.fleet.host(HOSTS[3])["actions"])

    def test_a_server_that_was_isolated_meanwhile_is_dropped(self):
        self.make_plan()
        self.fleet.play(HOSTS[3], "fix-isolated")
        said = self.apply_plan(expect=4)
        self.assertIn("already isolated", said)
        self.assertEqual([], self.fleet.host(HOSTS[3])["actions"])

    def test_when_more_than_a_tenth_has_drifted_nothing_is_done(self):
        self.make_plan()
        for name in HOSTS[3:5]:
            self.fleet.play(name, "fix-2016")
        self.apply_plan(expect=8)
        self.assert_nothing_changed()

    def test_a_plan_serves_once(self):
        self.make_plan("-l", HOSTS[0])
        self.apply_plan()
        self.fleet.play(HOSTS[0], "fix-plain")
        self.apply_plan(expect=8)
        self.assertEqual([], self.fleet.host(HOSTS[0])["actions"])

    def test_a_plan_that_was_edited_is_no_plan(self):
        self.make_plan()
        text = self.plan.read_text()
        for was, becomes in (('"restart":true', '"restart":false'), (HOSTS[0], "srv99.sim.example"), ('"sha256":"', '"sha256":"0')):
            with self.subTest(was):
                edited = re.sub(re.escape(was).replace(":", r":\s*"), becomes, text, count=1)
                self.assertNotEqual(edited, text)
                self.plan.write_text(edited)
                self.apply_plan(expect=2)
        self.plan.write_text(text[: len(text) // 2])
        self.apply_plan(expect=2)
        self.assert_nothing_changed()

    def test_a_plan_is_for_one_action(self):
        self.make_plan()
        code, out, err = self.fleet.fix("reboot", "--plan", self.plan, "--apply", "--yes", start_new_session=True)
        self.assertEqual(8, code, out + err)
        self.assert_nothing_changed()

    @unittest.skipUnless(HURRIES, "needs faketime")
    def test_a_plan_of_yesterday_has_expired(self):
        self.make_plan()
        self.assertIn("expired", self.apply_plan(expect=8, prefix=("faketime", "-f", "+25h")))
        self.assert_nothing_changed()

    @unittest.skipUnless(HURRIES, "needs faketime")
    def test_a_plan_of_this_day_has_not(self):
        self.make_plan("-l", HOSTS[0])
        self.apply_plan(prefix=("faketime", "-f", "+23h"))
        self.assertEqual({HOSTS[0]: "fixed"}, self.results())

    def test_without_a_store_no_server_is_changed(self):
        self.make_plan("-l", HOSTS[0])
        self.fix("--plan", self.plan, "--apply", "--yes", store="none", expect=2)
        self.assert_nothing_changed()


class Confirmation(Planned):
    def type_at_a_terminal(self, answer):
        """Answers the question of `fix --apply` for all; exit code and what the terminal showed."""
        words = [VSSFLEET, "fix", "isolate", *self.fleet.access(), "--store", str(self.fleet.store), "--apply", *QUICK]
        pid, terminal = pty.fork()
        if pid == 0:
            os.execv(VSSFLEET, words)
        shown, answered = b"", False
        while True:
            try:
                piece = os.read(terminal, 4096)
            except OSError:  # Linux, when the other side is gone
                break
            if not piece:
                break
            shown += piece
            if not answered and b"to continue: " in shown:
                answered = True
                os.write(terminal, answer.encode())
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode()

    def test_the_right_number_changes_the_servers(self):
        code, shown = self.type_at_a_terminal("12\n")
        self.assertEqual(0, code, shown)
        self.assertIn("This changes a service on 12 servers. Type 12 to continue: ", shown)
        self.assertEqual(dict.fromkeys(HOSTS, "fixed"), self.results())

    def test_anything_else_does_not(self):
        for answer in ("11\n", "y\n", "\n", "12 yes\n", "\x04"):
            with self.subTest(answer):
                code, shown = self.type_at_a_terminal(answer)
                self.assertEqual(8, code, shown)
                self.assertIn("nothing was changed", shown)
        self.assert_nothing_changed()

    def test_without_a_terminal_it_is_refused(self):
        self.assertIn("no terminal", self.fix("--apply", *QUICK, expect=8))
        self.assert_nothing_changed()

    def test_yes_alone_is_for_one_server(self):
        self.assertIn("--plan", self.fix("-l", ",".join(HOSTS[:2]), "--apply", "--yes", *QUICK, expect=8))
        self.assert_nothing_changed()

    def test_no_input_refuses_where_it_would_ask(self):
        self.fix("--apply", "--no-input", *QUICK, expect=8)
        self.assert_nothing_changed()


if __name__ == "__main__":
    unittest.main()
