"""A thread sets an event of asyncio, which does not wake the loop; `twin`: by its loop."""

import asyncio
import sys
import threading
import time

TWIN = sys.argv[1:] == ["twin"]


def load(loop: asyncio.AbstractEventLoop, ready: asyncio.Event) -> None:
    time.sleep(0.02)
    if TWIN:
        loop.call_soon_threadsafe(ready.set)
    else:
        ready.set()


async def main() -> None:
    ready = asyncio.Event()
    threading.Thread(target=load, args=(asyncio.get_running_loop(), ready), name="loader").start()
    # Something else wakes the loop later on.
    tick = asyncio.create_task(asyncio.sleep(0.2))
    await ready.wait()
    await tick


asyncio.run(main())
