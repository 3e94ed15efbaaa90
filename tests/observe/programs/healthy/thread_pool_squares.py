"""An executor's threads work side by side, and all results are asked for."""

from concurrent.futures import ThreadPoolExecutor


def square(number):
    return number * number


with ThreadPoolExecutor(4) as pool:
    print(sum(pool.map(square, range(200))))
