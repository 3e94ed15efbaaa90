"""HOW: tasks that wait for each other in an order that does not change. "eager": by the factory of
3.12; "many": more of them than get lanes; "forks": a fork in a step."""

import asyncio
import os
import sys
import threading
import time

LOCK = threading.Lock()


async def give(queue):
    await asyncio.sleep(0.001)
    print("given")
    with LOCK:
        time.sleep(0.002)
    await queue.put("item")  # put


async def fail():
    raise ValueError


async def hold(lock, event):
    async with lock:  # lock
        await event.wait()


async def for_ever():
    await asyncio.get_running_loop().create_future()  # future


async def lanes():
    queue, lock, event = asyncio.Queue(), asyncio.Lock(), asyncio.Event()
    giver = asyncio.create_task(give(queue))  # create
    print(await queue.get())  # get
    await giver
    failing = asyncio.create_task(fail(), name="failing")
    await asyncio.wait([failing])  # wait
    holders = [asyncio.create_task(hold(lock, event), name=f"holder {n}") for n in (1, 2)]
    await asyncio.sleep(0)  # again
    event.set()
    await holders[1]  # task
    patient = asyncio.create_task(for_ever(), name="patient")
    await asyncio.sleep(0)
    patient.cancel()
    await asyncio.gather(patient, return_exceptions=True)  # gather
    await asyncio.get_running_loop().run_in_executor(None, time.sleep, 0.02)  # executor
    print(failing.exception() is None)


async def eager():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    at_once = asyncio.create_task(fail())  # at once
    queue = asyncio.Queue()
    late = asyncio.create_task(give(queue))
    print(await queue.get(), at_once.done(), at_once.exception() is None)
    await late


async def nothing():
    pass


async def many():
    for _ in range(21):
        await asyncio.gather(*[nothing() for _ in range(100)])


async def forks():
    child = os.fork()
    if child == 0:
        if sys.version_info >= (3, 14):
            # A step of a forked child cannot be left: asyncio has forgotten that it is in one.
            leave()
        raise SystemExit
    print(os.waitpid(child, 0)[1])


def leave():
    print("in the child", flush=True)
    os._exit(0)


def out_of_a_step():
    """A child that leaves the step it was forked in."""
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(forks())
    except SystemExit:
        leave()
    loop.close()


if __name__ == "__main__":
    if sys.argv[1] == "forks":
        out_of_a_step()
    else:
        asyncio.run({"lanes": lanes, "eager": eager, "many": many}[sys.argv[1]]())
