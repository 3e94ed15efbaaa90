"""A thread sets an event of the loop by call_soon_threadsafe."""

import asyncio
import threading
import time


async def main():
    ready, loop = asyncio.Event(), asyncio.get_running_loop()

    def prepare():
        time.sleep(0.1)
        loop.call_soon_threadsafe(ready.set)

    threading.Thread(target=prepare).start()
    await ready.wait()
    print("ready")


asyncio.run(main())
