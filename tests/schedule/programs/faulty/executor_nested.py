from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(2)


def inner():
    return 1


def outer():
    return pool.submit(inner).result()


a = pool.submit(outer)
b = pool.submit(outer)
print(a.result() + b.result())
