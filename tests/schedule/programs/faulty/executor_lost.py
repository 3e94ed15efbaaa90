from concurrent.futures import ThreadPoolExecutor

total = 0


def add(x):
    global total
    t = total
    total = t + x


with ThreadPoolExecutor(2) as pool:
    list(pool.map(add, [1, 2]))
assert total == 3, total
