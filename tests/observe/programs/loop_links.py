"""Threads and tasks that wait for each other, each in a way of its own. "hang": and two tasks for
ever, each for the other's lock, and a thread for one of them."""

import asyncio
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

A_WHILE_S = 0.08


def work():
    time.sleep(A_WHILE_S)


async def child():
    await asyncio.sleep(A_WHILE_S)


async def hold(lock, event):
    async with lock:
        event.set()
        await asyncio.sleep(A_WHILE_S)


async def want(lock):
    async with lock:
        pass


async def join(task):
    await task


async def compute():
    until = time.perf_counter() + A_WHILE_S
    while time.perf_counter() < until:
        pass


async def turn():
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def asked_for():
    await asyncio.sleep(A_WHILE_S)


def ask(loop):
    asyncio.run_coroutine_threadsafe(asked_for(), loop).result()


async def main():
    loop = asyncio.get_running_loop()
    make = asyncio.create_task
    lock = asyncio.Lock()
    event = asyncio.Event()
    holder = make(hold(lock, event), name="holder")
    await event.wait()
    wanter = make(want(lock), name="wanter")
    await make(join(wanter), name="joiner")
    await holder
    with ThreadPoolExecutor(1, "pool") as pool:
        await loop.run_in_executor(pool, work)
    async with asyncio.timeout(9):
        await asyncio.gather(make(child(), name="first"), make(child(), name="second"))
    async with asyncio.TaskGroup() as group:
        group.create_task(child(), name="grouped")
    turner = make(turn(), name="turner")
    computer = make(compute(), name="computer")
    await computer
    await turner
    asker = threading.Thread(target=ask, args=(loop,), name="asker")
    asker.start()
    while asker.is_alive():
        await asyncio.sleep(0.01)


async def take(mine, others):
    async with mine:
        await asyncio.sleep(0.01)
        async with others:
            pass


async def hang():
    red = asyncio.Lock()
    blue = asyncio.Lock()
    one = asyncio.create_task(take(red, blue), name="one")
    two = asyncio.create_task(take(blue, red), name="two")
    asker = threading.Thread(target=ask_for, args=(one, asyncio.get_running_loop()), name="asker")
    asker.start()
    await asyncio.gather(one, two)


def ask_for(task, loop):
    asyncio.run_coroutine_threadsafe(join(task), loop).result()


if __name__ == "__main__":
    asyncio.run(hang() if sys.argv[1:] == ["hang"] else main())
