"""Processes look for primes, in the way of the documentation's example."""

from concurrent.futures import ProcessPoolExecutor

NUMBERS = [1_009, 1_013, 1_019, 1_021, 1_031, 1_033, 999, 1_001]


def is_prime(number):
    return number > 1 and all(number % by for by in range(2, int(number**0.5) + 1))


if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        print(dict(zip(NUMBERS, pool.map(is_prime, NUMBERS), strict=True)))
