"""All ways to hand a pool something, each result asked for."""

from multiprocessing import Pool


def f(x):
    return x * x


if __name__ == "__main__":
    with Pool(2) as pool:
        print(pool.apply(f, (3,)), pool.apply_async(f, (4,)).get(timeout=20))
        print(list(pool.imap(f, range(6))), sorted(pool.imap_unordered(f, range(6))))
        print(pool.starmap(pow, [(2, 3), (3, 2)]))
