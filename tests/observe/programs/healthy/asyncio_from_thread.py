"""A thread hands a coroutine to the loop, as it should, and asks for what came of it."""

import asyncio
import threading


async def answer():
    await asyncio.sleep(0.02)
    return 42


async def main():
    loop, said = asyncio.get_running_loop(), []

    def ask():
        said.append(asyncio.run_coroutine_threadsafe(answer(), loop).result(20))

    thread = threading.Thread(target=ask)
    thread.start()
    await asyncio.to_thread(thread.join)
    print(said)


asyncio.run(main())
