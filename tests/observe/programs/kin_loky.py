"""Tasks that loky's workers do: `kin_loky.py loky` or `kin_loky.py joblib`."""

import sys


def square(number):
    return number * number


def fail(number):
    raise ValueError(number)


def main():
    if sys.argv[1] == "joblib":
        from joblib import Parallel, delayed

        print(Parallel(n_jobs=2)(delayed(square)(number) for number in range(3)))
        return
    from loky import ProcessPoolExecutor

    with ProcessPoolExecutor(2) as executor:
        print(list(executor.map(square, range(3))))
        print(type(executor.submit(fail, 5).exception()).__name__)


if __name__ == "__main__":
    main()
