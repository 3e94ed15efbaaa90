"""Workers share a queue, in the way of the documentation's example."""

import asyncio


async def work(queue):
    while True:
        await asyncio.sleep(await queue.get())
        queue.task_done()


async def main():
    queue = asyncio.Queue()
    for _ in range(12):
        queue.put_nowait(0.01)
    tasks = [asyncio.create_task(work(queue)) for _ in range(3)]
    await queue.join()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    print("done")


asyncio.run(main())
