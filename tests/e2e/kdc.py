"""A private Kerberos realm: an MIT KDC as an ordinary process, on a free loopback port, in a directory of its own."""

import contextlib
import os
import re
import select
import socket
import subprocess
import tempfile
import threading
from pathlib import Path

REALM = "WINSIM.EXAMPLE"
STRONG = ["aes256-cts-hmac-sha1-96", "aes128-cts-hmac-sha1-96"]
PROGRAMS = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))

# Host names stay canonicalised by DNS, as Debian has it: what we test must not depend on the administrator's file.
KRB5_CONF = """\
[libdefaults]
  default_realm = {realm}
  dns_lookup_kdc = false
  dns_lookup_realm = false
  allow_weak_crypto = {weak}
  allow_rc4 = {weak}
  permitted_enctypes = {enctypes}
  default_tkt_enctypes = {enctypes}
  default_tgs_enctypes = {enctypes}
  default_ccache_name = FILE:{path}/no-default-ccache
  {libdefaults}
[realms]
  {realm} = {{
    kdc = 127.0.0.1:{port}
  }}
  {realms}
[domain_realm]
  {domain_realm}
"""

KDC_CONF = """\
[kdcdefaults]
  kdc_listen = 127.0.0.1:{port}
  kdc_tcp_listen = 127.0.0.1:{port}
[realms]
  {realm} = {{
    database_name = {path}/principal
    key_stash_file = {path}/stash
    acl_file = {path}/kadm5.acl
    master_key_type = aes256-cts-hmac-sha1-96
    supported_enctypes = {keys}
    max_life = 24h
    max_renewable_life = 7d
    host_based_services = *
  }}
[logging]
  kdc = FILE:{path}/kdc.log
"""


def free_port():
    """A loopback port that is free for TCP and for UDP."""
    while True:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            with contextlib.suppress(OSError):
                udp.bind(tcp.getsockname())
                return tcp.getsockname()[1]


def quoted(word):
    """One argument of a kadmin command line."""
    return '"' + str(word).replace('"', '""') + '"'


class Kdc:
    """A realm with its KDC running; use as a context manager.

    enctypes: all keys, session keys too, are of these kinds. clock: "+1h" runs the KDC by faketime(1).
    libdefaults, realms, domain_realm: further lines of the clients' krb5.conf."""

    def __init__(self, enctypes=None, clock=None, realm=REALM, libdefaults="", realms="", domain_realm=""):
        self.realm = realm
        self.clock = clock
        self.directory = tempfile.TemporaryDirectory(prefix="kdc-")
        self.path = Path(self.directory.name)
        self.log = self.path / "kdc.log"
        self.port = free_port()
        self.passwords = {}
        self.process = None
        self.env = {
            "KRB5_CONFIG": str(self.path / "krb5.conf"),
            "KRB5_KDC_PROFILE": str(self.path / "kdc.conf"),
            "KRB5RCACHENAME": "none:",
        }
        kinds = enctypes or STRONG
        values = {
            "realm": realm, "path": self.path, "port": self.port, "enctypes": " ".join(kinds),
            "keys": " ".join(kind + ":normal" for kind in kinds),
            "weak": "true" if any("arcfour" in kind for kind in kinds) else "false",
            "libdefaults": libdefaults, "realms": realms, "domain_realm": domain_realm,
        }  # fmt: skip
        Path(self.env["KRB5_CONFIG"]).write_text(KRB5_CONF.format(**values))
        Path(self.env["KRB5_KDC_PROFILE"]).write_text(KDC_CONF.format(**values))
        self.run("kdb5_util", "create", "-s", "-W", "-r", realm, "-P", "master of a realm for tests")
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        self.directory.cleanup()

    def environment(self, **more):
        return {**os.environ, **self.env, "PATH": PROGRAMS, **more}

    def run(self, *command, text=None):
        done = subprocess.run(
            [str(word) for word in command], input=text, env=self.environment(), capture_output=True, text=True, timeout=120
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]}: exit {done.returncode}: {done.stderr.strip()}")
        return done.stdout, done.stderr

    def start(self):
        faketime = ["faketime", "-f", self.clock] if self.clock else []
        self.process = subprocess.Popen(
            [*faketime, "krb5kdc", "-n", "-r", self.realm], env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        line = self.process.stderr.readline()  # it says so when it listens
        if "starting" not in line:
            raise RuntimeError(f"krb5kdc did not start: {line.strip()}")

    def stop(self):
        """Nothing listens on the KDC's port any longer."""
        if self.process:
            self.process.terminate()
            self.process.wait(30)
            self.process.stderr.close()
            self.process = None

    def admin(self, *commands):
        """A batch of kadmin commands, without network."""
        out, err = self.run("kadmin.local", "-r", self.realm, text="\n".join(commands) + "\n")
        failures = [line for line in err.splitlines() if re.search(r"kadmin.local:|: .* while ", line)]
        if failures:
            raise RuntimeError(failures[0])
        return out

    def user(self, name, password, expired=False, password_expired=False, locked=False, lifetime=None):
        """An account as Active Directory makes it: preauthentication is required. lifetime: of its tickets ("2h")."""
        options = ["+requires_preauth"]
        options += ["-expire", "yesterday"] if expired else []
        options += ["-pwexpire", "yesterday"] if password_expired else []
        options += ["-allow_tix"] if locked else []
        options += ["-maxlife", lifetime] if lifetime else []
        self.admin(" ".join(map(quoted, ["addprinc", "-pw", password, *options, name])))
        self.passwords[name] = password

    def services(self, hostnames, keytab_path, names=("host", "HTTP", "WSMAN")):
        """Accounts for the services of hosts, and one keytab with all their keys."""
        principals = [f"{name}/{host}" for host in hostnames for name in names]
        parts = range(0, len(principals), 50)  # ktadd looks through the whole file for each key
        self.admin(
            *(f"addprinc -randkey {principal}" for principal in principals),
            *(f"ktadd -norandkey -k {quoted(f'{keytab_path}.{i}')} {' '.join(principals[i:i + 50])}" for i in parts),
        )
        keys = []
        for i in parts:
            part = Path(f"{keytab_path}.{i}")
            keys.append(part.read_bytes()[2:])  # behind the version
            part.unlink()
        Path(keytab_path).write_bytes(b"\5\2" + b"".join(keys))

    def keytab(self, user, path):
        self.admin(f"ktadd -norandkey -k {quoted(path)} {quoted(user)}")
        os.chmod(path, 0o600)

    def kinit(self, name, ccache_path, lifetime=None):
        """A credential cache of a user with a ticket-granting ticket. lifetime: "2h"."""
        more = ["-l", lifetime] if lifetime else []
        self.run("kinit", "-c", ccache_path, *more, name, text=self.passwords[name] + "\n")

    def trust(self, other, password="shared by two realms"):
        """Users of this realm get tickets of the other one: the key of the cross-realm ticket, in both."""
        for kdc in (self, other):
            kdc.admin(f"addprinc -pw {quoted(password)} krbtgt/{other.realm}@{self.realm}")

    def requests(self, kind="AS_REQ"):
        """The KDC's log lines of one kind, AS_REQ or TGS_REQ, without those that only ask for preauthentication."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line for line in lines if f" {kind} " in line and "NEEDED_PREAUTH" not in line]


@contextlib.contextmanager
def silent_kdc():
    """The port of a KDC that takes what is sent to it, by TCP and UDP, and never answers."""
    stop, waker = socket.socketpair()
    with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp, stop, waker:
        port = free_port()
        tcp.bind(("127.0.0.1", port))
        udp.bind(("127.0.0.1", port))
        tcp.listen(64)

        def listen():
            taken = []
            while True:
                ready, _, _ = select.select([tcp, udp, stop], [], [])
                if stop in ready:
                    break
                if tcp in ready:
                    taken.append(tcp.accept()[0])
                if udp in ready:
                    udp.recv(65536)
            for connection in taken:
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield port
        finally:
            waker.send(b"!")
            thread.join()
