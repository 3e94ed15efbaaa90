"""A task sleeps in its thread, so that its loop stands still; `twin`: it gives the loop back."""

import asyncio
import sys
import time

TWIN = sys.argv[1:] == ["twin"]


async def beat() -> None:
    for _ in range(4):
        await asyncio.sleep(0.04)


async def block() -> None:
    await asyncio.sleep(0.01)
    if TWIN:
        await asyncio.sleep(0.15)
    else:
        time.sleep(0.15)


async def main() -> None:
    await asyncio.gather(beat(), block())


asyncio.run(main())
