"""A task is cancelled, and tidies up."""

import asyncio


async def watch():
    try:
        await asyncio.sleep(3600)
    finally:
        print("tidied up")


async def main():
    task = asyncio.create_task(watch())
    await asyncio.sleep(0.05)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled")


asyncio.run(main())
