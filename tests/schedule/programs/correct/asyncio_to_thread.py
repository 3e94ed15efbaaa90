import asyncio


def work(n):
    return n + 1


async def main():
    print(await asyncio.gather(asyncio.to_thread(work, 1), asyncio.to_thread(work, 2)))


asyncio.run(main())
