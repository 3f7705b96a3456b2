"""Settings from files and the environment, one run of a profile at a time, and what config show says about it."""

import json
import os
import unittest

from fleet import Fleet, vssfleet

GONE, SHARED = "gone.sim.example", "shared.sim.example"


class Profiles(unittest.TestCase):
    def setUp(self):
        self.fleet = Fleet("--host", f"{GONE}=affected-2012r2-ja", "--host", f"{SHARED}=shared-2012r2-ja")
        self.addCleanup(self.fleet.__exit__)
        path = self.fleet.path
        (path / "xdg" / "vssfleet").mkdir(parents=True)
        self.own = path / "xdg" / "vssfleet" / "config"
        self.environment = {**os.environ, "XDG_CONFIG_HOME": str(path / "xdg"), "XDG_STATE_HOME": str(path / "state"), "HOME": str(path)}
        user = (path / "user").read_text().strip()
        self.own.write_text(
            f'store = {self.fleet.store}\nauth = basic\nuser = {user}\npassword-file = {path}/password\nca-file = {path}/ca.pem\n'
            f'[profile "tokyo"]\ninventory = {self.fleet.inventory}\nfail-on = none\nformat = ndjson\noutput = -\n'
            f'[profile "osaka"]\ninventory = {self.fleet.inventory}\nlimit = {SHARED}\n'
        )

    def run_it(self, *words, **environment):
        return vssfleet(*words, env={**self.environment, **environment})

    def test_a_profile_is_all_that_a_scan_needs(self):
        code, out, err = self.run_it("scan", "--profile", "tokyo")
        self.assertEqual(0, code, err)
        lines = [json.loads(line) for line in out.splitlines()]
        self.assertEqual("tokyo", lines[0]["meta"]["profile"])
        self.assertEqual({GONE, SHARED}, {line["host"]["name"] for line in lines if line["type"] == "host"})
        code, out, err = self.run_it("scan", "--profile", "osaka")
        self.assertEqual(0, code, err)
        self.assertIn("1 of 1 servers checked", out)

    def test_the_command_line_and_the_environment_come_first(self):
        self.assertEqual(3, self.run_it("scan", "--profile", "tokyo", "--fail-on", "affected")[0])
        self.assertEqual(3, self.run_it("scan", "--profile", "tokyo", VSSFLEET_FAIL_ON="affected")[0])
        self.assertEqual(0, self.run_it("scan", "--profile", "tokyo", "--fail-on", "at_risk", VSSFLEET_FAIL_ON="affected")[0])
        self.assertEqual(0, self.run_it("scan", VSSFLEET_PROFILE="tokyo")[0])

    def test_names_on_the_command_line_replace_the_inventory(self):
        code, out, err = self.run_it("hosts", "--profile", "tokyo", "other.sim.example")
        self.assertEqual((0, "other.sim.example\n", ""), (code, out, err))
        self.assertEqual((0, "2\n"), self.run_it("hosts", "--profile", "tokyo", "--count")[:2])

    def test_a_profile_runs_once_at_a_time(self):
        self.fleet.post(f"/host/{GONE}?scenario=vssadmin-hang")
        first = self.fleet.start("--profile", "tokyo", "--host-timeout", "20s", env=self.environment)
        first.stdout.readline()  # run_start: it has begun
        code, out, err = self.run_it("scan", "--profile", "tokyo", "--store", self.fleet.path / "other.db")
        self.assertEqual((75, ""), (code, out), err)
        self.assertIn("profile tokyo: another run of it is not done", err)
        first.terminate()
        first.communicate(timeout=60)
        self.fleet.post(f"/host/{GONE}?scenario=affected-2012r2-ja")
        self.assertEqual(0, self.run_it("scan", "--profile", "tokyo")[0])

    def test_mistakes_are_exit_2_with_file_and_line(self):
        for about, text, profile, says in (
            ("a key", "forsk = 3\n", "tokyo", ":1: forsk is unknown; did you mean forks?"),
            ("a value", '[profile "tokyo"]\nforks = many\n', "tokyo", ":2: --forks many"),
            ("a choice", '[profile "tokyo"]\nscheme = htps\n', "tokyo", ":2: scheme htps: unknown; did you mean https"),
            ("a flag", '[profile "tokyo"]\ninsecure-tls = perhaps\n', "tokyo", ":2: insecure-tls perhaps"),
            ("a consent", "apply = yes\n", "tokyo", "can only be given on the command line"),
            ("a profile", "forks = 3\n", "nosuch", 'no [profile "nosuch"]'),
        ):
            with self.subTest(about):
                self.own.write_text(text)
                code, out, err = self.run_it("scan", "srv1", "--profile", profile)
                self.assertEqual((2, ""), (code, out))
                self.assertIn(says, err)
        self.assertEqual(2, self.run_it("scan", "srv1", "-c", "/nonexistent/x.conf")[0])
        self.own.unlink()
        self.assertEqual(2, self.run_it("scan", "srv1", VSSFLEET_FORKS="many")[0])

    def test_what_holds_is_shown_with_its_origin_and_without_secrets(self):
        code, out, err = self.run_it(
            "config", "show", "--origin", "--profile", "tokyo", "--forks", "3", VSSFLEET_RATE="7",
            VSSFLEET_PASSWORD=self.fleet.password, VSSFLEET_PROXY="http://user:hunter2@proxy:3128",
        )  # fmt: skip
        self.assertEqual((0, ""), (code, err))
        for line in (
            f"inventory = {self.fleet.inventory}\t; {self.own}:7", "forks = 3\t; command line", "rate = 7\t; VSSFLEET_RATE",
            f"fail-on = none\t; {self.own}:8", "min-coverage = 100\t; built-in", "proxy = http://(hidden)@proxy:3128\t; VSSFLEET_PROXY",
        ):  # fmt: skip
            self.assertIn(line, out.splitlines())
        self.assertNotIn(self.fleet.password, out)
        self.assertNotIn("hunter2", out)
        self.assertNotIn(";", self.run_it("config", "show")[1].replace("csv-delimiter", ""))

    def shown(self, *words, **environment):
        """What config show says, by setting: the value and where it comes from, without the directory."""
        code, out, err = self.run_it("config", "show", "--origin", *words, **environment)
        self.assertEqual((0, ""), (code, err))
        lines = (line.split("\t; ") for line in out.splitlines())
        return {text.split(" =")[0]: (text.partition(" = ")[2], origin.rpartition("/")[2]) for text, origin in lines}

    def test_sections_are_shorter_words_for_settings(self):
        self.own.write_text(
            "[mail]\nto = ops@example.jp\nuser = vss\npassword-file = /etc/vssfleet/smtp\npolicy = problems\nsmtp = smtps://mail\n"
            "[store]\nfile = /srv/store.db\nkeep-evidence = 30d\n[report]\nformat = csv\ncsv-encoding = cp932\n"
            "[policy]\nfail-on = none\nmin-coverage = 95\nfile = /etc/vssfleet/policy.conf\nrings = 1,100%\n"
            '[profile "tokyo"]\nmail-to = tokyo@example.jp\n'
        )
        shown = self.shown()
        for name, value, line in (
            ("mail-to", "ops@example.jp", 2), ("smtp-user", "vss", 3), ("smtp-password-file", "/etc/vssfleet/smtp", 4),
            ("mail-policy", "problems", 5), ("smtp", "smtps://mail", 6), ("store", "/srv/store.db", 8), ("keep-evidence", "30d", 9),
            ("format", "csv", 11), ("csv-encoding", "cp932", 12), ("fail-on", "none", 14), ("min-coverage", "95", 15),
            ("policy", "/etc/vssfleet/policy.conf", 16), ("rings", "1,100%", 17),
        ):  # fmt: skip
            with self.subTest(name):
                self.assertEqual((value, f"config:{line}"), shown[name])
        self.assertEqual(("tokyo@example.jp", "config:19"), self.shown("--profile", "tokyo")["mail-to"])

    def test_conf_d_is_one_layer_with_the_file_beside_it(self):
        drop_ins = self.own.parent / "conf.d"
        drop_ins.mkdir()
        self.own.write_text('forks = 1\nrate = 1\n[profile "tokyo"]\nrate = 2\n')
        (drop_ins / "10-first.conf").write_text("forks = 3\nrate = 3\n[mail]\nto = a@example.jp\n")
        (drop_ins / "20-second.conf").write_text('forks = 4\n[profile "osaka"]\nforks = 5\n')
        (drop_ins / "README").write_text("this is no setting\n")
        shown = self.shown()
        self.assertEqual(("4", "20-second.conf:1"), shown["forks"])
        self.assertEqual(("3", "10-first.conf:2"), shown["rate"])
        self.assertEqual(("a@example.jp", "10-first.conf:4"), shown["mail-to"])
        self.assertEqual(("2", "config:4"), self.shown("--profile", "tokyo")["rate"])
        self.assertEqual(("5", "20-second.conf:3"), self.shown("--profile", "osaka")["forks"])
        (drop_ins / "30-wrong.conf").write_text("forsk = 3\n")
        code, out, err = self.run_it("config", "show")
        self.assertEqual((2, ""), (code, out))
        self.assertIn("conf.d/30-wrong.conf:1: forsk is unknown", err)

    def test_accounts_may_stand_in_the_configuration(self):
        path = self.fleet.path
        user = (path / "user").read_text().strip()
        text = f'[credential "sim"]\nuser = {user}\npassword_file = {path}/password\n[mail]\nto = a@example.jp\n'
        self.own.write_text(text + f'[profile "tokyo"]\ninventory = {self.fleet.inventory}\ncredential = sim\nauth = basic\n')
        words = ("scan", "--profile", "tokyo", "--ca-file", path / "ca.pem", "--store", self.fleet.store, "-o", path / "out", "-q")
        code, out, err = self.run_it(*words, "--mail-policy", "problems", "--smtp", "smtp://127.0.0.1:1")
        self.assertEqual(1, code, err)  # the mail cannot be sent; everybody was reached
        self.assertNotIn("credential", err)
        self.assertEqual(str(self.own), self.shown("--profile", "tokyo")["credentials"][0])
        self.own.write_text(text.replace("password_file", "pasword_file"))
        code, _, err = self.run_it("scan", GONE, "--credential", "sim")
        self.assertEqual(2, code)
        self.assertIn("config:3: pasword_file is unknown", err)

    def test_a_variable_that_is_almost_a_setting_is_said(self):
        code, _, err = self.run_it("hosts", "srv1", VSSFLEET_FORSK="3")
        self.assertEqual(0, code)
        self.assertIn("VSSFLEET_FORSK", err)


if __name__ == "__main__":
    unittest.main()
