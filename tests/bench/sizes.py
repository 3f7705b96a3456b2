"""What an audit costs next to the floor, and whether that stays so in larger fleets."""

from measure import Bench, Cost, fleet_for, forks_for

LINEAR_FORKS = 64
HEADINGS = ("hosts", "at once", "who", "CPU ms/host", "x floor", "hosts/s", "peak MiB", "requests/host", "KiB/host")
FORMAT = "{:>6} {:>8}  {:<24} {:>11} {:>8} {:>8} {:>9} {:>14} {:>9}"


def print_row(size, forks, who, cost, floor):
    print(
        FORMAT.format(
            size, forks, who, f"{cost.cpu / size * 1000:.2f}", f"{cost.cpu / floor.cpu:.2f}", f"{size / cost.wall:.0f}",
            f"{cost.peak_mib:.0f}", f"{cost.requests / size:.2f}", f"{cost.bytes / size / 1024:.1f}",
        ),
        flush=True,
    )  # fmt: skip


def bench(fleet, size, options):
    """Prints the rows of one size; the costs for the line about linearity, and what failed."""
    forks = options.forks or forks_for(size)
    one = Bench(fleet, size, options.build, "http" if options.http else "https")
    whos = {
        "floor": lambda: one.floor(forks),
        "vssfleet, no store": lambda: one.scan(forks, store=False),
        "vssfleet": lambda: one.scan(forks),
        "vssfleet, all reports": lambda: one.scan(forks, formats="html,csv,ndjson"),
    }
    turns = [{who: measure()[0] for who, measure in whos.items()} for _ in range(options.repeat if size <= 1000 else 1)]
    costs = {who: Cost.of_turns([turn[who] for turn in turns]) for who in whos}
    for who, cost in costs.items():
        print_row(size, forks, who, cost, costs["floor"])
    equal = costs["vssfleet"] if forks == LINEAR_FORKS else one.scan(LINEAR_FORKS)[0]
    return costs["vssfleet"], equal, one.failures


def print_linearity(measured):
    least = measured[0]
    for size, at_full, equal in measured[1:]:
        cpu = (at_full.cpu / size) / (least[1].cpu / least[0])
        wall = (equal.wall / size) / (least[2].wall / least[0])
        print(f"{size} hosts against {least[0]}: CPU per host x {cpu:.2f}, time per host x {wall:.2f} ({LINEAR_FORKS} at once)")


def bench_sizes(options):
    """Prints the table; what failed."""
    from fleet import Fleet

    measured, failures = [], []
    print(FORMAT.format(*HEADINGS))
    for size in options.sizes:
        clear = ["--allow-unencrypted"] if options.http else []
        with Fleet("--fleet", fleet_for(size), "--latency", options.latency, *clear) as fleet:
            cost, equal, failed = bench(fleet, size, options)
        measured.append((size, cost, equal))
        failures += failed
    print_linearity(measured)
    return failures
