"""Tasks wait for an event that nothing sets; `twin`: something else goes on in their loop."""

import asyncio
import sys

TWIN = sys.argv[1:] == ["twin"]


async def wait(event: asyncio.Event) -> None:
    await event.wait()


async def tick() -> None:
    while True:
        await asyncio.sleep(0.3)


async def main() -> None:
    event = asyncio.Event()
    waiters = [asyncio.create_task(wait(event), name=f"waiter-{number}") for number in range(2)]
    if TWIN:
        waiters.append(asyncio.create_task(tick(), name="ticker"))
    await asyncio.gather(*waiters)


asyncio.run(main())
