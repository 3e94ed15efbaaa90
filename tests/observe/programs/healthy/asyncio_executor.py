"""A loop computes in a pool of processes."""

import asyncio
from concurrent.futures import ProcessPoolExecutor


def compute(most):
    return sum(number * number for number in range(most))


async def main():
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(2) as pool:
        print(await asyncio.gather(*(loop.run_in_executor(pool, compute, 9) for _ in range(3))))


if __name__ == "__main__":
    asyncio.run(main())
