"""Kerberos tickets for a fleet, from a private KDC: one request for all hosts, no DNS, nothing that locks an account."""

import os
import shutil
import struct
import subprocess
import time
import unittest

from kdc import REALM, Kdc, silent_kdc

TICKETS_PROGRAM = os.environ["TICKETS_PROGRAM"]
HOST = "srv1.does-not-resolve.example"
PASSWORD = "correct horse battery staple 42"
SVC = f"svc@{REALM}"

C_PRINCIPAL_UNKNOWN, S_PRINCIPAL_UNKNOWN = -1765328378, -1765328377
PREAUTH_FAILED, KEY_EXPIRED, CLIENT_REVOKED, NAME_EXPIRED = -1765328360, -1765328361, -1765328366, -1765328383
TKT_EXPIRED, KDC_UNREACH, CC_NOTFOUND = -1765328352, -1765328228, -1765328243


class Program:
    """tickets_program, a line for a line; use as a context manager."""

    def __init__(self, kdc, **more):
        self.kdc = kdc
        environment = kdc.environment(KRB5_KTNAME=str(kdc.path / "services.keytab"), **more)
        self.process = subprocess.Popen([TICKETS_PROGRAM], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        code = self.process.wait(60)
        self.process.stdout.close()
        if code:
            raise RuntimeError(f"tickets_program: exit {code}")

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        if not answer:
            raise RuntimeError(f"tickets_program: no answer to {line}")
        return answer

    def password(self, password=PASSWORD, principal=SVC):
        file = self.kdc.path / "password"
        file.write_text(password)
        return self.say(f"new password={file} principal={principal}")


def read(data, at):
    """A counted string of a credential cache, and where it ends."""
    (length,) = struct.unpack_from(">I", data, at)
    return data[at + 4 : at + 4 + length], at + 4 + length


def read_principal(data, at):
    _, count = struct.unpack_from(">II", data, at)
    at += 8
    for _ in range(count + 1):
        _, at = read(data, at)
    return at


def age(ccache, left_s):
    """Rewrites a fresh cache so that its tickets end so many seconds from now (MIT's file format, version 4)."""
    data = bytearray(ccache.read_bytes())
    (header,) = struct.unpack_from(">H", data, 2)
    at = read_principal(data, 4 + header)
    while at < len(data):
        at = read_principal(data, read_principal(data, at))
        _, at = read(data, at + 2)  # the session key, behind its kind
        struct.pack_into(">I", data, at + 8, int(time.time()) + left_s)
        at += 4 * 4 + 1 + 4  # times, is_skey, flags
        for _ in range(2):  # addresses, authorization data
            (count,) = struct.unpack_from(">I", data, at)
            at += 4
            for _ in range(count):
                _, at = read(data, at + 2)
        for _ in range(2):  # the ticket, the second one
            _, at = read(data, at)
    ccache.write_bytes(data)


class WithKdc(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kdc = Kdc()
        cls.addClassCleanup(cls.kdc.__exit__)
        cls.kdc.user("svc", PASSWORD)
        cls.kdc.services([HOST], cls.kdc.path / "services.keytab", names=("host", "HTTP"))

    def setUp(self):
        self.ccache = self.kdc.path / f"{self.id()}.ccache"
        self.before = {kind: len(self.kdc.requests(kind)) for kind in ("AS_REQ", "TGS_REQ")}

    def asked(self, kind):
        return len(self.kdc.requests(kind)) - self.before[kind]

    def assertError(self, code, answer):
        self.assertIn(f"error auth {code} ", answer)


class Sources(WithKdc):
    def test_a_credential_cache_serves_sixty_hosts_without_an_as_request(self):
        self.kdc.kinit("svc", self.ccache)
        before = self.asked("AS_REQ")
        with Program(self.kdc) as program:
            self.assertEqual(f"ok {SVC}", program.say(f"new ccache=FILE:{self.ccache}"))
            self.assertEqual("60 ok", program.say(f"get 60 host {HOST}"))
            self.assertEqual("ok", program.say("talk"))
        self.assertEqual((before, 60), (self.asked("AS_REQ"), self.asked("TGS_REQ")))

    def test_the_default_cache_is_found(self):
        self.kdc.kinit("svc", self.ccache)
        with Program(self.kdc, KRB5CCNAME=f"FILE:{self.ccache}") as program:
            self.assertEqual(f"ok {SVC}", program.say("new "))
            self.assertIn("error local", program.say("new principal=other"))

    def test_a_keytab_needs_one_as_request_and_names_its_principal(self):
        keytab = self.kdc.path / "svc.keytab"
        self.kdc.keytab("svc", keytab)
        with Program(self.kdc) as program:
            self.assertEqual(f"ok {SVC}", program.say(f"new keytab={keytab}"))
            self.assertEqual("60 ok", program.say(f"get 60 host {HOST}"))
            self.assertEqual("ok", program.say("talk"))
            self.assertIn("error local", program.say(f"new keytab={keytab} principal=other"))
            keytab.chmod(0o640)
            self.assertIn("chmod 600", program.say(f"new keytab={keytab}"))
            self.assertIn("No such file", program.say(f"new keytab={keytab}.not"))
        self.assertEqual(1, self.asked("AS_REQ"))

    def test_a_password_needs_one_as_request_and_leaves_no_copy_in_memory(self):
        with Program(self.kdc) as program:
            program.password()
            self.assertEqual("ok 0", program.say("scan"))
            self.assertEqual("60 ok", program.say("prove 60 60000"))
            self.assertEqual("ok 0", program.say("scan"))
            self.assertEqual("4 ok", program.say(f"get 4 host {HOST}"))
            self.assertEqual("ok", program.say("talk"))
            self.assertEqual("ok 0", program.say("scan"))
            self.assertEqual("ok", program.say("spill"))
            self.assertEqual("ok 1", program.say("scan"))
        self.assertEqual(1, self.asked("AS_REQ"))

    def test_what_cannot_give_tickets_is_said_before_any_request(self):
        with Program(self.kdc) as program:
            for source, part in (
                ("", "kinit"),
                (f"ccache=FILE:{self.ccache}", "kinit"),
                ("ccache=NONSENSE:x", "NONSENSE"),
                (f"password={self.kdc.env['KRB5_CONFIG']}", "--user NAME@REALM"),
                ("principal=CORP\\svc", "NAME@REALM"),
                ("principal=a@b@c", "a@b@c"),
            ):
                with self.subTest(source):
                    answer = program.say(f"new {source}")
                    self.assertIn("error local", answer)
                    self.assertIn(part, answer)
        self.assertEqual(0, self.asked("AS_REQ"))


class Refusals(WithKdc):
    def test_a_wrong_password_is_sent_once_for_sixty_hosts_and_never_again(self):
        with Program(self.kdc) as program:
            program.password("not this one 4711")
            answer = program.say("prove 60 60000")
            self.assertTrue(answer.startswith(f"60 error auth {PREAUTH_FAILED} wrong password"), answer)
            self.assertTrue(answer.endswith("[KDC_ERR_PREAUTH_FAILED]"), answer)
            self.assertIn(SVC, answer)
            self.assertError(PREAUTH_FAILED, program.say(f"get 1 host {HOST}"))
            self.assertEqual("ok 0", program.say("scan"))
        self.assertEqual((1, 0), (self.asked("AS_REQ"), self.asked("TGS_REQ")))

    def test_accounts_that_may_not_are_named_once(self):
        self.kdc.user("gone", PASSWORD, expired=True)
        self.kdc.user("old", PASSWORD, password_expired=True)
        self.kdc.user("locked", PASSWORD, locked=True)
        for name, code in (
            ("nobody", C_PRINCIPAL_UNKNOWN), ("gone", NAME_EXPIRED), ("old", KEY_EXPIRED), ("locked", CLIENT_REVOKED),
        ):  # fmt: skip
            with self.subTest(name), Program(self.kdc) as program:
                before = self.asked("AS_REQ")
                program.password(principal=f"{name}@{REALM}")
                answer = program.say("prove 8 60000")
                self.assertTrue(answer.startswith(f"8 error auth {code} "), answer)
                self.assertIn(f"{name}@{REALM}", answer)
                self.assertError(code, program.say("prove 1 60000"))
                self.assertEqual(1, self.asked("AS_REQ") - before)

    def test_an_spn_that_nobody_has_leaves_the_next_service_to_try(self):
        with Program(self.kdc) as program:
            program.password()
            answer = program.say(f"get 1 WSMAN {HOST}")
            self.assertError(S_PRINCIPAL_UNKNOWN, answer)
            self.assertIn(f"setspn -Q WSMAN/{HOST}", answer)
            self.assertEqual("1 ok", program.say(f"get 1 HTTP {HOST.upper()}."))

    def test_an_expired_ticket_is_said_and_a_renewed_cache_is_picked_up(self):
        self.kdc.kinit("svc", self.ccache)
        age(self.ccache, -60)
        with Program(self.kdc) as program:
            self.assertEqual(f"ok {SVC}", program.say(f"new ccache={self.ccache}"))
            answer = program.say(f"get 1 host {HOST}")
            self.assertError(TKT_EXPIRED, answer)
            self.assertIn("kinit", answer)
            self.assertIn(time.strftime("expired at %Y-%m-%d "), answer)
            self.kdc.kinit("svc", self.ccache)
            self.assertEqual("1 ok", program.say(f"get 1 host {HOST}"))

    def test_a_cache_that_ends_soon_is_read_again_and_serves_meanwhile(self):
        self.kdc.kinit("svc", self.ccache)
        age(self.ccache, 20)
        with Program(self.kdc) as program:
            program.say(f"new ccache={self.ccache}")
            self.assertEqual("8 ok", program.say(f"get 8 host {HOST}"))
            self.ccache.unlink()
            self.assertEqual("8 ok", program.say(f"get 8 host {HOST}"))

    def test_a_cache_without_a_granting_ticket_is_said(self):
        self.kdc.kinit("svc", self.ccache)
        data = self.ccache.read_bytes()
        (header,) = struct.unpack_from(">H", data, 2)
        self.ccache.write_bytes(data[: read_principal(data, 4 + header)])
        with Program(self.kdc) as program:
            program.say(f"new ccache={self.ccache}")
            self.assertError(CC_NOTFOUND, program.say("prove 1 60000"))


class Network(WithKdc):
    def test_a_ticket_needs_neither_kdc_nor_dns_to_begin_a_context(self):
        with Program(self.kdc) as program:
            program.password()
            self.assertEqual("1 ok", program.say(f"get 1 host {HOST}"))
            self.kdc.stop()
            self.addCleanup(self.kdc.start)
            self.assertTrue(program.say("init krb5").startswith("ok "))
            self.assertTrue(program.say("init spnego").startswith("ok "))
            self.assertEqual("ok", program.say("talk"))

    def test_a_kdc_that_is_down_fails_fast_and_is_asked_again_later(self):
        with Program(self.kdc) as program:
            program.password()
            self.kdc.stop()
            try:
                self.assertError(KDC_UNREACH, program.say("prove 1 60000"))
                began = time.monotonic()
                answer = program.say("prove 60 60000")
                self.assertLess(time.monotonic() - began, 2)
                self.assertTrue(answer.startswith(f"60 error auth {KDC_UNREACH} "), answer)
                self.assertIn(REALM, answer)
            finally:
                self.kdc.start()
            self.assertError(KDC_UNREACH, program.say("prove 1 60000"))  # the realm is paused
            program.password()
            self.assertEqual("1 ok", program.say("prove 1 60000"))

    def test_a_silent_kdc_holds_up_one_asker_of_its_own_identity(self):
        with silent_kdc() as port:
            config = self.kdc.path / "silent.conf"
            text = (self.kdc.path / "krb5.conf").read_text()
            config.write_text(text.replace(f"127.0.0.1:{self.kdc.port}", f"127.0.0.1:{port}"))
            with Program(self.kdc, KRB5_CONFIG=str(config)) as silent, Program(self.kdc) as other:
                silent.password()
                silent.process.stdin.write("prove 8 500\n")
                silent.process.stdin.flush()
                other.password()
                self.assertEqual("60 ok", other.say(f"get 60 host {HOST}"))
                answer = silent.process.stdout.readline()
                self.assertIn(f"1 error auth {KDC_UNREACH} ", answer)
                self.assertIn("7 error timeout 0 no ticket of", answer)
                began = time.monotonic()
                self.assertTrue(silent.say("prove 60 60000").startswith(f"60 error auth {KDC_UNREACH} "))
                self.assertLess(time.monotonic() - began, 2)


class OtherRealms(unittest.TestCase):
    """A forest: our account in one realm, servers in another one that trusts it."""

    def setUp(self):
        self.child = Kdc(realm="CHILD.EXAMPLE")
        self.addCleanup(self.child.__exit__)
        place = f"CHILD.EXAMPLE = {{\n kdc = 127.0.0.1:{self.child.port}\n }}"
        self.kdc = Kdc(realms=place, domain_realm=".child.example = CHILD.EXAMPLE")
        self.addCleanup(self.kdc.__exit__)
        self.kdc.trust(self.child)
        self.kdc.user("svc", PASSWORD)
        self.kdc.services(["a.home.example"], self.kdc.path / "home.keytab")
        self.child.services(["b.child.example", "c.child.example"], self.kdc.path / "services.keytab")
        # Only the KDC knows where servers are, as in Active Directory: clients are referred.
        self.config = self.kdc.path / "client.conf"
        self.config.write_text((self.kdc.path / "krb5.conf").read_text().replace(".child.example =", ".nowhere.example ="))

    def test_referrals_are_followed_and_what_they_teach_serves_the_next_host(self):
        with Program(self.kdc, KRB5_CONFIG=str(self.config)) as program:
            program.password()
            for host in ("b.child.example", "c.child.example"):
                self.assertEqual("1 ok", program.say(f"get 1 host {host}"))
                self.assertEqual("ok", program.say("talk"))
            answer = program.say("get 1 host d.child.example")
            self.assertIn(f"error auth {S_PRINCIPAL_UNKNOWN} no account in CHILD.EXAMPLE", answer)

    def test_krb5_conf_may_name_the_realm_of_a_server(self):
        with Program(self.kdc) as program:
            program.password()
            self.assertEqual("1 ok", program.say("get 1 host b.child.example"))
            learnt = len(self.kdc.requests("TGS_REQ"))
            self.assertEqual("40 ok", program.say("get 40 host c.child.example"))
            self.assertEqual("ok", program.say("talk"))
            self.assertEqual(learnt, len(self.kdc.requests("TGS_REQ")))  # the cross-realm ticket was known

    def test_a_realm_that_is_down_fails_fast_and_leaves_the_others_alone(self):
        with Program(self.kdc, KRB5_CONFIG=str(self.config)) as program:
            program.password()
            self.assertEqual("1 ok", program.say("get 1 host a.home.example"))
            self.child.stop()
            answer = program.say("get 1 host b.child.example")
            self.assertIn(f"error auth {KDC_UNREACH} no domain controller (KDC) of CHILD.EXAMPLE", answer)
            began = time.monotonic()
            self.assertTrue(program.say("get 40 host b.child.example").startswith("40 error"))
            self.assertLess(time.monotonic() - began, 2)
            self.assertEqual("40 ok", program.say("get 40 host a.home.example"))


class Surroundings(unittest.TestCase):
    def test_every_encryption_of_windows_works(self):
        for kind in ("aes256-cts-hmac-sha1-96", "aes128-cts-hmac-sha256-128", "aes256-cts-hmac-sha384-192", "arcfour-hmac"):
            with self.subTest(kind), Kdc(enctypes=[kind]) as kdc:
                kdc.user("svc", PASSWORD)
                kdc.services([HOST], kdc.path / "services.keytab")
                with Program(kdc) as program:
                    program.password()
                    self.assertEqual("1 ok", program.say(f"get 1 host {HOST}"))
                    self.assertEqual("ok", program.say("talk"))
                self.assertIn(f"ses={'DEPRECATED:' if 'arcfour' in kind else ''}{kind}", kdc.requests("TGS_REQ")[-1])

    # Where no server has that name, libkrb5 asks for the realm of its domain, too, which is no look-up.
    def test_names_are_not_looked_up_whatever_krb5_conf_says(self):
        for setting in ("true", "fallback"):
            with self.subTest(setting), Kdc(libdefaults=f"dns_canonicalize_hostname = {setting}") as kdc:
                kdc.user("svc", PASSWORD)
                with Program(kdc) as program:
                    program.password()
                    self.assertIn(str(S_PRINCIPAL_UNKNOWN), program.say("get 1 host localhost.localdomain"))
                for line in kdc.requests("TGS_REQ"):
                    self.assertNotIn("host/localhost@", line)

    @unittest.skipUnless(shutil.which("faketime"), "needs faketime")
    def test_a_kdc_whose_clock_differs_gives_tickets_that_serve(self):
        for clock in ("-6m", "+6m", "+12h"):
            with self.subTest(clock), Kdc(clock=clock) as kdc:
                kdc.user("svc", PASSWORD)
                kdc.services([HOST], kdc.path / "services.keytab")
                with Program(kdc) as program:
                    program.password()
                    self.assertEqual("1 ok", program.say(f"get 1 host {HOST}"))
                    self.assertTrue(program.say("init krb5").startswith("ok"))


if __name__ == "__main__":
    unittest.main()
