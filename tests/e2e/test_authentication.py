"""Every way to authenticate that Windows knows, against winsim, which is strict about framing and counts what is wrong with
it; and every way in which it can go wrong, with the words that the administrator gets to read."""

import base64
import http.server
import json
import os
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

from fleet import VSSFLEET, Fleet, vssfleet
from kdc import silent_kdc
from realm import Realm

HOSTS = {"a.sim.example": "healthy", "b.sim.example": "affected"}
FLEET = ("--host", "a.sim.example=healthy-2019-en", "--host", "b.sim.example=affected-2012r2-ja")


def one(scenario, **more):
    """A realm for one host that plays a scenario."""
    return Realm(["x.sim.example"], **more), ("--host", f"x.sim.example={scenario}")


class Works(unittest.TestCase):
    def audit(self, fleet, auth, sealed, proved, requests, *arguments):
        code, records, _ = fleet.scan_records(*arguments)
        self.assertEqual(3, code)
        self.assertEqual(HOSTS, {name: record["verdict"] for name, record in records.items()})
        for record in records.values():
            transport = record["transport"]
            self.assertEqual(
                (auth, sealed, proved), (transport["auth"], transport["sealed"], transport["server_authenticated"])
            )
            self.assertLessEqual(transport["requests"], requests)
            self.assertEqual([], record["errors"])
        journal = fleet.journal()
        self.assertEqual([], journal["violations"])
        self.assertEqual((0, 0), (journal["open_shells"], journal["open_enumerations"]))
        self.assertEqual(0, journal["authentication_failures"])
        return journal

    def kerberos(self, enctypes, sealed, method="auto", scheme="http", cbt="strict"):
        with Realm(HOSTS, enctypes=enctypes) as realm:
            with realm.fleet(*FLEET, "--cbt", cbt, method=("--auth", method), scheme=scheme) as fleet:
                journal = self.audit(fleet, "kerberos", sealed, True, 10 if sealed else 9)
                self.assertEqual(2, journal["contexts"])
                self.assertEqual(2, journal["legs"])
                return journal

    def test_kerberos_sealed_aes256_sha1(self):
        self.assertGreater(self.kerberos(["aes256-cts-hmac-sha1-96"], True)["sealed_requests"], 10)

    def test_kerberos_sealed_aes256_sha2(self):
        self.kerberos(["aes256-cts-hmac-sha384-192"], True)

    def test_kerberos_sealed_aes128_sha2(self):
        self.kerberos(["aes128-cts-hmac-sha256-128"], True)

    def test_kerberos_sealed_rc4(self):
        self.kerberos(["arcfour-hmac"], True)

    def test_kerberos_without_spnego_sealed(self):
        self.kerberos(None, True, method="kerberos")

    def test_kerberos_over_https_with_strict_channel_binding(self):
        self.assertEqual(0, self.kerberos(None, False, scheme="https")["sealed_requests"])

    def test_kerberos_without_spnego_over_https(self):
        self.kerberos(None, False, method="kerberos", scheme="https")

    def test_kerberos_by_password(self):
        with Realm(HOSTS) as realm, realm.fleet(*FLEET) as fleet:
            (fleet.path / "kerberos").write_text(Realm.PASSWORD)
            (fleet.path / "kerberos").chmod(0o600)
            fleet.environment = realm.without_ticket()
            self.audit(
                fleet, "kerberos", True, True, 10, "--user", f"svc@{realm.kdc.realm}", "--password-file", fleet.path / "kerberos"
            )

    def test_kerberos_by_keytab(self):
        with Realm(HOSTS) as realm, realm.fleet(*FLEET) as fleet:
            realm.kdc.keytab("svc", realm.path / "svc.keytab")
            fleet.environment = realm.without_ticket()
            self.audit(fleet, "kerberos", True, True, 10, "--keytab", realm.path / "svc.keytab")

    def test_ntlm_sealed(self):
        with Fleet(*FLEET, "--inventory-scheme", "http") as fleet:
            fleet.method = ("--auth", "ntlm")
            journal = self.audit(fleet, "ntlm", True, False, 11)
            self.assertEqual(2, journal["ntlm_combined"], "the first sealed message goes with the proof")

    def test_ntlm_for_a_password_without_a_realm(self):
        with Fleet(*FLEET, "--inventory-scheme", "http") as fleet:
            fleet.method = ("--auth", "auto")
            account = ("--user", (fleet.path / "user").read_text().strip(), "--password-file", fleet.path / "password")
            self.audit(fleet, "ntlm", True, False, 11, *account)

    def test_ntlm_over_https_with_strict_channel_binding(self):
        with Fleet(*FLEET, "--cbt", "strict") as fleet:
            fleet.method = ("--auth", "ntlm")
            self.audit(fleet, "ntlm", False, True, 10)

    def test_ntlm_with_a_domain_in_small_letters(self):
        with Fleet(*FLEET, "--inventory-scheme", "http", "--domain", "CORP") as fleet:
            fleet.method = ("--auth", "auto")
            user = "corp\\" + (fleet.path / "user").read_text().strip()
            self.audit(fleet, "ntlm", True, False, 11, "--user", user, "--password-file", fleet.path / "password")

    def test_client_certificate(self):
        with Fleet(*FLEET) as fleet:
            fleet.method = ("--cert", fleet.path / "client.pem", "--key", fleet.path / "client.key")
            self.audit(fleet, "certificate", False, True, 9)

    def test_basic_over_https(self):
        with Fleet(*FLEET) as fleet:
            self.audit(fleet, "basic", False, True, 9)

    def test_each_host_by_the_account_of_its_group(self):
        with Realm(HOSTS) as realm, realm.fleet(*FLEET) as fleet:
            (fleet.path / "accounts.ini").write_text(
                f'[credential "local"]\nuser = {(fleet.path / "user").read_text().strip()}\n'
                f'password_file = {fleet.path}/password\nauth = ntlm\n'
            )
            text = fleet.inventory.read_text().replace("b.sim.example ", "b.sim.example vssfleet_credential=local ")
            fleet.inventory.write_text(text)
            code, records, _ = fleet.scan_records("--credentials", fleet.path / "accounts.ini")
            self.assertEqual(3, code)
            self.assertEqual("kerberos", records["a.sim.example"]["transport"]["auth"])
            self.assertEqual("ntlm", records["b.sim.example"]["transport"]["auth"])

    def test_an_address_goes_to_ntlm(self):
        with Realm(HOSTS) as realm, realm.fleet(*FLEET, "--user", "svc", "--password", Realm.PASSWORD, "--domain", "WINSIM.EXAMPLE") as fleet:
            address = {name: host["address"] for name, host in fleet.hosts().items()}
            fleet.inventory = fleet.path / "addresses"
            fleet.inventory.write_text(f"{address['a.sim.example']}\nb.sim.example {address['b.sim.example']}\n")
            account = ("--user", f"svc@{realm.kdc.realm}", "--password-file", fleet.path / "password")
            _, out, err = fleet.scan(*account, "--port", fleet.http_port, "--scheme", "http", "-F", "ndjson", "-o", "-")
            records = {r["host"]["name"]: r for r in map(json.loads, out.splitlines()) if r["type"] == "host"}
            self.assertIn("1 server is given by address", err)
            self.assertEqual("kerberos", records["b.sim.example"]["transport"]["auth"])
            record = records[address["a.sim.example"]]
            self.assertEqual("ntlm", record["transport"]["auth"])
            self.assertEqual("healthy", record["verdict"], record["errors"])


class Refused(unittest.TestCase):
    """What the administrator reads: kind and words, and that nothing was judged."""

    def refused(self, fleet, kind, *words, arguments=(), verdict="unreachable"):
        _, records, _ = fleet.scan_records(*arguments)
        record = records["x.sim.example"]
        self.assertEqual(verdict, record["verdict"])
        error = record["errors"][0]
        self.assertEqual(kind, error["kind"], error)
        for word in words:
            self.assertIn(word, error["message"])
        return error

    def by_ticket(self, scenario, kind, *words, method="auto", scheme="http", **more):
        realm, host = one(scenario)
        with realm, realm.fleet(*host, method=("--auth", method), scheme=scheme) as fleet:
            return self.refused(fleet, kind, *words, **more)

    def by_ntlm(self, scenario, kind, *words, options=(), **more):
        with Fleet("--host", f"x.sim.example={scenario}", "--inventory-scheme", "http", *options) as fleet:
            fleet.method = ("--auth", "ntlm")
            return self.refused(fleet, kind, *words, **more)

    def test_a_wrong_password_or_a_locked_account(self):
        for scenario in ("bad-password", "account-locked"):
            error = self.by_ntlm(scenario, "auth", "after NTLM", "wrong password", "locked")
            self.assertEqual(401, error["code"])

    def test_a_wrong_password_is_tried_three_times_for_the_whole_fleet(self):
        with Fleet("--fleet", 60, "--inventory-scheme", "http") as fleet:
            fleet.method = ("--auth", "ntlm")
            (fleet.path / "password").write_text("wrong")
            code, records, _ = fleet.scan_records()
            self.assertEqual((4, 60), (code, len(records)))
            self.assertLessEqual(fleet.journal()["authentication_failures"], 3)
            self.assertTrue(any("suspended" in record["reason"] for record in records.values()))

    def test_an_endless_authentication_counts_as_a_rejection(self):
        self.by_ntlm("endless-legs", "auth", "refused")

    def test_ntlm_disabled_there(self):
        self.by_ntlm("ntlm-disabled", "auth", "NTLM disabled there")

    def test_kerberos_not_refused_by_a_server_without_ntlm(self):
        realm, host = one("ntlm-disabled")
        with realm, realm.fleet(*host) as fleet:
            _, records, _ = fleet.scan_records()
            self.assertEqual("kerberos", records["x.sim.example"]["transport"]["auth"])
            self.assertIn(records["x.sim.example"]["verdict"], ("healthy", "shared"))

    def test_a_filtered_administrator_token(self):
        self.by_ticket("filtered-token", "denied", "LocalAccountTokenFilterPolicy", verdict="unknown")

    def test_an_spn_of_another_account_is_found_and_passed_by(self):
        realm, host = one("spn-foreign")
        with realm, realm.fleet(*host) as fleet:
            _, records, _ = fleet.scan_records()
            self.assertIn(records["x.sim.example"]["verdict"], ("healthy", "shared"))
            self.assertEqual(10, records["x.sim.example"]["transport"]["requests"])

    def test_no_spn_at_all(self):
        realm, host = one("healthy-2019-en")
        realm.hosts = ["other.sim.example"]
        with realm, realm.fleet(*host) as fleet:
            self.refused(fleet, "auth", "x.sim.example", "setspn")

    def test_an_expired_ticket(self):
        realm, host = one("healthy-2019-en")
        with realm, realm.fleet(*host) as fleet:
            realm.kdc.user("short", "life")
            realm.kdc.kinit("short", realm.path / "old", lifetime="1s")
            wait_until_expired(realm.path / "old", realm.environment)
            fleet.environment = {**fleet.environment, "KRB5CCNAME": f"FILE:{realm.path}/old"}
            self.refused(fleet, "auth", "expired", "kinit")

    def test_no_kdc(self):
        realm, host = one("healthy-2019-en")
        with realm, realm.fleet(*host) as fleet:
            realm.kdc.stop()
            self.refused(fleet, "auth", "KDC")

    def test_a_silent_kdc_holds_up_only_those_who_need_it(self):
        with Realm(HOSTS) as realm, silent_kdc() as port, realm.fleet(*FLEET) as fleet:
            (fleet.path / "krb5.conf").write_text(
                f"[libdefaults]\ndefault_realm = {realm.kdc.realm}\ndns_lookup_kdc = false\n"
                f"[realms]\n{realm.kdc.realm} = {{\nkdc = 127.0.0.1:{port}\n}}\n"
            )
            fleet.environment = {**realm.environment, "KRB5_CONFIG": str(fleet.path / "krb5.conf")}
            (fleet.path / "accounts.ini").write_text(
                f'[credential "local"]\nuser = {(fleet.path / "user").read_text().strip()}\n'
                f"password_file = {fleet.path}/password\nauth = ntlm\n"
            )
            text = fleet.inventory.read_text().replace("b.sim.example ", "b.sim.example vssfleet_credential=local ")
            fleet.inventory.write_text(text)
            began = time.monotonic()
            _, out, _ = fleet.scan("-F", "ndjson", "-o", "-", "--credentials", fleet.path / "accounts.ini", "--host-timeout", "8s")
            self.assertLess(time.monotonic() - began, 20, "libkrb5 waits longer, a host does not")
            hosts = [record for record in map(json.loads, out.splitlines()) if record["type"] == "host"]
            self.assertEqual(["b.sim.example", "a.sim.example"], [record["host"]["name"] for record in hosts])
            self.assertEqual("affected", hosts[0]["verdict"])
            self.assertLess(hosts[0]["duration_ms"] * 4, hosts[1]["duration_ms"], "it did not wait for the other")
            self.assertEqual("timeout", hosts[1]["errors"][0]["kind"])
            self.assertIn("the KDC has not answered", hosts[1]["errors"][0]["message"])

    def test_clocks_that_differ(self):
        realm, host = one("healthy-2019-en", clock="+1h")
        with realm, realm.fleet(*host) as fleet:
            self.refused(fleet, "auth", "its clock differs from the KDC's")

    def test_a_wrong_password_for_kerberos_asks_the_kdc_once(self):
        with Realm(["x.sim.example", "y.sim.example"]) as realm:
            hosts = ("--host", "x.sim.example=healthy-2019-en", "--host", "y.sim.example=healthy-2019-en")
            with realm.fleet(*hosts) as fleet:
                before = len(realm.kdc.requests("AS_REQ"))
                account = ("--user", f"svc@{realm.kdc.realm}", "--password-file", fleet.path / "password")
                self.refused(fleet, "auth", "password", arguments=account)
                self.assertLessEqual(len(realm.kdc.requests("AS_REQ")) - before, 2, "with and without preauthentication")
                self.assertEqual(0, fleet.journal()["requests"])

    def test_an_unknown_user_for_kerberos(self):
        realm, host = one("healthy-2019-en")
        with realm, realm.fleet(*host) as fleet:
            account = ("--user", f"nobody@{realm.kdc.realm}", "--password-file", fleet.path / "password")
            self.refused(fleet, "auth", "nobody", arguments=account)

    def test_channel_binding_demanded_but_switched_off(self):
        with Fleet("--host", "x.sim.example=healthy-2019-en", "--cbt", "strict") as fleet:
            fleet.method = ("--auth", "ntlm")
            self.refused(fleet, "auth", "--cbt off", arguments=("--cbt", "off"))

    def test_an_address_without_a_password_for_ntlm(self):
        with Realm(HOSTS) as realm, realm.fleet(*FLEET) as fleet:
            fleet.inventory = fleet.path / "addresses"
            fleet.inventory.write_text(fleet.hosts()["a.sim.example"]["address"])
            _, records, _ = fleet.scan_records("--port", fleet.http_port)
            error = next(iter(records.values()))["errors"][0]
            self.assertEqual("auth", error["kind"])
            self.assertIn("full name", error["message"])

    def test_a_stranger_with_a_certificate(self):
        with Fleet("--host", "x.sim.example=healthy-2019-en") as fleet:
            fleet.method = ("--cert", fleet.path / "stranger.pem", "--key", fleet.path / "stranger.key")
            self.refused(fleet, "auth", "certificate")

    def test_basic_is_never_what_a_server_talks_us_into(self):
        with Fleet("--host", "x.sim.example=healthy-2019-en", "--auth", "basic") as fleet:
            fleet.method = ("--auth", "ntlm")
            self.refused(fleet, "auth", "does not accept Negotiate", "Basic")

    def test_hostile_tokens_and_seals(self):
        for scenario, word in (
            ("ntlm-empty-target", "target"),
            ("garbage-token", "challenge"),
            ("weak-challenge", "weaker"),
            ("oversized-header", "challenge"),
            ("seal-wrong-length", "truncated"),
            ("seal-cut", "truncated"),
            ("seal-damaged", "damaged"),
            ("seal-missing", "not encrypted"),
        ):
            with self.subTest(scenario):
                self.by_ntlm(scenario, "protocol", word)

    def test_hostile_answers_to_a_ticket(self):
        for scenario, kind, word in (
            ("garbage-token", "protocol", "SPNEGO"),
            ("garbage-spnego", "protocol", "SPNEGO"),
            ("oversized-header", "protocol", "SPNEGO"),
            ("no-mutual", "auth", "proved"),
            ("seal-cut", "protocol", "truncated"),
            ("seal-damaged", "protocol", "damaged"),
            ("seal-missing", "protocol", "not encrypted"),
        ):
            with self.subTest(scenario):
                self.by_ticket(scenario, kind, word)


class Endpoint:
    """A server that answers every request with the same 401."""

    def __init__(self, *challenges):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                Endpoint.asked += "Authorization" in self.headers
                self.send_response(401)
                for challenge in challenges:
                    self.send_header("WWW-Authenticate", challenge)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        Endpoint.asked = 0
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self.server.server_address[1]

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def der(tag, content):
    """An element of up to 255 bytes, its length in as few bytes as can be."""
    return bytes([tag, *([0x81] if len(content) > 127 else []), len(content)]) + content


def krb_error(code):
    """KRB-ERROR (RFC 4120 5.9.1) in the framing of RFC 4121 4.1, in SPNEGO's (RFC 4178 4.2.2)."""
    number = lambda n: der(2, bytes([n]))
    text = lambda t: der(0x1B, t.encode())
    name = der(0x30, der(0xA0, number(2)) + der(0xA1, der(0x30, text("host") + text("x.sim.example"))))
    fields = [(0, number(5)), (1, number(30)), (4, der(0x18, b"20261122120000Z")), (5, number(1)), (6, number(code)),
              (9, text("WINSIM.EXAMPLE")), (10, name)]  # fmt: skip
    message = der(0x7E, der(0x30, b"".join(der(0xA0 + n, value) for n, value in fields)))
    framed = der(0x60, bytes.fromhex("06092a864886f71201020203 00".replace(" ", "")) + message)
    return framed, der(0xA1, der(0x30, der(0xA0, der(10, b"\2")) + der(0xA2, der(4, framed))))


class Elsewhere(unittest.TestCase):
    """What servers and proxies other than ours answer."""

    def scan(self, port, *arguments, environment=None, user="svc", hosts="x.sim.example 127.0.0.1\n"):
        with tempfile.TemporaryDirectory() as directory:
            (Path(directory) / "hosts").write_text(hosts)
            (Path(directory) / "password").write_text("hunter2")
            (Path(directory) / "password").chmod(0o600)
            account = ("--user", user, "--password-file", f"{directory}/password") if user else ()
            done = subprocess.run(
                [VSSFLEET, "scan", "-i", f"{directory}/hosts", "--port", str(port), "--store", "none", "-F", "ndjson", "-o", "-", *account, *arguments],
                capture_output=True, text=True, env=environment,
            )  # fmt: skip
            records = [record for record in map(json.loads, done.stdout.splitlines()) if record["type"] == "host"]
            self.assertTrue(records, done.stderr)
            return [record["errors"][0] for record in records]

    def test_several_challenges_in_one_line(self):
        with Endpoint('Kerberos, Basic realm="a, b=c", CredSSP') as port:
            (error,) = self.scan(port, "--auth", "ntlm", "--scheme", "http")
            self.assertIn("does not accept Negotiate, it offers Kerberos, Basic, CredSSP", error["message"])

    def test_a_refusal_of_a_password_counts_whatever_is_offered(self):
        hosts = "".join(f"x{i}.sim.example 127.0.0.1\n" for i in range(8))
        for challenge in ((), ("Basic",), ('Negotiate, Basic realm="x"',)):
            with self.subTest(challenge), Endpoint(*challenge) as port:
                self.scan(port, "--auth", "basic", "--scheme", "http", "--insecure-plaintext", hosts=hosts)
                self.assertEqual(3, Endpoint.asked)

    def test_one_account_however_it_is_spelled(self):
        spelled = ("CORP\\svc", "corp\\svc", "svc@corp.example", "SVC@CORP.EXAMPLE")
        hosts = "".join(f"x{i}.sim.example ansible_host=127.0.0.1 ansible_user='{name}'\n" for i, name in enumerate(spelled * 2))
        with Endpoint('Basic realm="x"') as port:
            self.scan(port, "--auth", "basic", "--scheme", "http", "--insecure-plaintext", user="svc", hosts="[all]\n" + hosts)
            self.assertEqual(3, Endpoint.asked)

    def test_the_password_of_one_account_is_not_tried_on_another(self):
        with tempfile.TemporaryDirectory() as directory:
            (Path(directory) / "hosts").write_text("[all]\na ansible_user=alice\nb ansible_user=bob\n")
            (Path(directory) / "password").write_text("hunter2")
            (Path(directory) / "password").chmod(0o600)
            code, _, err = vssfleet("scan", "-i", f"{directory}/hosts", "--password-file", f"{directory}/password", "--store", "none")
            self.assertEqual(2, code)
            self.assertIn("alice and bob", err)

    def test_kerberos_errors_are_understood(self):
        for code, word in ((37, "KRB_AP_ERR_SKEW"), (41, "KRB_AP_ERR_MODIFIED")):
            raw, negotiated = map(base64.b64encode, krb_error(code))
            for method, challenge in (("kerberos", b"Kerberos " + raw), ("negotiate", b"Negotiate " + negotiated)):
                with self.subTest(f"{method} {word}"), Realm(["x.sim.example"]) as realm, Endpoint(challenge.decode()) as port:
                    (error,) = self.scan(port, "--auth", method, "--scheme", "http", environment=realm.environment, user=None)
                    self.assertEqual("auth", error["kind"])
                    self.assertIn(word, error["message"])


class Lasts(unittest.TestCase):
    """A context that is lost between two messages is made again, and nothing is lost or sent twice."""

    def lasts(self, scenario, method):
        realm, host = one(scenario)
        with realm, realm.fleet(*host, method=("--auth", method)) as fleet:
            _, records, _ = fleet.scan_records()
            journal = fleet.journal()
            self.assertIn(records["x.sim.example"]["verdict"], ("healthy", "shared"))
            self.assertEqual([], journal["violations"])
            self.assertEqual(0, journal["open_shells"])

    def test_a_forgotten_authentication(self):
        self.lasts("forgets-authentication", "auto")
        self.lasts("forgets-authentication", "ntlm")

    def test_a_connection_closed_between_messages(self):
        self.lasts("closes-between", "auto")
        self.lasts("closes-between", "ntlm")

    def test_what_exchange_writes_around_its_seals(self):
        for scenario in ("seal-blank-in-boundary", "seal-other-case", "seal-open-end", "seal-no-tabs", "chunked"):
            with self.subTest(scenario):
                self.lasts(scenario, "auto")


def wait_until_expired(ccache, environment):
    while subprocess.run(["klist", "-s", "-c", str(ccache)], env=environment).returncode == 0:
        os.sched_yield()


if __name__ == "__main__":
    unittest.main()
