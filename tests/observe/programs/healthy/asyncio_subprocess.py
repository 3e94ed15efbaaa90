"""A command is run and its output read."""

import asyncio
import sys


async def main():
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "print(6 * 7)", stdout=asyncio.subprocess.PIPE
    )
    out, _ = await child.communicate()
    print(out.decode().strip(), child.returncode)


asyncio.run(main())
