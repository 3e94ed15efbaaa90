"""A task waits, in its thread, for what its own loop would have to run; `twin`: another thread
does."""

import asyncio
import sys

TWIN = sys.argv[1:] == ["twin"]


async def inner() -> int:
    return 17


def ask(loop: asyncio.AbstractEventLoop) -> int:
    return asyncio.run_coroutine_threadsafe(inner(), loop).result()


async def main() -> None:
    loop = asyncio.get_running_loop()
    if TWIN:
        await asyncio.to_thread(ask, loop)
    else:
        ask(loop)


asyncio.run(main())
