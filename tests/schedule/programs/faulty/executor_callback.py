from concurrent.futures import ThreadPoolExecutor, as_completed

order = []
with ThreadPoolExecutor(2) as pool:
    futures = [pool.submit(lambda x: x, i) for i in range(2)]
    for f in as_completed(futures):
        order.append(f.result())
assert order == [0, 1], order
