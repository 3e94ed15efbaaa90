"""asyncio in all its ways: what a program can see of its tasks, handles and loops."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import logging
import re
import signal
import sys
import threading
import traceback
import types

CONTEXT = contextvars.ContextVar("context", default="outside")


def shown(value: object) -> str:
    """Without addresses and the numbers of lines of this machine's standard library."""
    return re.sub(r"0x[0-9a-f]+|:\d+", "…", repr(value))


async def item_after(seconds: float, item: str) -> str:
    await asyncio.sleep(seconds)
    return item


async def fails(text: str) -> None:
    await asyncio.sleep(0)
    raise ValueError(text)


async def never() -> None:
    await asyncio.Event().wait()


async def reprs() -> None:
    task = asyncio.create_task(item_after(0, "item"), name="named")
    print(shown(task), shown(asyncio.get_running_loop().call_soon(print, "called")))
    await asyncio.sleep(0)
    print(shown(task), task.get_name(), hasattr(task, "__dict__"), type(task) is asyncio.Task)
    print(await task, shown(task))
    asyncio.get_running_loop().call_later(0, task.cancel)
    await asyncio.sleep(0.001)
    print(task.cancelled(), task.get_stack(), asyncio.all_tasks() == {asyncio.current_task()})


async def errors() -> None:
    try:
        await asyncio.create_task(fails("of a task"))
    except ValueError:
        traceback.print_exc()
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails("of a group"))
            group.create_task(never())
    except* ValueError:
        traceback.print_exc()
    try:
        async with asyncio.timeout(0.001):
            await never()
    except TimeoutError as error:
        print(repr(error))
    try:
        await asyncio.wait_for(never(), 0.001)
    except TimeoutError as error:
        print(repr(error))
    cancelled = asyncio.create_task(never())
    await asyncio.sleep(0)
    print(cancelled.cancel("a reason"))
    print(shown(await asyncio.gather(cancelled, fails("gathered"), return_exceptions=True)))
    lost = asyncio.create_task(fails("nobody asks for it"), name="lost")
    while not lost.done():
        await asyncio.sleep(0)
    del lost
    asyncio.get_running_loop().call_soon(int, "in a callback")
    asyncio.get_running_loop().call_soon(types.MethodType(functools.partial(print), "no name"))
    await asyncio.sleep(0)


async def contexts() -> None:
    async def inside() -> str:
        before = CONTEXT.get()
        CONTEXT.set("inside")
        await asyncio.sleep(0)
        return before + " " + CONTEXT.get()

    print(await asyncio.create_task(inside()), CONTEXT.get())
    copied = contextvars.copy_context()
    print(await asyncio.create_task(inside(), context=copied), copied[CONTEXT])


class Loop(asyncio.SelectorEventLoop):
    """With a say in what is called soon."""

    calls = 0

    def call_soon(self, *args, **kwargs):
        Loop.calls += 1
        return super().call_soon(*args, **kwargs)


class Task(asyncio.Task):
    """With a slot and an attribute of its own."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.made = "by a factory"


def factory(loop, coro, **kwargs):
    return Task(coro, loop=loop, **kwargs)


async def by_factory() -> None:
    loop = asyncio.get_running_loop()
    loop.set_task_factory(factory)
    task = asyncio.create_task(item_after(0, "item"))
    print(type(task).__name__, sorted(vars(task)) if hasattr(task, "__dict__") else "", await task)
    print(loop.get_task_factory() is factory)
    eager = getattr(asyncio, "eager_task_factory", None)
    loop.set_task_factory(eager)
    print(loop.get_task_factory() is eager)
    task = asyncio.create_task(item_after(0, "eager"))
    again = asyncio.create_task(fails("eager"))
    print(await task, shown(await asyncio.gather(again, return_exceptions=True)))


async def debugged() -> None:
    task = asyncio.create_task(item_after(0, "debugged"))
    handle = asyncio.get_running_loop().call_soon(print, "handled")
    for made in (task, handle):
        stack = made._source_traceback
        print([step.name for step in stack[-1:]], any("paraviz" in step.filename for step in stack))
    print(await task)


async def with_threads() -> None:
    loop = asyncio.get_running_loop()
    print(await loop.run_in_executor(None, pow, 2, 3), await asyncio.to_thread(pow, 3, 2))
    future = None

    def from_outside() -> None:
        nonlocal future
        future = asyncio.run_coroutine_threadsafe(item_after(0, "from outside"), loop).result()

    thread = threading.Thread(target=from_outside)
    thread.start()
    while thread.is_alive():
        await asyncio.sleep(0.001)
    print(future)


async def ends(how: str) -> None:
    task = asyncio.create_task(never(), name="left behind")
    await asyncio.sleep(0)
    if how == "exit":
        sys.exit(3)
    if how == "interrupt":
        signal.raise_signal(signal.SIGINT)
        await never()
    if how == "raise":
        raise KeyError("the end")
    print(how, task.done())


def main(how: str) -> None:
    logging.basicConfig(format="%(levelname)s %(name)s", stream=sys.stdout)
    for part in (reprs, errors, contexts, with_threads):
        asyncio.run(part())
    with asyncio.Runner(loop_factory=Loop) as runner:
        runner.run(by_factory())
    print(Loop.calls > 3)
    asyncio.run(debugged(), debug=True)
    results: list[str] = []
    threads = [
        threading.Thread(target=lambda i=i: results.append(asyncio.run(item_after(0, str(i)))))
        for i in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(sorted(results))
    asyncio.run(ends(how))


if __name__ == "__main__":
    main(sys.argv[1])
