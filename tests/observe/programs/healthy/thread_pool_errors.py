"""A task fails, and who asks for its result deals with that."""

from concurrent.futures import ThreadPoolExecutor


def load(name):
    if name == "missing":
        raise FileNotFoundError(name)
    return len(name)


with ThreadPoolExecutor(2) as pool:
    for future in [pool.submit(load, name) for name in ("here", "missing", "there")]:
        try:
            print(future.result())
        except FileNotFoundError as error:
            print("not there:", error)
