"""ping: one line a host, the first leg that fails with its cause and its cure; no shell left behind, no password to others."""

import email.utils
import http.server
import json
import os
import re
import shlex
import signal
import subprocess
import threading
import time
import unittest
from unittest import mock

from fleet import VSSFLEET, Fleet, vssfleet
from kdc import Kdc

LEGS = ["dns", "connect", "tls", "identify", "auth", "wmi", "shell"]

# host, scenario, the leg that fails, what the line says
HOSTS = [
    ("good", "healthy-2019-en", None, r"^ok   good\.sim\.example +127\.16\.\d+\.\d+:\d+ +basic tls  Windows Server 2019 .*  clock \+\d s  wmi shell  \d+\.\d s$"),
    ("ja", "shared-2012r2-ja", None, r"^ok   ja\.sim\.example .*Windows Server 2012 R2"),
    ("refused", "refused", "connect", r"^refused\.sim\.example: not reachable: no WinRM listener on port \d+: set one up by winrm quickconfig or group policy \[connect 7\]$"),
    ("html", "html-proxy", "identify", r": not reachable: .*text/html.*a proxy or another product answers on that port \[protocol\]$"),
    ("redirect", "redirect", "identify", r": not reachable: .*redirects.*\[protocol 301\]$"),
    ("wrongpass", "bad-password", "auth", r": not reachable: the server refused user \w+: check name and password .*it offers .*Basic.*\[auth 401\]$"),
    ("denied", "denied", "wmi", r": reachable, but WMI cannot be read: .*LocalAccountTokenFilterPolicy.* \[denied 5\]$"),
    ("broken", "wmi-broken", "wmi", r": reachable, but WMI cannot be read: .* \[fault \d+\]$"),
    ("noshell", "shell-disabled", "shell", r"^warn noshell\.sim\.example .*  wmi  \d+\.\d s  no shell, so vssadmin cannot be asked: .*AllowRemoteShellAccess.* \[denied \d+\]$"),
]  # fmt: skip


def ping(fleet, *arguments):
    return vssfleet("ping", *fleet.access(), *arguments)


def records(fleet, *arguments):
    code, out, err = ping(fleet, "-F", "ndjson", "-o", "-", *arguments)
    lines = [json.loads(line) for line in out.splitlines()]
    return code, {line["host"]["name"]: line for line in lines}, err


class Ping(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        names = [argument for name, scenario, _, _ in HOSTS for argument in ("--host", f"{name}.sim.example={scenario}")]
        cls.fleet = Fleet(*names)
        cls.addClassCleanup(cls.fleet.__exit__)
        cls.code, cls.out, cls.err = ping(cls.fleet, "--host-timeout", "20s")

    def test_one_line_a_host_with_cause_and_cure(self):
        lines, _, summary = self.out.partition(f"\n3 of {len(HOSTS)} servers reachable, 1 of them without a shell\n")
        self.assertTrue(summary, self.out)
        self.assertEqual(len(HOSTS), len(lines.splitlines()), lines)
        for name, _, _, expect in HOSTS:
            with self.subTest(name):
                (line,) = (line for line in lines.splitlines() if re.search(rf"\b{name}\.sim", line))
                self.assertRegex(line, expect)

    def test_the_summary_groups_by_the_leg_that_failed(self):
        for leg in LEGS[:-1]:
            count = sum(failed == leg for _, _, failed, _ in HOSTS)
            self.assertEqual(bool(count), bool(re.search(rf"^{leg} +{count}  ", self.out, re.M)), leg)
        self.assertEqual((4, ""), (self.code, self.err))

    def test_the_next_command_works_as_printed(self):
        command = self.out.split("Next: vssfleet ")[1].splitlines()[0]
        code, _, err = vssfleet(*shlex.split(command), "-l", "good*", "--store", "none", "-q")
        self.assertEqual(0, code, err)

    def test_the_records_say_the_same(self):
        code, got, err = records(self.fleet, "--host-timeout", "20s")
        self.assertEqual(4, code)
        self.assertIn("servers reachable", err)
        for name, _, leg, _ in HOSTS:
            with self.subTest(name):
                record = got[f"{name}.sim.example"]
                states = record["legs"]
                self.assertEqual(LEGS, list(states))
                self.assertEqual([leg] if leg else [], [each for each in LEGS if states[each] == "failed"])
                self.assertEqual(leg in (None, "shell"), record["reachable"])
                self.assertEqual(record["reachable"], record["error"] is None)
                self.assertEqual(leg == "shell", record["shell_error"] is not None)
                if leg in (None, "shell", "wmi", "auth"):
                    self.assertEqual("Microsoft Corporation", record["vendor"])
                    self.assertIn("Basic", record["offers"])
                    self.assertLess(abs(record["transport"]["clock_skew_s"]), 5)

    def test_all_good_is_exit_0(self):
        code, out, err = ping(self.fleet, "-l", "good*:ja*")
        self.assertEqual((0, ""), (code, err))
        self.assertIn("2 of 2 servers reachable\nNext: vssfleet scan ", out)

    def test_quiet_leaves_only_the_lines(self):
        _, out, _ = ping(self.fleet, "-l", "good*", "-q")
        self.assertEqual(1, len(out.splitlines()), out)

    def test_what_cannot_be_asked_for(self):
        for arguments, says in (
            (["-l", "nosuch*"], "selects none"),
            (["-F", "html"], "-F ndjson"),
            (["-F", "ndjson", "-o", "report"], "-F ndjson"),
        ):
            code, out, err = ping(self.fleet, *arguments)
            self.assertEqual((2, ""), (code, out))
            self.assertIn(says, err)

    def test_a_host_that_is_slow_ends_at_its_deadline(self):
        with Fleet("--host", "slow.sim.example=slow") as fleet:
            began = time.monotonic()
            code, got, _ = records(fleet, "--host-timeout", "8s")
            self.assertEqual(4, code)
            self.assertLess(time.monotonic() - began, 30)
            self.assertEqual("timeout", got["slow.sim.example"]["error"]["kind"])
            self.assertIn("--host-timeout", got["slow.sim.example"]["error"]["cause"])

    def test_a_certificate_of_an_unknown_authority_is_named_and_gets_no_password(self):
        with Fleet("--host", "a.sim.example=healthy-2019-en") as fleet, Fleet("--host", "b.sim.example=refused") as other:
            (fleet.path / "ca.pem").write_bytes((other.path / "ca.pem").read_bytes())
            code, out, _ = ping(fleet)
            self.assertEqual(4, code)
            self.assertRegex(out, r"a\.sim\.example: not reachable: .*is not trusted.*--ca-file \[tls \d+\]\n")
            self.assertEqual(0, fleet.journal()["requests"])

    def test_a_name_that_nobody_knows(self):
        code, got, _ = records(self.fleet, "nosuch.invalid", "-l", "nosuch.invalid", "--timeout", "20s")
        self.assertEqual(4, code)
        self.assertEqual(("dns", "failed"), (got["nosuch.invalid"]["error"]["kind"], got["nosuch.invalid"]["legs"]["dns"]))

    def test_ntlm_over_http_is_sealed_and_says_that_nobody_knows_the_server(self):
        with Fleet("--host", "a.sim.example=healthy-2019-en", "--inventory-scheme", "http") as fleet:
            fleet.inventory.write_text(fleet.inventory.read_text().replace("=basic", "=ntlm"))
            code, out, err = ping(fleet, "--auth", "ntlm")
            self.assertEqual((0, ""), (code, err))
            self.assertRegex(out, r"^ok   a\.sim\.example +\S+ +ntlm sealed, server not authenticated  Windows")
            self.assertEqual(0, fleet.journal()["violation_count"], fleet.journal()["violations"])

    def test_a_wrong_password_is_tried_three_times_for_the_whole_fleet(self):
        with Fleet("--fleet", 40) as fleet:
            (fleet.path / "password").write_text("wrong")
            code, out, _ = ping(fleet)
            self.assertEqual(4, code)
            self.assertLessEqual(fleet.journal()["authentication_failures"], 3)
            self.assertRegex(out, r"suspended .*\[auth\]")

    @classmethod
    def tearDownClass(cls):
        journal = cls.fleet.journal()
        assert (journal["open_shells"], journal["open_enumerations"], journal["violations"]) == (0, 0, []), journal


class Kerberos(unittest.TestCase):
    def test_the_spn_is_named_and_so_is_one_that_nobody_has(self):
        hosts = ("--host", "a.sim.example=healthy-2019-en", "--host", "nospn.sim.example=healthy-2019-en")
        with Kdc() as kdc, mock.patch.dict(os.environ, kdc.environment(KRB5CCNAME=f"FILE:{kdc.path / 'ccache'}")):
            kdc.user("auditor", "a password")
            kdc.services(["a.sim.example"], kdc.path / "keytab")
            kdc.kinit("auditor", kdc.path / "ccache")
            with Fleet(*hosts, "--keytab", kdc.path / "keytab", "--inventory-scheme", "http") as fleet:
                fleet.inventory.write_text(fleet.inventory.read_text().replace("=basic", "=kerberos"))
                code, out, err = vssfleet("ping", "-i", fleet.inventory, "--auth", "kerberos")
                self.assertEqual((4, ""), (code, err), out)
                self.assertRegex(out, r"(?m)^ok   a\.sim\.example +\S+ +kerberos host/a\.sim\.example sealed  Windows")
                self.assertRegex(out, r"(?m)^nospn\.sim\.example: not reachable: .*setspn.* \[auth \w*S_PRINCIPAL_UNKNOWN\]$")
                self.assertEqual(0, fleet.journal()["violation_count"], fleet.journal()["violations"])


class Interrupt(unittest.TestCase):
    def test_one_ctrl_c_finishes_what_is_in_hand_and_leaves_no_shell(self):
        with Fleet("--fleet", 80, "--latency", "150") as fleet:
            process = subprocess.Popen(
                [VSSFLEET, "ping", *fleet.access(), "--forks", "8"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            process.stdout.readline()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
            self.assertEqual(130, process.returncode, err)
            self.assertRegex(out, r"\nnot asked +\d+  ")
            self.assertEqual(0, fleet.journal()["open_shells"])


class Endpoint(http.server.ThreadingHTTPServer):
    """Something that speaks a little WS-Management: names its product, to strangers unless it is shy, and no more."""

    def __init__(self, vendor, ahead_s=0, shy=False):
        super().__init__(("127.0.0.1", 0), Answer)
        self.vendor, self.ahead_s, self.shy, self.authorizations = vendor, ahead_s, shy, 0
        threading.Thread(target=self.serve_forever).start()

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def date_time_string(self, timestamp=None):
        return email.utils.formatdate((timestamp or time.time()) + self.server.ahead_s, usegmt=True)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        authorized = "Authorization" in self.headers
        self.server.authorizations += authorized
        greeted = authorized if self.server.shy else "WSMANIDENTIFY" in self.headers
        body = (
            '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body><i:IdentifyResponse'
            ' xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">'
            f"<i:ProductVendor>{self.server.vendor}</i:ProductVendor><i:ProductVersion>2.6.5</i:ProductVersion>"
            "</i:IdentifyResponse></s:Body></s:Envelope>"
        ).encode()
        self.send_response(200 if greeted else 401)
        if not greeted:
            self.send_header("WWW-Authenticate", "Negotiate")
            body = b""
        self.send_header("Content-Type", "application/soap+xml;charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Others(unittest.TestCase):
    def ping(self, endpoint, *arguments):
        with Fleet("--host", "a.sim.example=refused") as fleet:
            fleet.inventory.write_text(f"other.example ansible_host=127.0.0.1 ansible_port={endpoint.server_port}\n")
            return ping(fleet, "--scheme", "http", *arguments)

    def test_another_product_is_named_and_gets_no_credential(self):
        with Endpoint("Openwsman Project\x1b[31m".replace("\x1b", "&#x9b;")) as endpoint:
            code, out, _ = self.ping(endpoint, "--auth", "ntlm")
            self.assertEqual(4, code)
            self.assertRegex(out, r"^other\.example: not reachable: it is not Windows .* but Openwsman Project.* 2\.6\.5: .*\[protocol\]\n")
            self.assertEqual(0, endpoint.authorizations)
            self.assertNotRegex(out, "[\x00-\x09\x0b-\x1f\x7f-\x9f]")

    def test_another_product_that_tells_strangers_nothing_is_named_later(self):
        with Endpoint("Open Management Infrastructure", shy=True) as endpoint:
            code, out, _ = self.ping(endpoint, "--insecure-plaintext")
            self.assertEqual(4, code)
            self.assertRegex(out, r"^other\.example: not reachable: it is not Windows .* but Open Management Infrastructure 2\.6\.5")
            self.assertRegex(out, r"\nidentify +1  other\.example\n")

    def test_a_clock_that_is_off_is_told_with_a_failed_authentication(self):
        with Endpoint("Microsoft Corporation", ahead_s=-412) as endpoint:
            code, out, _ = self.ping(endpoint, "--auth", "ntlm")
            self.assertEqual(4, code)
            self.assertRegex(out, r"^other\.example: not reachable: .*; the server's clock is 41[123] s behind this machine's.*\[auth 401\]\n")
            self.assertGreater(endpoint.authorizations, 0)


if __name__ == "__main__":
    unittest.main()
