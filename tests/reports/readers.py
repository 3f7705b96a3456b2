"""What a reader should see of a host's text, by rules written down a second time."""
import subprocess
import tempfile
from pathlib import Path


def decode(data):
    """UTF-8, strictly; each byte that is none becomes U+FFFD."""
    out = ""
    while data:
        for n in range(1, 5):
            try:
                out, data = out + data[:n].decode("utf-8"), data[n:]
                break
            except UnicodeDecodeError:
                pass
        else:
            out, data = out + "\ufffd", data[1:]
    return out


def visible(text, returns=False):
    """Controls as their pictures, bidi controls by number; returns: a carriage return is shown too."""

    def one(c):
        n = ord(c)
        if (n < 0x20 and c not in "\t\r\n") or (c == "\r" and returns):
            return chr(0x2400 + n)
        if n == 0x7F:
            return "\u2421"
        if 0x80 <= n < 0xA0 or 0x202A <= n <= 0x202E or 0x2066 <= n <= 0x2069:
            return "\\u{%04X}" % n
        return "\ufffd" if c in "\ufffe\uffff" else c

    return "".join(map(one, text))


def in_html(text):
    """A parser of HTML makes line feeds of carriage returns: those of a line's end are left out, others shown."""
    return visible(text.replace("\r\n", "\n"), returns=True)


def on_terminal(text):
    def one(c):
        n = ord(c)
        if n < 0x20 or 0x7F <= n < 0xA0:
            return "\\x%02x" % n
        return "\\u{%04X}" % n if 0x202A <= n <= 0x202E or 0x2066 <= n <= 0x2069 else "\ufffd" if c in "\ufffe\uffff" else c

    return "".join(map(one, text))


class Escaped:
    """What the escapers made of random texts: escaped.c writes the files that are read here."""

    def __init__(self, program, count, seed):
        self.about = f"seed {seed}"
        with tempfile.TemporaryDirectory() as directory:
            subprocess.run([program, directory, str(count), str(seed)], check=True)
            self.files = {path.name: path.read_bytes() for path in Path(directory).iterdir()}
        self.texts = [decode(bytes.fromhex(line)) for line in self.files["texts"].decode("ascii").splitlines()]
        assert len(self.texts) == count

    def text(self, name):
        return self.files[name].decode("utf-8")

    def compare(self, what, found, expect):
        """found and expect: a text for each; the first that differs is told with the seed."""
        assert len(found) == len(expect), f"{what}: {len(found)} of {len(expect)}"
        for i, (f, x, text) in enumerate(zip(found, expect, self.texts)):
            assert f == x, f"{what}, {self.about}, text {i}: {text!a} is read as {f!a} instead of {x!a}"
