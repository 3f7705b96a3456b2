"""The real program against simulated Windows hosts: starts winsim, runs vssfleet, reads what both say."""

import functools
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

VSSFLEET = os.environ["VSSFLEET"]
WINSIM = os.environ["WINSIM"]
os.environ["XDG_CONFIG_HOME"] = "/nonexistent"  # no configuration or waiver of whoever runs the tests
os.environ["LC_ALL"] = "C.UTF-8"  # nor the language
# Sanitizers bear no other library that is loaded before them.
SANITIZED = any(mark in Path(VSSFLEET).read_bytes() for mark in (b"__asan_init", b"__tsan_init"))
HURRIES = not SANITIZED and shutil.which("faketime") is not None


@functools.cache
def faketime():
    """The library by which faketime(1) tells a program another time."""
    shown = subprocess.run(["faketime", "-m", "-f", "+0", "env"], capture_output=True, text=True, check=True).stdout
    return re.search("^LD_PRELOAD=(.*)$", shown, re.MULTILINE)[1]


def hurried(factor, environment=None):
    """An environment in which the clock, and all that is waited for, goes faster; as it is where that is not possible."""
    environment = dict(environment or os.environ)
    if HURRIES:
        before = environment.get("LD_PRELOAD", "").split()
        environment |= {"LD_PRELOAD": " ".join([faketime(), *before]), "FAKETIME": f"+0 x{factor}"}
    return environment


def wait_for(what, seconds=60):
    """Asks until the answer is true; that answer."""
    until = time.monotonic() + seconds
    while not (answer := what()):
        assert time.monotonic() < until, "it does not happen"
        time.sleep(0.05)
    return answer


class Fleet:
    """A running winsim in a directory of its own; use as a context manager."""

    def __init__(self, *arguments, environment=None):
        """environment: of winsim and of vssfleet, where they need another than ours (Kerberos)."""
        self.environment = environment
        self.method = ("--auth", "basic")
        self.directory = tempfile.TemporaryDirectory(prefix="vssfleet-")
        self.path = Path(self.directory.name)
        self.process = subprocess.Popen(
            [WINSIM, "--dir", str(self.path), *map(str, arguments)], stdout=subprocess.PIPE, text=True, env=environment
        )
        line = self.process.stdout.readline()
        if "ready" not in line:
            raise RuntimeError(f"winsim did not start: {line!r}")
        ports = dict(line.split("=", 1) for line in (self.path / "ports").read_text().split())
        self.control = f"http://127.0.0.1:{ports['CONTROL_PORT'].strip()}"
        self.http_port = ports["HTTP_PORT"].strip()
        self.inventory = self.path / "inventory.ini"
        self.store = self.path / "store.db"
        self.password = (self.path / "password").read_text().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)
        self.process.stdout.close()
        self.directory.cleanup()

    def place(self, name):
        """A directory for a store of its own, with its journal; the store."""
        directory = self.path / name
        directory.mkdir(mode=0o700, exist_ok=True)
        return directory / "store.db"

    def get(self, path):
        with urllib.request.urlopen(self.control + path, timeout=60) as answer:
            return json.load(answer)

    def journal(self):
        return self.get("/journal")

    def hosts(self):
        return {host["name"]: host for host in self.get("/hosts")}

    def host(self, name):
        return self.hosts()[name]

    def play(self, name, scenario):
        self.post(f"/host/{name}?scenario={scenario}")

    def post(self, path):
        request = urllib.request.Request(self.control + path, data=b"", method="POST")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def access(self):
        return [
            "-i", str(self.inventory), *self.method, *self.account(), "--ca-file", str(self.path / "ca.pem"),
        ]  # fmt: skip

    def account(self):
        """As far as the method needs one: a ticket or a certificate says itself for whom it is."""
        if self.method[1] not in ("basic", "ntlm"):
            return []
        return ["--user", (self.path / "user").read_text().strip(), "--password-file", str(self.path / "password")]

    def start(self, *arguments, command="scan", store=None, prefix=(), **popen):
        """prefix: words before the program."""
        words = [*prefix, VSSFLEET, command, *self.access(), "--store", store or self.store, *arguments]
        popen.setdefault("env", self.environment)
        return subprocess.Popen([*map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **popen)

    def scan(self, *arguments, timeout=300, **popen):
        """Exit code, stdout, stderr of a scan, or of another command."""
        process = self.start(*arguments, **popen)
        out, err = process.communicate(timeout=timeout)
        return process.returncode, out, err

    def fix(self, action, *arguments, **popen):
        return self.scan(action, *arguments, command="fix", **popen)

    def scan_records(self, *arguments, **popen):
        """Exit code and the records by host name, streamed as NDJSON."""
        code, out, err = self.scan("-F", "ndjson", "-o", "-", *arguments, **popen)
        lines = [json.loads(line) for line in out.splitlines()]
        assert lines and lines[0]["type"] == "run_start", (code, out[:500], err)
        return code, {line["host"]["name"]: line for line in lines if line["type"] == "host"}, lines


def vssfleet(*arguments, **run):
    done = subprocess.run([VSSFLEET, *map(str, arguments)], capture_output=True, text=True, timeout=120, **run)
    return done.returncode, done.stdout, done.stderr


def entries_of(store):
    """The journal of changes beside a store; a last line that was cut does not count."""
    journal = Path(store).parent / "journal.ndjson"
    lines = journal.read_text().splitlines(keepends=True) if journal.exists() else []
    return [json.loads(line) for line in lines if line.endswith("\n")]


def results_of(store):
    """The last change_result of each host."""
    return {entry["host"]: entry for entry in entries_of(store) if entry["type"] == "change_result"}


INTERRUPT = signal.SIGINT
