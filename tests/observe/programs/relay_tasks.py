"""Jobs that a coroutine hands to threads, one after the other: each is on the critical path."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor


def job(_):
    time.sleep(0.2)


async def main():
    loop = asyncio.get_running_loop()
    await asyncio.to_thread(job, 1)
    job(0)
    with ThreadPoolExecutor(1, "own") as pool:
        await loop.run_in_executor(pool, job, 2)
        job(0)
        await loop.run_in_executor(pool, job, 3)


asyncio.run(main())
