"""A private Kerberos realm with simulated hosts in it."""

import os
import tempfile
from pathlib import Path

from fleet import Fleet
from kdc import Kdc


class Realm:
    """A KDC, a keytab for simulated hosts, and a ticket for an administrator of theirs; use as a context manager."""

    PASSWORD = "correct horse battery"

    def __init__(self, hosts, **kdc):
        self.hosts = list(hosts)
        self.kdc = Kdc(**kdc)
        self.directory = tempfile.TemporaryDirectory(prefix="vssfleet-")
        self.path = Path(self.directory.name)

    def __enter__(self):
        self.kdc.__enter__()
        self.kdc.user("svc", self.PASSWORD)
        self.kdc.services(self.hosts, self.path / "hosts.keytab")
        self.kdc.kinit("svc", self.path / "ccache")
        self.environment = {**os.environ, **self.kdc.env, "KRB5CCNAME": f"FILE:{self.path}/ccache"}
        return self

    def __exit__(self, *_):
        self.kdc.__exit__()
        self.directory.cleanup()

    def without_ticket(self):
        return {**self.environment, "KRB5CCNAME": f"FILE:{self.path}/nosuch"}

    def fleet(self, *arguments, method=("--auth", "auto"), scheme="http"):
        fleet = Fleet(
            "--keytab", self.path / "hosts.keytab", "--inventory-scheme", scheme, *arguments, environment=self.environment
        )
        fleet.method = method
        return fleet
