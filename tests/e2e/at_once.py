"""Runs the tests of a module several at a time: each has a fleet of its own, and waits more than it works."""

import concurrent.futures
import sys
import unittest

AT_ONCE = 6


def run(test):
    result = unittest.TestResult()
    test(result)
    return result


def main():
    """For modules without fixtures of a class. Arguments: names of classes or tests; all."""
    loader, module = unittest.defaultTestLoader, sys.modules["__main__"]
    suite = loader.loadTestsFromNames(sys.argv[1:], module) if sys.argv[1:] else loader.loadTestsFromModule(module)
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(run, each_of(suite)))
    wrong = [case for result in results for case in (*result.failures, *result.errors)]
    for test, trace in wrong:
        print(f"FAILED {test}\n{trace}", file=sys.stderr)
    for test, why in (case for result in results for case in result.skipped):
        print(f"skipped {test}: {why}", file=sys.stderr)
    print(f"{sum(result.testsRun for result in results)} tests, {len(wrong)} failed", file=sys.stderr)
    sys.exit(bool(wrong) or not results)


def each_of(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from each_of(test)
        else:
            yield test
