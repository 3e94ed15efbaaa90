"""A task of asyncio fails, and nobody awaits it; `twin`: somebody does, and takes its exception."""

import asyncio
import sys

TWIN = sys.argv[1:] == ["twin"]
tasks: list[asyncio.Task[None]] = []
"""As long as they are here, asyncio says nothing either."""


async def store(row: dict[str, str]) -> None:
    await asyncio.sleep(0.001)
    print(row["name"])


async def main() -> None:
    tasks.extend(asyncio.create_task(store(row)) for row in ({"name": "a"}, {"nam": "b"}))
    if TWIN:
        await asyncio.gather(*tasks, return_exceptions=True)
    else:
        await asyncio.wait(tasks)


asyncio.run(main())
