"""doctor: what is wrong with this machine is told with its cure before any server is asked."""

import os
import re
import resource
import subprocess
import tempfile
import unittest
from pathlib import Path

from fleet import VSSFLEET
from kdc import Kdc


class Machine(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.path = Path(self.directory.name)
        self.environment = {
            **os.environ, "HOME": str(self.path), "XDG_STATE_HOME": str(self.path), "KRB5CCNAME": f"FILE:{self.path / 'nosuch'}",
            "KRB5_CONFIG": str(self.file("krb5.conf", "[libdefaults]\n default_realm = CORP.EXAMPLE\n")),
            "KRB5_CLIENT_KTNAME": str(self.path / "nokeytab"),
        }  # fmt: skip

    def file(self, name, text, mode=0o600):
        path = self.path / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def doctor(self, *arguments, environment=None, **run):
        """Exit code, and state and text of each check."""
        done = subprocess.run(
            [VSSFLEET, "doctor", *map(str, arguments)],
            capture_output=True, text=True, timeout=120, env=environment or self.environment, **run,
        )  # fmt: skip
        self.assertEqual("", done.stderr)
        checks = {}
        for line in done.stdout.splitlines():
            state, name, text = re.fullmatch(r"(ok|warn|fail) +([a-z0-9.]+) +(.+)", line).groups()
            checks[name] = (state, text)
        return done.returncode, checks

    def check(self, name, state, says, *arguments, **run):
        code, checks = self.doctor(*arguments, **run)
        self.assertEqual(state, checks[name][0], checks[name])
        self.assertIn(says, checks[name][1])
        self.assertEqual(2 if any(state == "fail" for state, _ in checks.values()) else 0, code)
        self.assertEqual(state == "fail", code == 2, checks)


class Doctor(Machine):
    def test_what_there_is(self):
        code, checks = self.doctor("--password-file", self.file("password", "a secret word\n"))
        self.assertEqual(0, code, checks)
        self.assertEqual(("ok", f"{self.path}/krb5.conf, default realm CORP.EXAMPLE"), checks["krb5.conf"])
        self.assertEqual(("ok", f"{self.path}/vssfleet"), checks["store"])
        self.assertEqual("ok", checks["password"][0])
        self.assertIn(checks["clock"][0], ("ok", "warn"))
        self.assertRegex(checks["versions"][1], r"^vssfleet [\d.]+, libcurl [\d.]+, krb5 [\d.]+, OpenSSL [\d.]+")
        self.assertNotIn("keytab", checks)
        self.assertNotIn("secret", str(checks))

    def test_kerberos_is_not_configured(self):
        nowhere = {**self.environment, "KRB5_CONFIG": str(self.path / "missing.conf")}
        self.check("krb5.conf", "warn", "missing.conf cannot be read", environment=nowhere)
        nameless = {**self.environment, "KRB5_CONFIG": str(self.file("empty.conf", "[libdefaults]\n"))}
        self.check("krb5.conf", "warn", "default realm", environment=nameless)
        second = {**self.environment, "KRB5_CONFIG": f"/nosuch:{self.environment['KRB5_CONFIG']}"}
        self.check("krb5.conf", "ok", "CORP.EXAMPLE", environment=second)

    def test_no_ticket(self):
        self.check("tickets", "warn", "run kinit")

    def test_a_keytab_that_is_missing_or_open_to_others_or_none(self):
        self.check("keytab", "fail", "nosuch", "--keytab", self.path / "nosuch")
        self.check("keytab", "fail", "chmod 600", "--keytab", self.file("open", "", 0o640))
        self.check("keytab", "fail", "garbage", "--keytab", self.file("garbage", "no keytab"))

    def test_files_that_others_can_read_or_that_are_none(self):
        self.check("password", "fail", "chmod 600", "--password-file", self.file("open", "x", 0o644))
        self.check("certificates", "fail", "ca.pem", "--ca-file", self.file("ca.pem", "no certificate"))
        self.check("store", "fail", "--store", "--store", self.file("file", "") / "below" / "store.db")

    def test_too_few_open_files(self):
        def few():
            resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))

        self.check("files", "warn", "ulimit -Hn", "--forks", "500", preexec_fn=few)
        self.check("files", "ok", "--forks 10 ", "--forks", "10", preexec_fn=few)

    def test_targets_are_not_expected(self):
        done = subprocess.run([VSSFLEET, "doctor", "srv1"], capture_output=True, text=True, env=self.environment)
        self.assertEqual((2, ""), (done.returncode, done.stdout))
        self.assertIn("srv1", done.stderr)


class WithRealm(Machine):
    """With a KDC."""

    def setUp(self):
        super().setUp()
        self.kdc = Kdc()
        self.addCleanup(self.kdc.__exit__)
        self.kdc.user("svc", "a password")
        self.environment |= {**self.kdc.env, "KRB5CCNAME": f"FILE:{self.path / 'ccache'}"}

    def test_what_there_is(self):
        self.kdc.kinit("svc", self.path / "ccache", lifetime="2h")
        self.check("tickets", "ok", "svc@WINSIM.EXAMPLE, valid until 2")
        self.kdc.keytab("svc", self.path / "keytab")
        self.check("keytab", "ok", "svc@WINSIM.EXAMPLE, the KDC gives a ticket", "--keytab", self.path / "keytab")
        self.environment["KRB5_CLIENT_KTNAME"] = str(self.path / "keytab")
        self.check("keytab", "ok", "it is used if --keytab names it")

    def test_a_ticket_that_runs_out(self):
        self.kdc.kinit("svc", self.path / "ccache", lifetime="5m")
        self.check("tickets", "warn", "run kinit")

    def test_a_key_that_the_realm_does_not_know_any_more(self):
        self.kdc.keytab("svc", self.path / "keytab")
        self.kdc.admin('cpw -pw "another password" svc')
        self.check("keytab", "fail", "svc@WINSIM.EXAMPLE", "--keytab", self.path / "keytab")

    def test_no_kdc(self):
        self.kdc.keytab("svc", self.path / "keytab")
        self.kdc.stop()
        self.check("keytab", "fail", "KDC", "--keytab", self.path / "keytab")


if __name__ == "__main__":
    unittest.main()
