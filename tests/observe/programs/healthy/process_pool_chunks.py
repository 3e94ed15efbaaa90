"""Many small calls go to processes in chunks."""

from concurrent.futures import ProcessPoolExecutor


def double(number):
    return 2 * number


if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        print(sum(pool.map(double, range(5_000), chunksize=500)))
