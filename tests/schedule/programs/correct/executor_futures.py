from concurrent.futures import ThreadPoolExecutor, wait

with ThreadPoolExecutor(2) as pool:
    fs = [pool.submit(pow, 2, i) for i in range(2)]
    done, rest = wait(fs)
assert not rest and sorted(f.result() for f in done) == [1, 2]
