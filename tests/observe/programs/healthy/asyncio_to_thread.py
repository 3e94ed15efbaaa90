"""What blocks runs in a thread, while the loop goes on."""

import asyncio
import time


async def main():
    await asyncio.gather(asyncio.to_thread(time.sleep, 0.1), asyncio.sleep(0.1))
    print("both done")


asyncio.run(main())
