"""What takes too long is called off, and ends."""

import asyncio


async def eternity():
    await asyncio.sleep(3600)


async def main():
    try:
        await asyncio.wait_for(eternity(), timeout=0.1)
    except TimeoutError:
        print("timeout!")


asyncio.run(main())
