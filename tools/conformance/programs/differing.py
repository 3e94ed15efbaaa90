"""Tests that do not end observed as they end plain."""

import os
import sys
import unittest
from pathlib import Path

OBSERVED = "paraviz" in sys.modules


class Differing(unittest.TestCase):
    def test_always(self):
        self.assertFalse(OBSERVED)

    def test_ends_the_process(self):
        if OBSERVED:
            os._exit(3)

    def test_fails(self):
        self.fail("observed and plain")

    def test_left_out(self):
        os._exit(3)

    def test_once(self):
        seen = Path(os.environ["SEEN_BY_A_TEST"])
        if OBSERVED and not seen.exists():
            seen.touch()
            self.fail("the first time")

    def test_passes(self):
        pass

    def test_subtests(self):
        for number in range(3):
            with self.subTest(number=number):
                self.assertFalse(OBSERVED and number == 1)
