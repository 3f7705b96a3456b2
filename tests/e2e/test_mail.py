"""A run as a letter, taken by a mail server that is not ours and read by Python's parser: what it says, when there is one, and
that the account at the mail server stays a secret."""

import base64
import email
import email.policy
import os
import socket
import sqlite3
import ssl
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

from fleet import HURRIES, Fleet, faketime, vssfleet
from shapes import shapes_of

PASSWORD = "correct horse 電池"
GONE, WELL = "gone.sim.example", "well.sim.example"


class Server(threading.Thread):
    """As much of SMTP as a relay needs for one letter; refuses the recipient "no@example.jp".

    tls: None, "starttls" or "smtps"; login: only who says the password may send."""

    def __init__(self, tls=None, certificate=None, login=False, address="127.0.0.1"):
        super().__init__(daemon=True)
        self.tls, self.login, self.certificate = tls, login, certificate
        self.socket = socket.create_server((address, 0))
        scheme = "smtps" if tls == "smtps" else "smtp"
        self.url = f"{scheme}://{address}:{self.socket.getsockname()[1]}"
        self.said, self.letter, self.sealed, self.connection = [], None, False, None
        self.start()

    def seal(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.sealed = True

    def run(self):
        try:
            self.connection, _ = self.socket.accept()
            self.connection.settimeout(30)
            if self.tls == "smtps":
                self.seal()
            self.serve()
        except OSError:
            pass  # the client went away, which is what it should do where TLS or a certificate is missing
        finally:
            self.connection and self.connection.close()

    def serve(self):
        stream = self.connection.makefile("rwb")
        self.answer(stream, "220 relay")
        while line := stream.readline():
            word = line.decode("ascii").strip()
            self.said.append(word)
            if word == "STARTTLS":
                self.answer(stream, "220 go on")
                self.seal()
                stream = self.connection.makefile("rwb")
                continue
            if word == "AUTH PLAIN":
                self.answer(stream, "334 ")
                word += " " + stream.readline().decode("ascii").strip()
            if word == "DATA":
                self.answer(stream, "354 go on")
                lines = iter(stream.readline, b".\r\n")
                self.letter = b"".join(line[1:] if line.startswith(b".") else line for line in lines)
            self.answer(stream, self.answer_to(word))
            if word == "QUIT":
                return

    def answer_to(self, word):
        if word.startswith("EHLO"):
            offers = ["STARTTLS"] * (self.tls == "starttls" and not self.sealed) + ["AUTH PLAIN"] * self.login
            return "\r\n".join([*(f"250-{offer}" for offer in offers), "250 relay"])
        if word.startswith("AUTH PLAIN"):
            self.login = base64.b64decode(word.split()[2]).decode() != f"\0vss\0{PASSWORD}"
            return "535 no" if self.login else "235 welcome"
        if word.startswith("MAIL") and self.login:
            return "530 who are you?"
        return "550 nobody" if "<no@" in word else "250 ok"

    @staticmethod
    def answer(stream, line):
        stream.write(line.encode() + b"\r\n")
        stream.flush()

    def end(self):
        if not self.said:  # nobody came: accept() ends
            self.socket.shutdown(socket.SHUT_RDWR)
        self.join(10)
        self.socket.close()
        return email.message_from_bytes(self.letter, policy=email.policy.default) if self.letter else None


def secret_file(directory, name="smtp.password"):
    path = Path(directory) / name
    path.write_text(PASSWORD + "\n")
    path.chmod(0o600)
    return path


class Letter(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.fleet = Fleet("--host", f"{GONE}=affected-2012r2-ja", "--host", f"{WELL}=healthy-2019-en")
        cls.addClassCleanup(cls.fleet.__exit__)
        cls.settings = cls.fleet.path / "settings"
        cls.settings.write_text('[profile "tokyo-prod"]\nforks = 2\n')
        code, out, err = cls.fleet.scan("-q", "--config", cls.settings, "--profile", "tokyo-prod")
        assert code == 3, out + err

    def send(self, to="a@example.jp,b@example.jp", url=None, server=None, arguments=(), **run):
        server = server or Server()
        with tempfile.TemporaryDirectory() as out:
            code, _, err = vssfleet(
                "report", "--store", self.fleet.store, "-F", "ndjson", "-o", out,
                "--mail-to", to, "--mail-from", "vss@example.jp", "--smtp", url or server.url, *arguments, **run
            )  # fmt: skip
            self.assertTrue((Path(out) / "results.ndjson").exists(), err)
        return code, err, server

    def test_the_letter_says_what_was_found_and_to_whom(self):
        code, err, server = self.send()
        self.assertEqual(code, 0, err)
        letter = server.end()
        self.assertEqual([w for w in server.said if w.startswith("RCPT")], ["RCPT TO:<a@example.jp>", "RCPT TO:<b@example.jp>"])
        self.assertEqual(letter["Subject"], "[vssfleet] tokyo-prod: 1 affected, 0 not checked of 2")
        self.assertEqual((letter["To"], letter["Auto-Submitted"]), ("a@example.jp, b@example.jp", "auto-generated"))
        self.assertEqual(letter.get_content_type(), "multipart/mixed")
        text = letter.get_body(("plain",)).get_content()
        page = letter.get_body(("html",)).get_content()
        table = [part for part in letter.iter_attachments()]
        self.assertIn(f"{GONE}: affected: ", text)
        self.assertIn(f"<td>{GONE}</td><td>affected</td>", page)
        self.assertNotIn(WELL, text + page)
        for word in ("<script", "<img", "cid:", "http"):
            self.assertNotIn(word, page)
        self.assertEqual([part.get_filename() for part in table], ["problems.csv"])
        rows = table[0].get_content().lstrip("\ufeff").splitlines()
        self.assertEqual(rows[0], '"host","group","verdict","kind","waiver","reason"')
        self.assertTrue(rows[1].startswith(f'"{GONE}",'), rows)
        self.assertEqual(len(rows), 2)

    def test_what_cannot_be_sent_fails_loudly(self):
        for to, url, why in (
            ("no@example.jp", None, "did not take the mail"),
            ("a@example.jp\nBcc: x@example.jp", None, "is not a mail address"),
            ("someone", None, "is not a mail address"),
            ("a@example.jp", "http://127.0.0.1/", "is not smtp://HOST"),
            ("a@example.jp", "smtp://me:secret@127.0.0.1/", "names an account"),
            ("a@example.jp", "smtp://127.0.0.1:1", "did not take the mail"),
        ):
            with self.subTest(to=to, url=url):
                code, err, server = self.send(to, url)
                self.assertEqual(code, 1, err)
                self.assertIn(why, err)
                self.assertNotIn("secret", err)
                self.assertIsNone(server.end())


class Scan(unittest.TestCase):
    """What a scan does about mail that goes wrong, before and after."""

    def setUp(self):
        self.fleet = Fleet("--host", f"{GONE}=affected-2012r2-ja")
        self.addCleanup(self.fleet.__exit__)

    def test_a_mail_that_can_never_be_sent_is_refused_before_the_run_and_a_password_is_kept_nowhere(self):
        out = self.fleet.path / "out"
        for about, words, why in (
            ("an account in the URL", ("--mail-to", "a@example.jp", "--smtp", f"smtp://u:{PASSWORD}@h"), "names an account"),
            ("and another scheme", ("--mail-to", "a@example.jp", "--smtp", f"http://u:{PASSWORD}@h"), "names an account"),
            ("though nothing is to be sent", ("--smtp", f"smtp://u:{PASSWORD}@h"), "names an account"),
            ("no mail server", ("--mail-to", "a@example.jp", "--smtp", "http://h"), "is not smtp://HOST"),
            ("no address", ("--mail-to", "someone"), "is not a mail address"),
            ("no sender", ("--mail-to", "a@example.jp", "--mail-from", "someone"), "is not a mail address"),
            ("no password", ("--mail-to", "a@example.jp", "--smtp-user", "vss"), "no password of --smtp-user"),
        ):  # fmt: skip
            for command in ((), ("examine", out)):
                with self.subTest(about, command=command[:1]):
                    if command:
                        code, said, err = vssfleet(*command, "--store", self.fleet.store, "-o", out, *words)
                    else:
                        code, said, err = self.fleet.scan("-o", out, *words)
                    self.assertEqual(2, code, err)
                    self.assertIn(why, err)
                    self.assertNotIn(PASSWORD, said + err)
                    self.assertFalse(Path(self.fleet.store).exists() or out.exists())

    def test_the_mail_is_sent_whatever_became_of_the_report_or_of_the_run(self):
        refuse = "CREATE TRIGGER full BEFORE INSERT ON host_result BEGIN SELECT RAISE(ABORT, 'no more'); END"
        for about, out, refused, subject in (
            ("no report", "/proc/nix", False, "[vssfleet] default: 1 affected, 0 not checked of 1"),
            ("no run", self.fleet.path / "out", True, "[vssfleet] default: 1 not checked of 1 (partial run)"),
        ):
            with self.subTest(about):
                if refused:
                    with sqlite3.connect(self.fleet.store) as store:
                        store.execute(refuse)
                    store.close()
                server = Server()
                words = ("--mail-to", "a@example.jp", "--smtp", server.url, "--mail-policy", "always")
                code, said, err = self.fleet.scan("-o", out, *words)
                letter = server.end()
                self.assertEqual(1, code, said + err)
                self.assertEqual(subject, letter and letter["Subject"].split(" (-")[0].split(" (+")[0], err)

    def test_a_damaged_record_of_the_past_ends_no_run(self):
        self.assertEqual(3, self.fleet.scan("-q", "-F", "ndjson", "-o", self.fleet.path / "out")[0])
        with sqlite3.connect(self.fleet.store) as store:
            store.execute("UPDATE host_result SET record = substr(record, 1, 99)")
        store.close()
        server = Server()
        words = ("--mail-to", "a@example.jp", "--smtp", server.url)
        code, said, err = self.fleet.scan("-q", "-F", "ndjson", "-o", self.fleet.path / "out", *words)
        self.assertEqual(3, code, said + err)
        self.assertIn("WARNING: damaged", err)
        self.assertIsNotNone(server.end())
        self.assertEqual(2, vssfleet("runs", "--store", self.fleet.store)[1].count(" complete "))


class Login(Letter):
    """127.0.0.2 is this machine too, but not by a name that is trusted as such."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.certificate = cls.fleet.path / "relay.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
             "/CN=relay", "-addext", "subjectAltName=IP:127.0.0.2", "-keyout", cls.certificate, "-out", cls.fleet.path / "ca.crt"],
            check=True, capture_output=True,
        )  # fmt: skip
        cls.ca = cls.fleet.path / "ca.crt"
        cls.certificate.write_text(cls.certificate.read_text() + cls.ca.read_text())
        cls.words = ("--smtp-user", "vss", "--smtp-password-file", secret_file(cls.fleet.path), "--smtp-ca-file", cls.ca)

    test_the_letter_says_what_was_found_and_to_whom = test_what_cannot_be_sent_fails_loudly = None

    def relay(self, tls, login=True):
        return Server(tls, self.certificate, login, "127.0.0.2")

    def test_a_login_is_sealed_and_the_letter_arrives(self):
        for tls in ("starttls", "smtps"):
            with self.subTest(tls):
                code, err, server = self.send(server=self.relay(tls), arguments=self.words)
                self.assertEqual(code, 0, err)
                self.assertIsNotNone(server.end())
                self.assertTrue(server.sealed)

    def test_the_password_may_be_a_systemd_credential(self):
        with tempfile.TemporaryDirectory() as directory:
            secret_file(directory, "vssfleet.smtp-password")
            code, err, server = self.send(
                server=self.relay("smtps"), arguments=("--smtp-user", "vss", "--smtp-ca-file", self.ca),
                env={**os.environ, "CREDENTIALS_DIRECTORY": directory},
            )  # fmt: skip
        self.assertEqual(code, 0, err)
        self.assertIsNotNone(server.end())

    def test_a_password_is_never_said_where_it_could_be_heard(self):
        for about, tls, arguments, why in (
            ("no TLS is offered", None, self.words, "did not take the mail"),
            ("a certificate that nobody trusts", "starttls", self.words[:4], "did not take the mail"),
            ("the same over smtps", "smtps", self.words[:4], "did not take the mail"),
        ):
            with self.subTest(about):
                code, err, server = self.send(server=self.relay(tls), arguments=arguments)
                self.assertEqual(code, 1, err)
                self.assertIn(why, err)
                self.assertIsNone(server.end())
                self.assertFalse([word for word in server.said if word.startswith("AUTH")])

    def test_what_is_wrong_with_the_password_is_said_without_it(self):
        loose = secret_file(self.fleet.path, "loose.password")
        loose.chmod(0o644)
        wrong = secret_file(self.fleet.path, "wrong.password")
        wrong.write_text("sesame\n")
        for about, file, why in (
            ("others may read it", loose, "loose.password"),
            ("it is another", wrong, "did not take the mail"),
            ("there is none", None, "no password of --smtp-user vss"),
        ):
            with self.subTest(about):
                words = ("--smtp-user", "vss", "--smtp-ca-file", self.ca, *(("--smtp-password-file", file) if file else ()))
                code, err, server = self.send(server=self.relay("smtps"), arguments=words)
                self.assertEqual(code, 1, err)
                self.assertIn(why, err)
                self.assertNotIn("sesame", err)
                self.assertIsNone(server.end())

    def test_nothing_that_is_kept_holds_it(self):
        self.send(server=self.relay("smtps"), arguments=self.words)
        kept = [p for p in self.fleet.path.rglob("*") if p.is_file() and not p.name.endswith(".password")]
        for shape in shapes_of(PASSWORD):
            self.assertEqual([], [path.name for path in kept if shape in path.read_bytes()])


@unittest.skipUnless(HURRIES, "other days: needs faketime")
class Policy(unittest.TestCase):
    """A scan a day; which of them send a letter."""

    def setUp(self):
        self.fleet = Fleet("--host", f"{GONE}=healthy-2019-en", "--host", f"{WELL}=healthy-2019-en")
        self.addCleanup(self.fleet.__exit__)

    def scan(self, day, policy, *arguments, url=None):
        """The letter of that day's scan, None if there is none."""
        server = Server()
        mail = ("--mail-to", "a@example.jp", "--smtp", url or server.url, "--mail-policy", policy)
        environment = {**os.environ, "LD_PRELOAD": faketime(), "FAKETIME": f"+{day}d"}
        code, out, err = self.fleet.scan("-F", "ndjson", "-o", self.fleet.path / "out", *mail, *arguments, env=environment)
        self.assertEqual(code in (0, 3, 4), url is None, out + err)
        return server.end()

    def subject(self, *arguments, **run):
        letter = self.scan(*arguments, **run)
        return letter and letter["Subject"]

    def test_changes_are_told_and_silence_lasts_a_week_at_most(self):
        self.assertEqual("[vssfleet] default: OK, 2 checked", self.subject(0, "changes"))
        self.assertIsNone(self.subject(1, "changes"))
        self.fleet.play(GONE, "affected-2012r2-ja")
        letter = self.scan(2, "changes")
        self.assertEqual("[vssfleet] default: 1 affected, 0 not checked of 2 (+1)", letter["Subject"])
        self.assertIn(f"new: {GONE} (healthy -> affected)", letter.get_body(("plain",)).get_content())
        self.assertIsNone(self.subject(3, "changes"))
        self.fleet.play(GONE, "bad-password")
        self.assertEqual("[vssfleet] default: 1 not checked of 2", self.subject(4, "changes"))
        self.fleet.play(GONE, "healthy-2019-en")
        self.assertEqual("[vssfleet] default: OK, 2 checked", self.subject(5, "changes"))
        self.assertIsNone(self.subject(11, "changes"))
        letter = self.scan(12, "changes")
        self.assertEqual("[vssfleet] default: OK, 2 checked", letter["Subject"])
        self.assertIn("Nothing changed since", letter.get_body(("plain",)).get_content())
        self.assertIsNone(self.subject(18, "changes"))

    def test_what_could_not_be_sent_is_told_by_the_next_letter(self):
        self.scan(0, "changes")
        self.fleet.play(GONE, "affected-2012r2-ja")
        self.assertIsNone(self.scan(1, "changes", url="smtp://127.0.0.1:1"))
        self.assertEqual("[vssfleet] default: 1 affected, 0 not checked of 2 (+1)", self.subject(2, "changes"))

    def test_problems_are_told_each_time_and_always_is_always(self):
        self.assertIsNotNone(self.scan(0, "problems"))
        self.assertIsNone(self.scan(1, "problems"))
        self.fleet.play(GONE, "affected-2012r2-ja")
        for day in (2, 3):
            self.assertIsNotNone(self.scan(day, "problems"))
        self.fleet.play(GONE, "healthy-2019-en")
        self.assertIsNone(self.scan(4, "problems"))
        self.assertEqual("[vssfleet] default: OK, 2 checked (-1)", self.subject(5, "always"))

    def test_a_report_is_mailed_only_when_somebody_asks_for_it(self):
        self.scan(0, "changes")
        settings = self.fleet.path / "settings"
        server = Server()
        settings.write_text(f"mail-to = a@example.jp\nsmtp = {server.url}\n")
        words = ("report", "--store", self.fleet.store, "-F", "ndjson", "-o", self.fleet.path / "out", "-c", settings)
        self.assertEqual(0, vssfleet(*words)[0])
        self.assertEqual([], server.said)
        self.assertEqual(0, vssfleet(*words, "--mail-to", "b@example.jp")[0])
        self.assertEqual("b@example.jp", server.end()["To"])


unittest.main()
