"""What an audit costs by each way to authenticate, next to the floor of that way: the same requests by bare libcurl and
SAX2, the handshake and the messages by bare GSSAPI. Over HTTPS the floor has TLS's own handshake in it.

Shown is the median of the turns: a scan and the short programs beside it seldom find the machine equally quiet, and the
least of each would compare one program's best moment with another's ordinary ones."""

import functools
import json
import statistics
import subprocess
from typing import NamedTuple

from measure import Bench, Cost, fleet_for, forks_for, plain_hosts

CONTEXTS = 300  # that GSSAPI is measured by


class Kind(NamedTuple):
    name: str
    scheme: str
    method: str  # of --auth
    mechanism: str  # of handshake.c; "": none
    legs: int  # requests before the first one that has a message
    requests_max: int  # of a full audit

    @property
    def sealed(self):
        return bool(self.mechanism) and self.scheme == "http"


KINDS = (
    Kind("Basic, HTTPS", "https", "basic", "", 0, 9),
    Kind("Kerberos, HTTP sealed", "http", "negotiate", "spnego", 1, 10),
    Kind("Kerberos, HTTPS", "https", "negotiate", "spnego", 0, 9),
    Kind("NTLM, HTTP sealed", "http", "ntlm", "ntlm", 1, 11),
    Kind("NTLM, HTTPS", "https", "ntlm", "ntlm", 1, 11),
    Kind("client certificate, HTTPS", "https", "certificate", "", 0, 9),
)

HEADINGS = ("kind", "requests", "max", "KiB/host", "hosts/s", "peak MiB",
            "CPU ms/host", "floor", "+handshake", "+messages", "x these", "ticket", "x with it")  # fmt: skip
FORMAT = "{:<26} {:>8} {:>4} {:>9} {:>8} {:>9}  {:>11}  {:>6} {:>11} {:>10} {:>8}  {:>7} {:>10}"


class Turn(NamedTuple):
    """One measurement of one kind. Milliseconds for each host."""

    cost: Cost
    requests: list
    floor_ms: float
    handshake_ms: float
    messages_ms: float
    ticket_ms: float


class Measuring:
    """The programs that say what a kind costs at least."""

    def __init__(self, fleet, size, options):
        self.fleet, self.size, self.options = fleet, size, options
        self.forks = options.forks or forks_for(size)
        self.bench = {scheme: Bench(fleet, size, options.build, scheme) for scheme in ("https", "http")}

    def program(self, name, *arguments, environment=None):
        command = [str(word) for word in (self.options.build / "tests/bench" / name, *arguments)]
        return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environment).stdout)

    def gssapi(self, kind, counted):
        """Messages of the mean sizes: what a cipher costs grows evenly with its bytes."""
        if not kind.mechanism:
            return 0, 0
        messages = round(counted["messages"] / self.size) if kind.sealed else 0
        sizes = (counted[what] // counted["messages"] for what in ("sent", "received"))
        least = self.program("handshake", kind.mechanism, CONTEXTS, messages, *sizes)
        return least["handshake_ms"], least["messages_ms"]

    def ticket(self, kind):
        if kind.mechanism != "spnego":
            return 0
        return self.program("ticket", self.bench["http"].inventory, environment=self.fleet.environment)["ticket_ms"]

    def turn(self, kind):
        bench = self.bench[kind.scheme]
        certificate = bench.certificate() if kind.method == "certificate" else []
        method = ["--cert", certificate[0], "--key", certificate[1]] if certificate else ["--auth", kind.method]
        floor, counted = bench.floor(self.forks, kind.legs, *certificate)
        cost, hosts = bench.scan(self.forks, method=method)
        requests = [host["transport"]["requests"] for host in hosts.values()]
        if max(requests) > kind.requests_max:
            bench.fail(f"{kind.name}: an audit took {max(requests)} requests, more than {kind.requests_max}")
        return Turn(cost, requests, floor.cpu / self.size * 1000, *self.gssapi(kind, counted), self.ticket(kind))

    def failures(self):
        return [failure for bench in self.bench.values() for failure in bench.failures]


def print_row(kind, size, turns):
    cost = Cost.of_turns([turn.cost for turn in turns], statistics.median)
    floor, handshake, messages, ticket = (statistics.median(column) for column in list(zip(*turns))[2:])
    requests = max((turn.requests for turn in turns), key=max)
    ours, these = cost.cpu / size * 1000, floor + handshake + messages
    some = lambda ms: f"{ms:.2f}" if ms >= 0.005 else ""
    print(
        FORMAT.format(
            kind.name, f"{statistics.mean(requests):.2f}", max(requests), f"{cost.bytes / size / 1024:.1f}",
            f"{size / cost.wall:.0f}", f"{cost.peak_mib:.0f}", f"{ours:.2f}", f"{floor:.2f}", some(handshake),
            some(messages), f"{ours / these:.2f}", some(ticket), f"{ours / (these + ticket):.2f}" if ticket else "",
        ),
        flush=True,
    )  # fmt: skip


def host_names(hosts):
    """What winsim will call its hosts: the keytab must be there before it starts."""
    from fleet import Fleet

    with Fleet("--fleet", hosts) as fleet:
        return plain_hosts(fleet)


def realm_for(hosts):
    """winsim's acceptor tries each key of the keytab until one fits: of a host's three names, only the first one asked for."""
    from realm import Realm

    realm = Realm(host_names(hosts))
    realm.kdc.services = functools.partial(realm.kdc.services, names=("host",))
    return realm


def bench_kinds(options):
    """Prints the table; what failed."""
    failures = []
    for size in options.sizes:
        hosts = fleet_for(size)
        arguments = ("--fleet", hosts, "--latency", options.latency, "--allow-unencrypted")
        with realm_for(hosts) as realm, realm.fleet(*arguments, scheme="https") as fleet:
            measuring = Measuring(fleet, size, options)
            print(f"{size} hosts, {measuring.forks} at once")
            print(FORMAT.format(*HEADINGS))
            turns = [[measuring.turn(kind) for kind in KINDS] for _ in range(options.repeat)]
            for kind, of_kind in zip(KINDS, zip(*turns)):
                print_row(kind, size, of_kind)
            failures += measuring.failures()
    return failures
