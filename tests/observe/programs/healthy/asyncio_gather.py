"""Three factorials at once, in the way of the documentation's example."""

import asyncio


async def factorial(name, number):
    result = 1
    for by in range(2, number + 1):
        await asyncio.sleep(0.02)
        result *= by
    print(name, result)
    return result


async def main():
    print(await asyncio.gather(factorial("A", 2), factorial("B", 3), factorial("C", 4)))


asyncio.run(main())
