"""A group of tasks ends when all of them have."""

import asyncio


async def say(after, what):
    await asyncio.sleep(after)
    print(what)


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(say(0.05, "hello"))
        group.create_task(say(0.1, "world"))


asyncio.run(main())
