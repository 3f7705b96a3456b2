"""A run as a letter, taken by a mail server that is not ours and read by Python's parser."""

import email
import email.policy
import socket
import tempfile
import threading
import unittest
from pathlib import Path

from fleet import Fleet, vssfleet


class Server(threading.Thread):
    """As much of SMTP as a relay needs for one letter; refuses the recipient "no@example.jp"."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self.socket.getsockname()[1]}"
        self.said, self.letter = [], None
        self.start()

    def run(self):
        connection, _ = self.socket.accept()
        with connection, connection.makefile("rwb") as stream:
            self.answer(stream, "220 relay")
            for line in stream:
                word = line.decode("ascii").strip()
                self.said.append(word)
                if word == "DATA":
                    self.answer(stream, "354 go on")
                    lines = iter(stream.readline, b".\r\n")
                    self.letter = b"".join(line[1:] if line.startswith(b".") else line for line in lines)
                self.answer(stream, "550 nobody" if "<no@" in word else "250 ok")
                if word == "QUIT":
                    return

    @staticmethod
    def answer(stream, line):
        stream.write(line.encode() + b"\r\n")
        stream.flush()


class Mail(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.fleet = Fleet("--host", "gone.sim.example=affected-2012r2-ja", "--host", "well.sim.example=healthy-2019-en")
        cls.addClassCleanup(cls.fleet.__exit__)
        cls.settings = cls.fleet.path / "settings"
        cls.settings.write_text('[profile "tokyo-prod"]\nforks = 2\n')
        code, out, err = cls.fleet.scan("-q", "--config", cls.settings, "--profile", "tokyo-prod")
        assert code == 3, out + err

    def send(self, to="a@example.jp,b@example.jp", url=None):
        server = Server()
        with tempfile.TemporaryDirectory() as out:
            code, _, err = vssfleet(
                "report", "--store", self.fleet.store, "-F", "ndjson", "-o", out,
                "--mail-to", to, "--mail-from", "vss@example.jp", "--smtp", url or server.url,
            )  # fmt: skip
            self.assertTrue((Path(out) / "results.ndjson").exists(), err)
        if code == 0:
            server.join(10)
        server.socket.close()
        return code, err, server

    def test_the_letter_says_what_was_found_and_to_whom(self):
        code, err, server = self.send()
        self.assertEqual(code, 0, err)
        self.assertEqual([w for w in server.said if w.startswith("RCPT")], ["RCPT TO:<a@example.jp>", "RCPT TO:<b@example.jp>"])
        letter = email.message_from_bytes(server.letter, policy=email.policy.default)
        self.assertEqual(letter["Subject"], "[vssfleet] tokyo-prod: 1 affected, 0 not checked of 2")
        self.assertEqual((letter["To"], letter["Auto-Submitted"]), ("a@example.jp, b@example.jp", "auto-generated"))
        self.assertEqual(letter.get_content_type(), "multipart/mixed")
        text = letter.get_body(("plain",)).get_content()
        page = letter.get_body(("html",)).get_content()
        table = [part for part in letter.iter_attachments()]
        self.assertIn("gone.sim.example: affected: ", text)
        self.assertIn("<td>gone.sim.example</td><td>affected</td>", page)
        self.assertNotIn("well.sim.example", text + page)
        for word in ("<script", "<img", "cid:", "http"):
            self.assertNotIn(word, page)
        self.assertEqual([part.get_filename() for part in table], ["problems.csv"])
        rows = table[0].get_content().lstrip("\ufeff").splitlines()
        self.assertEqual(rows[0], '"host","group","verdict","kind","waiver","reason"')
        self.assertTrue(rows[1].startswith('"gone.sim.example",'), rows)
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
                self.assertIsNone(server.letter)


unittest.main()
