"""A simulated fleet, and what programs take that ask it: the floor and vssfleet."""

import json
import os
import re
import subprocess
import time
from pathlib import Path

MEMORY_MAX_MIB = 256  # with 1,000 hosts in flight
PLAIN = re.compile(r"(healthy|shared)-")  # scenarios that answer at once and without a second look
SPARE, SAMPLES = 1.25, 40  # winsim's hosts beyond those asked: the ones in trouble, and one of each kind are left out
REFUSED = {"unknown", "unreachable"}


def fleet_for(size):
    """How many hosts winsim must have for so many plain ones."""
    return int(size * SPARE) + SAMPLES


def forks_for(hosts):
    return 64 if hosts < 1000 else 256 if hosts < 10000 else 1000


def plain_hosts(fleet):
    return [name for name, host in fleet.hosts().items() if PLAIN.match(host["scenario"])]


class Cost:
    """What one process took, and what winsim saw of it."""

    def __init__(self, wall, usage, journal):
        self.wall, self.cpu, self.peak_mib = wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
        self.requests, self.bytes = journal["requests"], journal["bytes_in"] + journal["bytes_out"]

    @classmethod
    def of_turns(cls, costs, how=min):
        """min: whatever else runs on the machine only adds."""
        one = cls.__new__(cls)
        for name in vars(costs[0]):
            setattr(one, name, how(getattr(cost, name) for cost in costs))
        return one


class Bench:
    """A simulated fleet of so many plain hosts, asked by HTTPS or HTTP, and the two programs to ask them."""

    def __init__(self, fleet, size, build, scheme):
        self.fleet, self.size, self.build, self.scheme = fleet, size, build, scheme
        self.failures = []
        self.inventory = fleet.path / f"bench-{scheme}.ini"
        self.lesson = fleet.path / f"lesson-{scheme}"
        self.runs = 0
        self.write_inventory()
        self.learn()

    def write_inventory(self):
        plain = set(plain_hosts(self.fleet))
        lines = []
        for line in self.fleet.inventory.read_text().splitlines():
            name, *words = line.split() or [""]
            if name in plain and any(word.startswith("ansible_host=") for word in words):
                plain.discard(name)
                lines.append((name, dict(word.split("=", 1) for word in words if "=" in word)))
        self.hosts = lines[: self.size]
        if len(self.hosts) < self.size:
            raise SystemExit(f"winsim has only {len(self.hosts)} plain hosts of {self.size}")
        for _, host in self.hosts:
            if self.scheme == "http":
                host.update(ansible_winrm_scheme="http", ansible_port=self.fleet.http_port)
        keys = ("ansible_host", "ansible_port", "ansible_winrm_scheme")
        self.inventory.write_text(
            "".join(" ".join([name, *(f"{key}={host[key]}" for key in keys)]) + "\n" for name, host in self.hosts)
        )

    def access(self):
        return [self.fleet.path / "ca.pem", (self.fleet.path / "user").read_text().strip(), self.fleet.path / "password"]

    def certificate(self):
        return [self.fleet.path / "client.pem", self.fleet.path / "client.key"]

    def learn(self):
        name, host = self.hosts[0]
        command = [self.build / "tests/bench/lesson", host["ansible_winrm_scheme"], name, host["ansible_host"],
                   host["ansible_port"], *self.access()]  # fmt: skip
        with self.lesson.open("wb") as file:
            subprocess.run(list(map(str, command)), stdout=file, check=True)

    def measure(self, command, accept):
        """Runs it and looks at winsim's journal. stdout and stderr go to files, so that nothing here slows it down."""
        self.fleet.post("/quiet")
        self.runs += 1
        out, err = (self.fleet.path / f"{self.scheme}-{what}-{self.runs}" for what in ("out", "err"))
        with out.open("wb") as stdout, err.open("wb") as stderr:
            begin = time.monotonic()
            process = subprocess.Popen(list(map(str, command)), stdout=stdout, stderr=stderr, env=self.fleet.environment)
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.monotonic() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in accept:
            self.fail(f"{Path(command[0]).name} exited with {process.returncode}: {err.read_text()[-500:]}")
        journal = self.fleet.journal()
        for what in ("open_shells", "open_enumerations"):
            if journal[what]:
                self.fail(f"{Path(command[0]).name} left {journal[what]} {what}")
        if journal["violations"]:
            self.fail(f"{Path(command[0]).name}: {len(journal['violations'])} violations: {journal['violations'][0]}")
        return Cost(wall, usage, journal), out

    def fail(self, text):
        self.failures.append(f"{self.size} hosts: {text}")

    def floor(self, forks, *more):
        """more: legs, certificate and key, as floor.c takes them. What it took, and what it counted itself."""
        command = [self.build / "tests/bench/floor", self.lesson, self.inventory, *self.access(), forks, *more]
        cost, out = self.measure(command, {0})
        return cost, json.loads(out.read_text() or "{}")

    def scan(self, forks, formats="ndjson", store=True, method=("--auth", "basic")):
        """What it took, and the records of the hosts by name."""
        report = self.fleet.path / f"report-{self.scheme}-{self.runs}"
        ca, user, password = self.access()
        account = ["--user", user, "--password-file", password] if method[-1] in ("basic", "ntlm") else []
        command = [self.build / "scanner/commands/vssfleet", "scan", "-i", self.inventory, *account, *method,
                   "--ca-file", ca, "--forks", forks, "--rate", "0", "--quiet", "-F", formats,
                   "-o", report, "--store", report.with_suffix(".db") if store else "none"]  # fmt: skip
        if self.scheme == "http" and method[-1] == "basic":
            command.append("--insecure-plaintext")
        cost, _ = self.measure(command, {0, 3})
        hosts = self.check_records(report / "results.ndjson")
        if forks == 1000 and cost.peak_mib > MEMORY_MAX_MIB:
            self.fail(f"{cost.peak_mib:.0f} MiB with {forks} hosts in flight")
        return cost, hosts

    def check_records(self, path):
        records = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        hosts = {record["host"]["name"]: record for record in records if record["type"] == "host"}
        missing = [name for name, _ in self.hosts if name not in hosts]
        unchecked = [record for record in hosts.values() if record["verdict"] in REFUSED]
        if missing or not records or records[-1]["type"] != "run_end":
            self.fail(f"{len(missing)} hosts have no record, {missing[:3]}")
        for record in unchecked[:3]:
            self.fail(f"{record['host']['name']} is {record['verdict']}: {record['reason']}")
        return hosts
