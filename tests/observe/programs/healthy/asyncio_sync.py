"""A lock, an event and a semaphore of asyncio."""

import asyncio


async def visit(lock, places, ready):
    await ready.wait()
    async with places:
        async with lock:
            await asyncio.sleep(0.005)


async def main():
    lock, places, ready = asyncio.Lock(), asyncio.Semaphore(2), asyncio.Event()
    tasks = [asyncio.create_task(visit(lock, places, ready)) for _ in range(5)]
    await asyncio.sleep(0.05)
    ready.set()
    await asyncio.gather(*tasks)
    print("all were there")


asyncio.run(main())
