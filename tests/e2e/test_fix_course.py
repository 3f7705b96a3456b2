"""The course of a change through several servers: what stops it, what two of them never do at once, and what undoes it."""

import json
import os
import signal
import subprocess
import time
import unittest

import at_once
from fleet import HURRIES, SANITIZED, Fleet, entries_of, hurried, results_of, vssfleet, wait_for

MORTAL = os.environ.get("MORTAL")
ONE_BY_ONE = ("--soak", "0", "--rings", "1,1,1,100%")


class Course(unittest.TestCase):
    maxDiff = None

    def begin(self, *scenarios, time_scale=20):
        self.names = [f"c{number}.sim.example" for number in range(1, len(scenarios) + 1)]
        hosts = [word for name, scenario in zip(self.names, scenarios) for word in ("--host", f"{name}={scenario}")]
        self.fleet = Fleet("--time-scale", time_scale, *hosts)
        self.addCleanup(self.fleet.__exit__)
        self.plan = self.fleet.path / "the.plan"

    def command(self, command, *arguments, expect=0, **popen):
        popen.setdefault("start_new_session", True)
        code, out, err = self.fleet.scan(*arguments, command=command, stdin=subprocess.DEVNULL, **popen)
        self.assertEqual(expect, code, out + err)
        return out + err

    def make_plan(self, *arguments, action="isolate", expect=0):
        return self.command("fix", action, "--plan-out", self.plan, *(arguments or ONE_BY_ONE), expect=expect)

    def apply_plan(self, *arguments, action="isolate", expect=0, **popen):
        return self.command("fix", action, "--plan", self.plan, "--apply", "--yes", *arguments, expect=expect, **popen)

    def start_plan(self, *arguments, **popen):
        """Applies the plan in the background."""
        words = ("isolate", "--plan", self.plan, "--apply", "--yes", *arguments)
        process = self.fleet.start(*words, command="fix", start_new_session=True, **popen)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def results(self, *names):
        results = results_of(self.fleet.store)
        return [results[name]["result"] if name in results else None for name in names or self.names]

    def change(self):
        return entries_of(self.fleet.store)[-1]["change"]

    def wait_for_act(self, name, act="config EventSystem own"):
        wait_for(lambda: act in self.fleet.host(name)["actions"])

    def left(self):
        """What winsim shows of each server."""
        hosts = self.fleet.hosts().values()
        return [(h.get("eventsystem", {}).get("type"), h["restarts"], h["stopped_services"]) for h in hosts]


FIXED = ("Own Process", 1, [])
UNTOUCHED = ("Share Process", 0, [])
UNASKED = (None, 0, [])


class Stopped(Course):
    def test_a_failure_stops_it_and_the_rest_is_untouched(self):
        self.begin("fix-plain", "fix-denied", "fix-plain", "fix-plain")
        self.make_plan()
        said = self.apply_plan(expect=7)
        self.assertIn("STOPPED", said)
        self.assertIn("--max-fail", said)
        self.assertEqual(["fixed", "fix_failed", None, None], self.results())
        self.assertEqual([FIXED, UNTOUCHED, UNTOUCHED, UNTOUCHED], self.left())

    def test_with_more_failures_allowed_it_goes_on_and_says_that_some_failed(self):
        self.begin("fix-plain", "fix-denied", "fix-plain", "fix-plain")
        self.make_plan(*ONE_BY_ONE, "--max-fail", "2")
        self.apply_plan(expect=6)
        self.assertEqual(["fixed", "fix_failed", "fixed", "fixed"], self.results())
        said = self.command("resume", self.change(), "--yes", expect=6)
        self.assertIn("has ended: no server is left to do; 1 failed", said)

    def test_a_stopped_change_is_resumed_with_more_failures_allowed(self):
        self.begin("fix-plain", "fix-denied", "fix-plain", "fix-plain")
        self.make_plan()
        self.apply_plan(expect=7)
        self.command("resume", self.change(), "--yes", "--max-fail", "2", expect=6)
        self.assertEqual(["fixed", "fix_failed", "fixed", "fixed"], self.results())
        self.assertEqual([FIXED, UNTOUCHED, FIXED, FIXED], self.left())

    def test_a_server_that_cannot_be_reached_any_more_counts_as_a_failure(self):
        self.begin("fix-slow-stop", "fix-plain", "fix-plain", time_scale=5)
        self.make_plan()
        process = self.start_plan()
        self.wait_for_act(self.names[0])
        self.fleet.play(self.names[1], "reset-early")
        out, err = process.communicate(timeout=120)
        self.assertEqual(7, process.returncode, out + err)
        result = results_of(self.fleet.store)[self.names[1]]
        self.assertEqual(("fix_failed", "look", "unreachable"), (result["result"], result["step"], result["reason"]))
        self.assertEqual(UNTOUCHED, self.left()[2])

    def test_a_stop_file_holds_it_between_two_batches(self):
        self.begin("fix-slow-stop", "fix-plain", "fix-plain", time_scale=5)
        self.make_plan()
        process = self.start_plan()
        self.wait_for_act(self.names[0])
        stop = self.fleet.path / "STOP"
        stop.touch()
        out, err = process.communicate(timeout=120)
        self.assertEqual(4, process.returncode, out + err)
        self.assertIn("STOP", out + err)
        self.assertEqual([FIXED, UNTOUCHED, UNTOUCHED], self.left())
        stop.unlink()
        self.command("resume", self.change(), "--yes")
        self.assertEqual([FIXED, FIXED, FIXED], self.left())

    def test_where_a_backup_is_near_the_plan_stands_and_waits(self):
        self.begin("fix-plain", "fix-plain")
        self.make_plan()
        self.fleet.play(self.names[0], "fix-backup-soon")
        self.apply_plan("--store", self.fleet.place("one"), expect=4)
        self.assertEqual(1, self.left()[1][1])
        self.fleet.play(self.names[1], "fix-backup-soon")
        self.assertIn("when their backups have ended", self.apply_plan(expect=8))

    def test_a_stop_file_that_is_there_before_refuses(self):
        self.begin("fix-plain")
        self.make_plan()
        (self.fleet.path / "STOP").touch()
        self.assertIn("STOP", self.apply_plan(expect=8))
        self.assertEqual([UNTOUCHED], self.left())

    def test_one_ctrl_c_finishes_the_server_in_hand_and_begins_no_other(self):
        self.begin("fix-slow-stop", "fix-plain", "fix-plain", time_scale=5)
        self.make_plan()
        process = self.start_plan()
        self.wait_for_act(self.names[0])
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
        self.assertEqual(130, process.returncode, out + err)
        self.assertIn("the 1 in hand", err)
        self.assertEqual(["fixed", None, None], self.results())
        self.assertEqual([FIXED, UNTOUCHED, UNTOUCHED], self.left())
        for _ in range(2):
            self.command("resume", self.change(), "--yes")
            self.assertEqual([FIXED, FIXED, FIXED], self.left())

    def test_three_ctrl_c_abort_and_name_the_server_whose_state_is_unknown(self):
        self.begin("fix-slow-stop", "fix-plain", time_scale=5)
        self.make_plan()
        process = self.start_plan()
        self.wait_for_act(self.names[0], "stop EventSystem")
        for warning in ("in hand", "Again to abort", "aborted"):
            process.send_signal(signal.SIGINT)
            while warning not in (line := process.stderr.readline()):
                self.assertTrue(line)
        out, err = process.communicate(timeout=60)
        self.assertEqual(130, process.returncode, out + err)
        self.assertIn(self.names[0], out + err)
        self.assertEqual([None, None], self.results())
        self.command("rollback", self.change(), expect=8)
        self.command("resume", self.change(), "--yes")
        self.assertEqual([FIXED, FIXED], self.left())

    def test_a_second_one_with_the_same_store_is_told_to_wait(self):
        self.begin("fix-slow-stop", "fix-plain", time_scale=5)
        self.make_plan(*ONE_BY_ONE, "-l", self.names[0])
        process = self.start_plan()
        self.wait_for_act(self.names[0])
        self.command("fix", "isolate", "-l", self.names[1], "--apply", "--yes", *ONE_BY_ONE, expect=75)
        out, err = process.communicate(timeout=120)
        self.assertEqual(0, process.returncode, out + err)
        self.assertEqual([FIXED, UNASKED], self.left())


@unittest.skipIf(SANITIZED or not MORTAL, "needs the library that stops")
class TwoManagementHosts(Course):
    """Each with a store of its own: neither knows of the other."""

    def go_on(self, process):
        """Until it stops again, behind what it has written down; False: it has ended."""
        process.send_signal(signal.SIGCONT)
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            process.returncode = os.waitstatus_to_exitcode(status)
        return os.WIFSTOPPED(status)

    def test_a_server_that_both_are_about_to_restart_is_restarted_once(self):
        self.begin("fix-plain")
        self.make_plan()
        slow, quick = self.fleet.place("slow"), self.fleet.place("quick")
        stops = {"LD_PRELOAD": MORTAL, "MORTAL_CALL": "sync", "MORTAL_WHEN": "after", "MORTAL_SIGNAL": str(signal.SIGSTOP.value)}
        process = self.start_plan(store=slow, env={**os.environ, **stops})
        while [entry.get("act") for entry in entries_of(slow)][-1:] != ["restart"]:
            self.assertTrue(self.go_on(process), entries_of(slow))
        self.command("fix", "isolate", "--apply", "--yes", *ONE_BY_ONE, store=quick)
        while self.go_on(process):
            pass
        restarts = [entry for entry in entries_of(slow) if entry["type"] == "change_outcome" and entry["act"] == "restart"]
        self.assertEqual(([FIXED], 0), (self.left(), process.returncode))
        self.assertIn("vssfleet other", restarts[0]["output"])
        self.assertNotIn("vssfleet stop", restarts[0]["output"])


class Window(Course):
    @staticmethod
    def window(begins, ends):
        """In minutes from now."""
        return "-".join(time.strftime("%H:%M", time.localtime(time.time() + 60 * minutes)) for minutes in (begins, ends))

    def setUp(self):
        self.begin("fix-plain")
        self.make_plan()

    def test_outside_of_the_window_it_is_refused(self):
        self.assertIn("window", self.apply_plan("--window", self.window(60, 120), expect=8))
        self.assertEqual([UNTOUCHED], self.left())

    def test_inside_it_is_done(self):
        self.apply_plan("--window", self.window(-60, 60))
        self.assertEqual([FIXED], self.left())

    @unittest.skipUnless(HURRIES, "needs faketime")
    def test_it_can_wait_for_the_window(self):
        self.apply_plan("--window", self.window(3, 60), "--wait-window", env=hurried(60))
        self.assertEqual([FIXED], self.left())

    @unittest.skipUnless(HURRIES, "needs faketime")
    def test_a_plan_that_expires_while_it_waits_is_not_carried_out(self):
        late = 24 * 3600 - 300  # a window that opens a minute from now opens six minutes from then
        clock = hurried(30) | {"FAKETIME": f"+{late} x30"}
        said = self.apply_plan("--window", self.window(1, 60), "--wait-window", env=clock, expect=8)
        self.assertIn("expired before the change window opened", said)
        self.assertEqual([UNTOUCHED], self.left())

    def test_a_window_that_is_none_is_a_mistake(self):
        for wrong in ("22-4", "25:00-04:00", "22:00-22:00", "always"):
            self.apply_plan("--window", wrong, expect=2)


class GroupWindows(Course):
    def setUp(self):
        self.begin("fix-plain", "fix-plain", "fix-plain")
        with self.fleet.inventory.open("a") as inventory:
            inventory.write(f"[tokyo]\n{self.names[0]}\n[osaka]\n{self.names[1]}\n")
        self.make_plan("--soak", "0", "--rings", "100%")

    def test_only_the_servers_of_a_group_that_is_in_its_window_are_changed(self):
        said = self.apply_plan("--window", f"tokyo={Window.window(-60, 60)},osaka={Window.window(60, 120)}", expect=4)
        self.assertIn("window is closed", said)
        self.assertEqual(["fixed", None, None], self.results(), "the last has no window")
        self.assertEqual([FIXED, UNTOUCHED, UNTOUCHED], self.left())
        self.command("resume", self.change(), "--yes", "--window", Window.window(-60, 60))
        self.assertEqual([FIXED] * 3, self.left())

    def test_a_canary_outside_of_its_window_stops_the_others(self):
        self.make_plan("--soak", "0", "--rings", "1,100%")
        canary = json.loads(self.plan.read_text())["hosts"][0]["name"]
        with self.fleet.inventory.open("a") as inventory:
            inventory.write("[others]\n" + "".join(f"{name}\n" for name in self.names if name != canary))
        said = self.apply_plan("--window", f"others={Window.window(-60, 60)}", expect=4)
        self.assertIn("shows that the repair helps", said)
        self.assertEqual([UNTOUCHED] * 3, self.left())

    def test_it_is_refused_where_no_server_is_in_its_window(self):
        self.assertIn("window", self.apply_plan("--window", f"tokyo={Window.window(60, 120)},paris=00:00-23:59", expect=8))
        self.assertEqual([UNTOUCHED] * 3, self.left())


class Peers(Course):
    def test_two_servers_of_one_tag_are_never_repaired_at_once(self):
        self.begin(*["fix-slow-stop"] * 8, time_scale=20)
        tagged = self.names[:4]
        lines = self.fleet.inventory.read_text().splitlines()
        lines = [f"{line} vssfleet_peer=web" if line.split(" ")[0] in tagged else line for line in lines]
        self.fleet.inventory.write_text("\n".join(lines) + "\n")
        self.make_plan("--soak", "0", "--rings", "100%")
        self.apply_plan()
        self.assertEqual([FIXED] * 8, self.left())
        spans = {}
        for entry in entries_of(self.fleet.store):
            if entry["type"] in ("change_intent", "change_result"):
                spans.setdefault(entry["host"], []).append(entry["at"])

        def overlap(names):
            return [(a, b) for a in names for b in names if a < b and spans[a][0] < spans[b][-1] and spans[b][0] < spans[a][-1]]

        self.assertEqual([], overlap(tagged))
        self.assertNotEqual([], overlap(self.names[4:]), "others are repaired at once")

    def test_domain_controllers_of_one_domain_are_peers_by_themselves(self):
        self.begin("fix-dfsr", "fix-dfsr", "fix-dfsr")
        said = self.make_plan("--soak", "0", "--rings", "100%", "--allow-role")
        self.assertIn("never two of them at once: 3", said)
        self.assertEqual(3, self.plan.read_text().count('"dc:sim.example"'))


class Undone(Course):
    def test_a_change_is_rolled_back(self):
        self.begin("fix-plain", "fix-plain", "fix-pending")
        self.make_plan()
        self.apply_plan()
        change = self.change()
        self.command("rollback", change)
        self.assertEqual([FIXED] * 3, self.left(), "a dry run")
        self.command("rollback", change, "--plan-out", self.plan, *ONE_BY_ONE)
        self.command("rollback", change, "--plan", self.plan, "--apply", "--yes")
        self.assertEqual(["Share Process"] * 2, [left[0] for left in self.left()[:2]])
        self.assertEqual(([2, 2], [[]] * 2), ([left[1] for left in self.left()[:2]], [left[2] for left in self.left()[:2]]))
        self.assertEqual("Own Process", self.left()[2][0], "it was own before")
        self.assertEqual(["rolled_back"] * 2, self.results(*self.names[:2]))
        self.assertTrue(change != self.change())

    def test_revert_restores_what_the_journal_recorded(self):
        self.begin("fix-plain")
        self.make_plan()
        self.apply_plan()
        pid = self.fleet.host(self.names[0])["eventsystem"]["pid"]
        self.command("fix", "revert", "--apply", "--yes", *ONE_BY_ONE)
        self.assertEqual([("Share Process", 2, [])], self.left())
        self.assertNotEqual(pid, self.fleet.host(self.names[0])["eventsystem"]["pid"])
        self.assertEqual(["rolled_back"], self.results())
        self.fleet.post("/quiet")
        self.command("fix", "revert", "--apply", "--yes", *ONE_BY_ONE)
        self.assertEqual(0, self.fleet.journal()["mutating_requests"])

    def test_revert_knows_what_was_there_before_the_type_was_configured(self):
        self.begin("fix-plain")
        self.command("fix", "isolate", "--no-restart", "--apply", "--yes", *ONE_BY_ONE)
        self.command("fix", "isolate", "--apply", "--yes", *ONE_BY_ONE)
        self.assertEqual([FIXED], self.left())
        self.command("fix", "revert", "--apply", "--yes", *ONE_BY_ONE)
        self.assertEqual(([("Share Process", 2, [])], ["rolled_back"]), (self.left(), self.results()))

    def test_revert_without_a_record_does_nothing(self):
        self.begin("fix-isolated")
        self.assertIn("records no earlier service type", self.command("fix", "revert", "--apply", "--yes", *ONE_BY_ONE))
        self.assertEqual(0, self.fleet.journal()["mutating_requests"])

    def test_what_was_only_configured_takes_effect_with_a_reboot(self):
        self.begin("fix-plain")
        self.make_plan("--no-restart", *ONE_BY_ONE)
        self.apply_plan()
        self.assertEqual([("Own Process", 0, [])], self.left())
        code, records, _ = self.fleet.scan_records()
        self.assertEqual((3, "fix_pending"), (code, records[self.names[0]]["verdict"]))
        self.command("fix", "reboot", "--apply", "--yes", *ONE_BY_ONE, env=hurried(20))
        self.assertEqual(["fixed"], self.results())
        code, records, _ = self.fleet.scan_records()
        self.assertEqual((0, "healthy"), (code, records[self.names[0]]["verdict"]))

    def test_a_fixed_server_is_healthy_for_the_next_scan(self):
        self.begin("fix-plain")
        self.assertEqual(3, self.fleet.scan("-o", self.fleet.path / "report")[0])
        run = vssfleet("runs", "--store", self.fleet.store)[1].split()[0]
        self.command("fix", "isolate", "--from-run", run, "-l", "verdict:affected", "--apply", "--yes", *ONE_BY_ONE)
        code, records, _ = self.fleet.scan_records()
        self.assertEqual((0, "healthy"), (code, records[self.names[0]]["verdict"]))


class Folder(Course):
    """What is kept of a change beside the journal."""

    def test_a_server_named_as_one_of_its_files_replaces_none(self):
        names = ("plan", "change", "changes", "hosts")
        self.fleet = Fleet(*(word for name in names for word in ("--host", f"{name}=fix-plain")))
        self.addCleanup(self.fleet.__exit__)
        self.plan = self.fleet.path / "the.plan"
        self.make_plan()
        self.apply_plan()
        folder = self.fleet.path / "changes" / self.change()
        self.assertEqual(json.loads(self.plan.read_text()), json.loads((folder / "plan.json").read_text()))
        self.assertEqual({f"{name}.json" for name in names}, {file.name for file in (folder / "hosts").iterdir()})
        self.assertEqual(
            {"plan.json", "hosts", "change.html", "changes.csv", "changes.ndjson"}, {file.name for file in folder.iterdir()}
        )

    def test_that_of_a_change_whose_journal_was_moved_away_is_not_written_over(self):
        self.begin("fix-plain", "fix-plain")
        self.command("fix", "isolate", "-l", self.names[0], "--apply", "--yes", *ONE_BY_ONE)
        (self.fleet.path / "journal.ndjson").rename(self.fleet.path / "journal.old")
        evidence = {file: file.read_bytes() for file in (self.fleet.path / "changes").rglob("*.json")}
        said = self.command("fix", "isolate", "-l", self.names[1], "--apply", "--yes", *ONE_BY_ONE, expect=8)
        self.assertIn("is there already", said)
        self.assertEqual(UNASKED, (None, *self.left()[1][1:]))
        self.assertEqual(evidence, {file: file.read_bytes() for file in (self.fleet.path / "changes").rglob("*.json")})


class Resumed(Course):
    def kill_before_the_restart(self):
        """Each time a little later, with a store of its own; the store."""
        for at in range(1, 20):
            store = self.fleet.place(f"store{at}")
            mortal = {"LD_PRELOAD": MORTAL, "MORTAL_CALL": "sync", "MORTAL_AT": str(at), "MORTAL_WHEN": "after"}
            self.apply_plan(expect=-signal.SIGKILL, store=store, env={**os.environ, **mortal})
            entries = [entry["type"] for entry in entries_of(store)]
            if entries == ["change_start", "change_intent", "change_outcome"]:
                return store
        raise AssertionError(entries)

    @unittest.skipIf(SANITIZED or not MORTAL, "needs the library that kills")
    def test_a_server_that_was_only_configured_waits_for_the_window_and_for_a_yes(self):
        self.begin("fix-plain", "fix-plain")
        self.make_plan("--soak", "0", "--rings", "1,100%")
        store = self.kill_before_the_restart()
        change = entries_of(store)[0]["change"]
        for arguments in (("--yes", "--window", Window.window(60, 120)), ("--no-input",)):
            with self.subTest(arguments):
                self.assertIn("2 servers", self.command("resume", change, *arguments, store=store, expect=8))
                self.assertEqual([("Own Process", 0, []), UNTOUCHED], self.left())
        self.command("resume", change, "--yes", store=store)
        self.assertEqual([FIXED, FIXED], self.left())

    def test_a_failure_is_not_hidden_by_a_window_that_is_closed(self):
        self.begin("fix-slow-stop", "fix-plain", time_scale=5)
        self.make_plan()
        process = self.start_plan()
        self.wait_for_act(self.names[0], "stop EventSystem")
        process.kill()
        process.communicate()
        self.fleet.play(self.names[0], "fix-stubborn")
        said = self.command("resume", self.change(), "--yes", "--window", Window.window(60, 120), expect=6, env=hurried(20))
        self.assertIn("1 servers are left as they are: the change window is closed", said)
        self.assertEqual(UNTOUCHED, self.left()[1])

    def test_a_soak_that_was_cut_short_is_made_up_for(self):
        self.begin("fix-plain", "fix-plain")
        self.make_plan("--soak", "5s", "--rings", "1,100%")
        process = self.start_plan()
        wait_for(lambda: self.results()[0])
        process.kill()
        process.communicate()
        self.fleet.play(self.names[0], "fix-plain")  # somebody undid it
        said = self.command("resume", self.change(), "--yes", "--verify-timeout", "3s", expect=7)
        self.assertIn("relapsed", said)
        self.assertEqual((["fix_failed", None], UNTOUCHED), (self.results(), self.left()[1]))


class Journal(Course):
    def test_a_byte_that_was_changed_is_found_and_nothing_is_added(self):
        self.begin("fix-plain", "fix-plain")
        self.command("fix", "isolate", "-l", self.names[0], "--apply", "--yes", *ONE_BY_ONE)
        self.assertEqual(0, self.journal("verify")[0])
        journal = self.fleet.path / "journal.ndjson"
        whole = journal.read_bytes()
        journal.write_bytes(whole.replace(b'"change_outcome"', b'"change_outcomE"', 1))
        code, said = self.journal("verify")
        self.assertNotEqual(0, code)
        self.assertIn("line 3", said)
        self.command("fix", "isolate", "-l", self.names[1], "--apply", "--yes", *ONE_BY_ONE, expect=1)
        self.assertEqual(UNASKED, self.left()[1])

    def journal(self, *arguments):
        code, out, err = vssfleet("journal", *arguments, "--store", self.fleet.store)
        return code, out + err

    def test_it_lists_the_changes_and_shows_one(self):
        self.begin("fix-plain")
        self.make_plan()
        self.apply_plan("--ticket", "CHG0041234")
        code, said = self.journal()
        self.assertEqual(0, code, said)
        self.assertIn(self.change(), said)
        code, said = self.journal(self.change())
        self.assertEqual(0, code, said)
        for words in (self.names[0], "fixed", "CHG0041234"):
            self.assertIn(words, said)


if __name__ == "__main__":
    at_once.main()
