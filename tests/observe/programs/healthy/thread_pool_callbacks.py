"""Callbacks collect what tasks return."""

from concurrent.futures import ThreadPoolExecutor

found = []
with ThreadPoolExecutor(3) as pool:
    for number in range(12):
        pool.submit(pow, 2, number).add_done_callback(lambda done: found.append(done.result()))
print(sorted(found))
