#!/usr/bin/env python3
"""Proves winsim's NTLM, Kerberos, seals and channel bindings by clients that are not ours: GSSAPI through ctypes and curl.
Arguments: the winsim program, the folder that holds kdc.py."""

import hashlib
import json
import os
import ssl
import struct
import subprocess
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path

WINSIM = sys.argv.pop(1)
sys.path.insert(0, sys.argv.pop(1))
from kdc import Kdc  # noqa: E402
from gssclient import KRB5, NTLM, SPNEGO, IDENTIFY, Client, Context, Refused, framed, password_credential, unframed  # noqa: E402

HOST = "srv.sim.example"
ENCTYPES = [("aes256-cts-hmac-sha1-96", 60), ("aes128-cts-hmac-sha1-96", 60), ("aes128-cts-hmac-sha256-128", 64),
            ("aes256-cts-hmac-sha384-192", 72), ("arcfour-hmac", 46)]


class Winsim:
  """A running winsim with one host for each scenario named; use as a context manager."""

  def __init__(self, *options, scenarios=("healthy-2019-en",), env=None):
    self.directory = tempfile.TemporaryDirectory()
    self.path = Path(self.directory.name)
    hosts = [word for i, s in enumerate(scenarios) for word in ("--host", f"{f'h{i}.' if i else 'srv.'}sim.example={s}")]
    self.process = subprocess.Popen([WINSIM, "--dir", str(self.path), *hosts, *options], stdout=subprocess.PIPE,
                                    env={**os.environ, **(env or {})})
    assert self.process.stdout.readline() == b"ready\n"
    self.ports = dict(line.split("=") for line in (self.path / "ports").read_text().split())
    self.http, self.https = int(self.ports["HTTP_PORT"]), int(self.ports["HTTPS_PORT"])
    self.address = {s: f"127.16.0.{i + 1}" for i, s in enumerate(scenarios)}
    self.name = {s: f"h{i}.sim.example" if i else HOST for i, s in enumerate(scenarios)}
    self.user, self.password = ((self.path / name).read_text().strip() for name in ("user", "password"))
    self.tls = ssl.create_default_context(cafile=str(self.path / "ca.pem"))

  def __enter__(self):
    return self

  def __exit__(self, *_):
    self.process.terminate()
    self.process.wait(20)
    self.process.stdout.close()
    self.directory.cleanup()

  def control(self, path, body=None):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{self.ports['CONTROL_PORT']}/{path}", body) as answer:
      return json.load(answer)

  def journal(self):
    return self.control("journal")

  def rules(self):
    return [violation["rule"] for violation in self.journal()["violations"]]

  def ntlm(self, raw=True, user=None, binding=None, password=None, scenario="healthy-2019-en"):
    credential = password_credential(user or f"WINSIM\\{self.user}", password or self.password, not raw)
    return Context(NTLM if raw else SPNEGO, f"HTTP@{self.name[scenario]}", credential, binding)

  def client(self, context, scenario="healthy-2019-en", scheme="Negotiate"):
    return Client(self.address[scenario], self.http, context, scheme, name=self.name[scenario])

  def tls_client(self, context, scheme="Negotiate"):
    return Client("127.16.0.1", self.https, context, scheme, self.tls, HOST)

  def binding(self):
    with self.tls_client(None).http.sock as sock:
      return b"tls-server-end-point:" + hashlib.sha256(sock.getpeercert(True)).digest()


class Ntlm(unittest.TestCase):
  def setUp(self):
    self.winsim = self.enterContext(Winsim("--cbt", "strict", scenarios=(
      "healthy-2019-en", "ntlm-disabled", "endless-legs", "ntlm-empty-target", "weak-challenge", "garbage-token",
      "oversized-header", "account-locked", "forgets-authentication", "closes-between", "seal-damaged", "seal-missing",
      "seal-wrong-length", "seal-cut", "first-401-closes")))

  def client(self, context, scenario="healthy-2019-en"):
    made = self.winsim.client(context, scenario)
    self.addCleanup(made.close)
    return made

  def test_classic_legs_then_sealed_requests(self):
    for raw in (True, False):
      with self.subTest(raw=raw):
        client = self.client(self.winsim.ntlm(raw))
        self.assertEqual(200, client.authenticate())
        for _ in range(3):
          status, answer = client.ask()
          self.assertEqual((200, True), (status, b"OS: 10.0.17763" in answer))
    self.assertEqual([], self.winsim.rules())
    journal = self.winsim.journal()
    self.assertEqual((2, 6, 0), (journal["contexts"], journal["sealed_requests"], journal["ntlm_combined"]))

  def test_the_last_message_carries_the_first_request(self):
    client = self.client(self.winsim.ntlm())
    answer, _ = client.post(token=client.context.step()[0])
    self.assertEqual(401, answer.status)
    token, _ = client.context.step(client.token_of(answer))
    answer, body = client.post(framed(*client.context.seal(IDENTIFY)), token, sealed=True)
    self.assertEqual((200, True), (answer.status, b"OS: 10.0.17763" in client.context.unseal(*unframed(body))))
    self.assertEqual(200, client.ask()[0])
    journal = self.winsim.journal()
    self.assertEqual((2, 1, 2), (journal["legs"], journal["ntlm_combined"], journal["sealed_requests"]))
    self.assertEqual([], journal["violations"])

  def test_who_is_let_in(self):
    user, winsim = self.winsim.user, self.winsim
    for name, password, expect in ((f"WINSIM\\{user}", None, 200), (f"SRV\\{user}", None, 200), (f".\\{user}", None, 200),
                                   (f"WINSIM\\{user}", "wrong", 401), ("WINSIM\\nobody", None, 401),
                                   (f"OTHER\\{user}", None, 401)):
      with self.subTest(name):
        self.assertEqual(expect, self.client(winsim.ntlm(user=name, password=password)).authenticate())
    self.assertEqual(3, winsim.journal()["authentication_failures"])

  def test_each_mistake_in_sealing_is_named(self):
    def damaged(header, data):
      return framed(header, bytes([data[0] ^ 1]) + data[1:])

    for about, body, status, rule in (
        ("no TAB", lambda h, d: framed(h, d).replace(b"\tOriginal", b"Original"), 200, "seal.tab"),
        ("CRLF before the end", lambda h, d: framed(h, d + b"\r\n", length=len(d)), 200, "seal.crlf"),
        ("damaged", damaged, 400, "seal.signature"),
        ("a wrong Length", lambda h, d: framed(h, d, length=len(d) - 1), 400, "seal.length"),
        ("another protocol", lambda h, d: framed(h, d, "Kerberos"), 400, "seal.protocol"),
        ("a longer header", lambda h, d: framed(h + d[:4], d[4:]), 400, "seal.header"),
        ("another version", lambda h, d: framed(b"\2" + h[1:], d), 400, "seal.token"),
        ("another sequence", lambda h, d: framed(h[:12] + struct.pack("<I", 7), d), 400, "seal.sequence")):
      with self.subTest(about):
        client = self.client(self.winsim.ntlm())
        self.assertEqual(200, client.authenticate())
        answer, _ = client.post(body(*client.context.seal(IDENTIFY)), sealed=True)
        self.assertEqual(status, answer.status)
        self.assertIn(rule, self.winsim.rules())
        self.winsim.control("quiet", b"")

  def test_a_connection_is_what_is_authenticated(self):
    first, second = self.client(self.winsim.ntlm()), self.client(None)
    self.assertEqual(200, first.authenticate())
    replayed = framed(*first.context.seal(IDENTIFY))
    answer, body = second.post(replayed, sealed=True)
    self.assertEqual((400, b""), (answer.status, body))
    answer, body = second.post(IDENTIFY)
    self.assertEqual((500, b"", "close"), (answer.status, body, answer.headers["Connection"]))
    answer, body = self.client(None).post()
    self.assertEqual((401, b"", ["Negotiate", "Kerberos"]),
                     (answer.status, body, answer.headers.get_all("WWW-Authenticate")))
    self.assertEqual(401, first.post(token=self.winsim.ntlm().step()[0])[0].status)
    self.assertEqual(["seal.context", "http.clear", "auth.repeated"], self.winsim.rules())

  def test_hostile_and_troubled_hosts(self):
    for scenario in ("ntlm-disabled", "account-locked"):
      self.assertEqual(401, self.client(self.winsim.ntlm(scenario=scenario), scenario).authenticate(), scenario)
    for scenario in ("endless-legs", "weak-challenge", "garbage-token", "oversized-header", "ntlm-empty-target"):
      with self.subTest(scenario):
        client = self.client(self.winsim.ntlm(scenario=scenario), scenario)
        token = client.context.step()[0]
        for _ in range(5):
          answer, body = client.post(token=token)
          self.assertEqual((401, b""), (answer.status, body))
          self.assertGreater(len(client.token_of(answer)), 50)
    self.assertEqual("close", self.client(None, "first-401-closes").post()[0].headers["Connection"])

  def test_a_host_that_forgets(self):
    client = self.client(self.winsim.ntlm(scenario="forgets-authentication"), "forgets-authentication")
    self.assertEqual(200, client.authenticate())
    statuses = [client.post(framed(*client.context.seal(IDENTIFY)), sealed=True)[0].status for _ in range(3)]
    self.assertEqual([200, 200, 401], statuses)
    client.context = self.winsim.ntlm(scenario="forgets-authentication")
    self.assertEqual(200, client.authenticate())
    self.assertEqual([200] * 4, [client.ask()[0] for _ in range(4)])

  def test_a_host_that_closes_between_requests(self):
    client = self.client(self.winsim.ntlm(scenario="closes-between"), "closes-between")
    self.assertEqual(200, client.authenticate())
    self.assertEqual([200] * 3, [client.ask()[0] for _ in range(3)])
    self.assertEqual(b"", client.http.sock.recv(1))

  def test_broken_seals(self):
    for scenario, error in (("seal-damaged", Refused), ("seal-missing", TypeError),  # no Length to be found
                            ("seal-wrong-length", ValueError), ("seal-cut", ValueError)):
      with self.subTest(scenario):
        client = self.client(self.winsim.ntlm(scenario=scenario), scenario)
        self.assertEqual(200, client.authenticate())
        with self.assertRaises(error):
          client.ask()

  def test_channel_binding_is_demanded(self):
    right = self.winsim.binding()
    for raw in (True, False):
      for binding, expect in ((right, 200), (None, 401), (right[:-1] + b"?", 401)):
        with self.subTest(raw=raw, binding=binding):
          client = self.winsim.tls_client(self.winsim.ntlm(raw, binding=binding))
          self.addCleanup(client.close)
          self.assertEqual(expect, client.authenticate())


class Relaxed(unittest.TestCase):
  def test_no_binding_is_as_good_as_the_right_one(self):
    with Winsim() as winsim:
      for binding, expect in ((winsim.binding(), 200), (None, 200), (b"tls-server-end-point:other", 401)):
        client = winsim.tls_client(winsim.ntlm(binding=binding))
        self.assertEqual(expect, client.authenticate())
        client.close()

  def test_what_is_not_offered_is_refused(self):
    with Winsim("--auth", "kerberos,basic") as winsim:
      client = winsim.client(winsim.ntlm())
      self.assertEqual(401, client.authenticate())
      client.close()
      client = winsim.tls_client(None)
      self.assertEqual(["Kerberos", 'Basic realm="WSMAN"'], client.post()[0].headers.get_all("WWW-Authenticate"))
      client.close()

  def test_soap_with_the_first_message_is_not_answered(self):
    with Winsim() as winsim:
      client = winsim.tls_client(winsim.ntlm())
      answer, body = client.post(IDENTIFY, client.context.step()[0])
      self.assertEqual((401, b""), (answer.status, body))
      answer, body = client.post(IDENTIFY, client.context.step(client.token_of(answer))[0])
      self.assertEqual((200, True), (answer.status, b"OS: 10.0.17763" in body))
      self.assertEqual((200, True), (client.post(IDENTIFY)[0].status, winsim.rules() == []))
      client.close()


class Kerberos(unittest.TestCase):
  def realm(self, enctypes=None):
    kdc = self.enterContext(Kdc(enctypes=enctypes))
    kdc.user("alice", "secret of alice")
    kdc.services([HOST, "h1.sim.example"], kdc.path / "keytab", names=("HTTP", "host"))
    kdc.kinit("alice", kdc.path / "ccache")
    before = dict(os.environ)
    self.addCleanup(lambda: (os.environ.clear(), os.environ.update(before)))
    os.environ.update(kdc.env, KRB5CCNAME=str(kdc.path / "ccache"))
    return kdc

  def winsim(self, kdc, *options, **more):
    return self.enterContext(Winsim("--keytab", str(kdc.path / "keytab"), *options, env=kdc.env, **more))

  def test_every_kind_of_key_and_both_schemes(self):
    for enctype, header in ENCTYPES:
      with self.subTest(enctype):
        kdc = self.realm([enctype])
        winsim = self.winsim(kdc)
        for mechanism, scheme in ((SPNEGO, "Negotiate"), (KRB5, "Kerberos"), (KRB5, "Negotiate")):
          client = winsim.client(Context(mechanism, f"HTTP@{HOST}"), scheme=scheme)
          self.assertEqual(200, client.authenticate())
          self.assertEqual(header, len(client.context.seal(IDENTIFY[:200])[0]))
          client.close()
          client = winsim.client(Context(mechanism, f"HTTP@{HOST}"), scheme=scheme)
          self.assertEqual(200, client.authenticate())
          for _ in range(2):
            status, answer = client.ask()
            self.assertEqual((200, True), (status, b"OS: 10.0.17763" in answer))
          client.close()
        self.assertEqual([], winsim.rules())

  def test_a_lost_message_is_seen(self):
    winsim = self.winsim(self.realm())
    client = winsim.client(Context(SPNEGO, f"HTTP@{HOST}"))
    self.assertEqual(200, client.authenticate())
    client.context.seal(IDENTIFY)
    self.assertEqual(200, client.ask()[0])
    self.assertEqual(["seal.sequence"], winsim.rules())
    client.close()

  def test_channel_binding_is_demanded(self):
    winsim = self.winsim(self.realm(), "--cbt", "strict")
    right = winsim.binding()
    for binding, expect in ((right, 200), (None, 401), (right[:-1] + b"?", 401)):
      client = winsim.tls_client(Context(SPNEGO, f"HTTP@{HOST}", binding=binding))
      self.assertEqual(expect, client.authenticate())
      client.close()

  def test_ticket_and_request_together_over_https(self):
    winsim = self.winsim(self.realm())
    client = winsim.tls_client(Context(SPNEGO, f"host@{HOST}"))
    answer, body = client.post(IDENTIFY, client.context.step()[0])
    self.assertEqual((200, True), (answer.status, b"OS: 10.0.17763" in body))
    self.assertFalse(client.context.step(client.token_of(answer))[1])
    self.assertEqual(1, winsim.journal()["requests"])
    client.close()

  def test_names_and_tokens_that_go_wrong(self):
    winsim = self.winsim(self.realm(), scenarios=("spn-foreign", "no-mutual", "garbage-spnego", "endless-legs"))
    for service, expect in (("host", 401), ("HTTP", 200)):
      client = winsim.client(Context(SPNEGO, f"{service}@{HOST}"), "spn-foreign")
      self.assertEqual(expect, client.authenticate())
      client.close()
    client = winsim.client(Context(SPNEGO, f"HTTP@{HOST}"), "no-mutual")
    answer, _ = client.post(token=client.context.step()[0])
    self.assertEqual((200, b""), (answer.status, client.token_of(answer)))
    client.close()
    for scenario in ("garbage-spnego", "endless-legs"):
      client = winsim.client(Context(SPNEGO, f"HTTP@{HOST}"), scenario)
      answer, _ = client.post(token=client.context.step()[0])
      self.assertEqual((401, 0xa1), (answer.status, client.token_of(answer)[0]))
      client.close()

  def test_curl(self):
    winsim = self.winsim(self.realm())
    done = subprocess.run(
      ["curl", "-s", "-i", "--noproxy", "*", "--negotiate", "-u", ":", "-X", "POST", "-H", "Content-Length: 0", "--resolve",
       f"{HOST}:{winsim.http}:127.16.0.1", f"http://{HOST}:{winsim.http}/wsman"], capture_output=True, text=True, check=True)
    self.assertTrue(done.stdout.startswith("HTTP/1.1 200 OK"), done.stdout)
    self.assertRegex(done.stdout, r"WWW-Authenticate: Negotiate [A-Za-z0-9+/=]{100}")


if __name__ == "__main__":
  unittest.main(verbosity=2)
