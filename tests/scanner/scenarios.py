"""docs/SCENARIOS.md names a test for every scenario: each row is there once, each file exists, each text is in it."""

import re
import sys
from pathlib import Path

LAST = 101
ROOT = Path(sys.argv[1])
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| (.+) \|$")
TEST = re.compile(r"(tests/[\w/.]+): ((?:`[^`]+`(?:, )?)+)(?:; |$)")


def mistakes():
    seen = []
    for line in (ROOT / "docs/SCENARIOS.md").read_text().splitlines():
        row = ROW.match(line)
        if not row:
            continue
        number, tests = int(row[1]), row[3]
        seen.append(number)
        if TEST.sub("", tests):
            yield f"{number}: {TEST.sub('', tests)!r} is no test"
        for file, texts in TEST.findall(tests):
            yield from (f"{number}: {what}" for what in missing(ROOT / file, re.findall("`([^`]+)`", texts)))
    if seen != list(range(1, LAST + 1)):
        yield f"rows are missing, twice or out of order: {sorted(set(range(1, LAST + 1)) ^ set(seen)) or seen}"


def missing(file, texts):
    if not file.is_file():
        return [f"there is no {file}"]
    source = file.read_text()
    return [f"{file} has no {text!r}" for text in texts if text not in source and text.replace('"', '\\"') not in source]


found = list(mistakes())
print(*found, sep="\n")
sys.exit(bool(found))
