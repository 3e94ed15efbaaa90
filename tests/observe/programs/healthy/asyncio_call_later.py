"""A clock that ticks by call_later."""

import asyncio

loop = asyncio.new_event_loop()


def tick(left):
    print("tick", left)
    if left:
        loop.call_later(0.02, tick, left - 1)
    else:
        loop.stop()


loop.call_soon(tick, 4)
loop.run_forever()
loop.close()
