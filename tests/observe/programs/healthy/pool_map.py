"""A pool maps a function over a few numbers."""

from multiprocessing import Pool


def f(x):
    return x * x


if __name__ == "__main__":
    with Pool(3) as pool:
        print(pool.map(f, [1, 2, 3]))
