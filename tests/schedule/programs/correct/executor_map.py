from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor(2) as pool:
    print(sum(pool.map(lambda x: x * x, range(3))))
