"""Each task has its own value."""

import asyncio
from contextvars import ContextVar

number = ContextVar("number")


async def serve(own):
    number.set(own)
    await asyncio.sleep(0.02)
    return number.get() == own


async def main():
    print(all(await asyncio.gather(*(serve(own) for own in range(5)))))


asyncio.run(main())
