"""A server of streams that echoes, and a client."""

import asyncio


async def echo(reader, writer):
    writer.write(await reader.readline())
    await writer.drain()
    writer.close()


async def main():
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
        writer.write(b"hello\n")
        await writer.drain()
        print(await reader.readline())
        writer.close()
        await writer.wait_closed()


asyncio.run(main())
