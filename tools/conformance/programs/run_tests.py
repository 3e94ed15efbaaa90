"""Runs tests of the standard library and tells how each ended, in a file of JSON lines.

    run_tests.py ORDER

ORDER is a file that holds {"library": …, "names": […], "without": […], "outcomes": …}: a folder
with a link to the package `test`, what `unittest` is to load, patterns of tests to leave out, and
the file that gets the outcomes. The link is why the tests count as somebody's program: what the
standard library makes for itself is not observed.
"""

import json
import os
import sys
import time
import traceback
import unittest
from fnmatch import fnmatchcase

WORST_LAST = ("ok", "skipped", "expected failure", "unexpected success", "failed", "error")
WHY_LIMIT = 3_000


class Told(unittest.TestResult):
    """Tells that a test begins, then how it ended; subtests count as the test they belong to."""

    def __init__(self, path):
        super().__init__()
        self._path = path
        self._pid = os.getpid()
        self._running = None
        self._began_s = 0.0

    def _tell(self, **fields):
        # A child that forgets to end must not tell of its parent's tests.
        if os.getpid() == self._pid:
            with open(self._path, "a", encoding="utf-8") as file:
                file.write(json.dumps(fields) + "\n")

    def _note(self, test, outcome, why=""):
        if self._running is None:
            self._tell(test=test.id(), outcome=outcome, why=why, seconds=0.0)
        elif WORST_LAST.index(outcome) >= WORST_LAST.index(self._running["outcome"]):
            self._running.update(outcome=outcome, why=why)

    def startTest(self, test):
        self._tell(test=test.id(), outcome="begun", why="", seconds=0.0)
        self._running = {"outcome": "ok", "why": ""}
        self._began_s = time.monotonic()

    def stopTest(self, test):
        told, self._running = self._running, None
        # 3.12.1 stops what it has not started: tests of a class that is skipped.
        if told is not None:
            self._tell(test=test.id(), seconds=time.monotonic() - self._began_s, **told)

    def addSuccess(self, test):
        self._note(test, "ok")

    def addSkip(self, test, reason):
        self._note(test, "skipped", reason)

    def addFailure(self, test, err):
        self._note(test, "failed", _text(err))

    def addError(self, test, err):
        self._note(test, "error", _text(err))

    def addExpectedFailure(self, test, err):
        self._note(test, "expected failure", _text(err))

    def addUnexpectedSuccess(self, test):
        self._note(test, "unexpected success")

    def addSubTest(self, test, subtest, err):
        if err is not None:
            failed = issubclass(err[0], test.failureException)
            self._note(test, "failed" if failed else "error", _text(err))


def _text(err):
    return "".join(traceback.format_exception(*err))[-WHY_LIMIT:]


def _each(suite):
    for one in suite:
        if isinstance(one, unittest.TestSuite):
            yield from _each(one)
        else:
            yield one


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        order = json.load(file)
    del sys.argv[1:]
    sys.path.insert(0, order["library"])
    from test import support

    # None of what has to be asked for (network, gigabytes, minutes), as regrtest has it.
    support.use_resources = []
    support.verbose = False
    found = unittest.defaultTestLoader.loadTestsFromNames(order["names"])
    wanted = [
        test
        for test in _each(found)
        if not any(fnmatchcase(test.id(), pattern) for pattern in order["without"])
    ]
    unittest.TestSuite(wanted).run(Told(order["outcomes"]))


if __name__ == "__main__":
    main()
