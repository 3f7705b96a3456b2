"""--trace-wire: all that was said, for its owner only, and the password in no shape whatever."""

import base64
import re
import unittest

from fleet import Fleet
from shapes import shapes_of

HOSTS = ("--host", "a.sim.example=healthy-2019-en", "--host", "b.sim.example=shared-2012r2-ja")


class Trace(unittest.TestCase):
    def traced(self, fleet, *arguments):
        """Exit code of a scan, its trace and what it said on stderr."""
        self.file = fleet.path / "wire.trace"
        code, _, err = fleet.scan("--auth", "basic", "--trace-wire", self.file, *arguments)
        return code, self.file.read_bytes() if self.file.exists() else b"", err

    def assert_no_password(self, fleet, trace):
        password = (fleet.path / "password").read_text().strip()
        user = (fleet.path / "user").read_text().strip()
        pair = base64.b64encode(f"{user}:{password}".encode())
        for shape in (*shapes_of(password), pair):
            self.assertNotIn(shape, trace)
        self.assertNotIn(b"authorization:", trace.lower())

    def test_all_requests_are_there_and_the_password_is_not(self):
        with Fleet(*HOSTS) as fleet:
            code, trace, err = self.traced(fleet)
            self.assertEqual(0, code, err)
            self.assertEqual(0o600, self.file.stat().st_mode & 0o7777)
            self.assert_no_password(fleet, trace)
            requests = fleet.journal()["requests"]
            actions = re.findall(r"^> +<Action\b[^>]*>[^<]*/(\w+)</Action>$", trace.decode(), re.MULTILINE)
            self.assertEqual(requests, len(actions))
            self.assertEqual(requests, trace.count(b"\n> POST /wsman\n"))
            self.assertEqual(requests, trace.count(b"\n< HTTP 200\n"))
            self.assertLessEqual({"Enumerate", "Create", "Command", "Receive", "Delete"}, set(actions))

    def test_it_is_evidence_of_what_vssadmin_printed_but_tells_no_command_lines(self):
        with Fleet(*HOSTS) as fleet:
            _, trace, _ = self.traced(fleet)
            streams = re.findall(r'^< +<Stream Name="stdout"[^>]*>([^<]+)</Stream>$', trace.decode(), re.MULTILINE)
            self.assertIn(b"System Writer", b"".join(base64.b64decode(stream) for stream in streams))
            paths = re.findall(rb"<PathName>(.*)</PathName>", trace)
            self.assertGreater(len(paths), 100)
            for path in paths:
                self.assertRegex(path, rb"^<redacted \d+ B sha256:[0-9a-f]{8}>$")

    def test_a_refused_password_is_not_told_either(self):
        with Fleet(*HOSTS) as fleet:
            (fleet.path / "password").write_text("Tr0ub4dor&3-wrong")
            code, trace, _ = self.traced(fleet)
            self.assertEqual(4, code)
            self.assertIn(b"\n< HTTP 401\n", trace)
            self.assertRegex(trace, rb"\n< offers [A-Za-z, ]*Basic")
            self.assert_no_password(fleet, trace)

    def test_a_server_that_is_not_there_is_told(self):
        with Fleet(*HOSTS) as fleet:
            fleet.inventory = fleet.path / "nowhere.txt"
            fleet.inventory.write_text("gone.sim.example 127.99.99.99\n")
            _, trace, _ = self.traced(fleet, "--scheme", "https", "--port", "9")
            self.assertIn(b"\n> (nothing was sent)\n< failed: ", trace)

    def test_a_file_that_exists_is_refused_before_anything_is_sent(self):
        with Fleet(*HOSTS) as fleet:
            file = fleet.path / "wire.trace"
            file.write_text("mine")
            code, trace, err = self.traced(fleet)
            self.assertEqual(2, code)
            self.assertIn("exists", err)
            self.assertEqual(b"mine", trace)
            self.assertEqual(0, fleet.journal()["requests"])

    def test_a_link_is_refused(self):
        with Fleet(*HOSTS) as fleet:
            target = fleet.path / "target"
            (fleet.path / "wire.trace").symlink_to(target)
            code, _, err = self.traced(fleet)
            self.assertEqual(2, code)
            self.assertIn("exists", err)
            self.assertFalse(target.exists())


if __name__ == "__main__":
    unittest.main()
