"""What nobody may read: the wire on port 5985 shows no message and no credential, and the password is nowhere that it has
not to be."""

import os
import resource
import signal
import socket
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

from fleet import VSSFLEET, Fleet
from realm import Realm
from shapes import shapes_of

HOST = ("--host", "a.sim.example=affected-2012r2-ja")
MESSAGES = (b"Envelope", b"EventSystem", b"vssadmin", b"Win32_", b"wsman/1/wmi", b"VMware")


class Relay:
    """Passes TCP connections on and keeps what goes by, as a sniffer on the network would."""

    def __init__(self, address, port):
        self.target = (address, int(port))
        self.seen = bytearray()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(self.target)
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self.copy, args=(source, sink), daemon=True).start()

    def copy(self, source, sink):
        try:
            while data := source.recv(65536):
                self.seen += data
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()


def through(fleet, relay):
    text = fleet.inventory.read_text()
    address = fleet.hosts()["a.sim.example"]["address"]
    fleet.inventory.write_text(text.replace(address, "127.0.0.1").replace(f"={fleet.http_port}", f"={relay.port}"))


class Wire(unittest.TestCase):
    def scan(self, fleet, password):
        with Relay(fleet.hosts()["a.sim.example"]["address"], fleet.http_port) as relay:
            through(fleet, relay)
            code, records, _ = fleet.scan_records()
            self.assertEqual((3, "affected"), (code, records["a.sim.example"]["verdict"]))
            seen = bytes(relay.seen)
        self.assertGreater(len(seen), 50000, "the conversation went by")
        self.assertIn(b"HTTP-SPNEGO-session-encrypted", seen)
        for text in MESSAGES:
            self.assertNotIn(text, seen)
            self.assertNotIn(text.decode().encode("utf-16-le"), seen)
        for shape in shapes_of(password):
            self.assertNotIn(shape, seen)

    def test_ntlm(self):
        with Fleet(*HOST, "--inventory-scheme", "http") as fleet:
            fleet.method = ("--auth", "ntlm")
            self.scan(fleet, fleet.password)

    def test_kerberos(self):
        with Realm(["a.sim.example"]) as realm, realm.fleet(*HOST) as fleet:
            self.scan(fleet, Realm.PASSWORD)


class Everywhere(unittest.TestCase):
    """The password in no file, no list of processes, no environment, no core."""

    def files(self, directory, but):
        return [path for path in Path(directory).rglob("*") if path.is_file() and path not in but]

    def absent(self, password, data, where):
        for shape in shapes_of(password):
            self.assertNotIn(shape, data, where)

    def test_in_what_a_scan_leaves_behind(self):
        for method, options in (("ntlm", ("--inventory-scheme", "http")), ("basic", ())):
            with self.subTest(method), Fleet(*HOST, *options) as fleet:
                fleet.method = ("--auth", method)
                before = self.files(fleet.path, ())
                code, out, err = fleet.scan("-F", "html,csv,ndjson,json", "-o", fleet.path / "report", "--trace-wire", fleet.path / "trace")
                self.assertEqual(3, code, err)
                self.absent(fleet.password, (out + err).encode(), "what it says")
                left = self.files(fleet.path, before)
                self.assertGreater(len(left), 5)
                for path in left:
                    self.absent(fleet.password, path.read_bytes(), path)

    def test_in_the_list_of_processes_and_in_a_core(self):
        with Fleet("--host", "a.sim.example=vssadmin-hang", "--inventory-scheme", "http") as fleet, tempfile.TemporaryDirectory() as empty:
            fleet.method = ("--auth", "ntlm")
            environment = {**os.environ, "VSSFLEET_PASSWORD": fleet.password}
            command = [VSSFLEET, "scan", "-i", fleet.inventory, "--auth", "ntlm", "--user", "auditor", "--store", "none"]
            process = subprocess.Popen(
                list(map(str, command)), env=environment, cwd=empty, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2),
            )  # fmt: skip
            try:
                while fleet.journal()["shells_created"] == 0:
                    self.assertIsNone(process.poll())
                proc = Path(f"/proc/{process.pid}")
                for name in ("cmdline", "environ"):
                    self.absent(fleet.password, (proc / name).read_bytes(), name)
                core = next(line for line in (proc / "limits").read_text().splitlines() if line.startswith("Max core"))
                self.assertEqual(["0", "0"], core.split()[4:6])
                self.assertEqual("", (proc / "task" / str(process.pid) / "children").read_text(), "no children to hear it")
            finally:
                process.send_signal(signal.SIGABRT)
                process.wait(30)
                process.stderr.close()
            self.assertEqual([], os.listdir(empty), "no core")


if __name__ == "__main__":
    unittest.main()
