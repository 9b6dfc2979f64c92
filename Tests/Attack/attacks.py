"""What is done to the service."""

import asyncio
import shutil
import socket
import struct

REQUEST = b"GET /v1/books/9780439023481 HTTP/1.1\r\nhost: x\r\n\r\n"
NAMES = [
    "nothing", "idle", "slow heads", "slow contents", "slow readers", "flood", "pipelines", "half-open", "resets",
    "large contents", "exports",
]


class Attack:
    """A function of the service with the number of connections that it holds still, if that is what it does."""

    def __init__(self, body, connections=None):
        self.body, self.connections = body, connections

    async def __call__(self, service):
        await self.body(service)


def chosen(short):
    """Names and attacks, in order; None for one whose tool is missing."""
    seconds = 6 if short else 15
    count = 300 if short else 1000
    idle = 2000 if short else 10_000
    slow = shutil.which("slowhttptest") is not None

    async def nothing(service):
        await asyncio.sleep(2 if short else 5)

    bodies = [
        Attack(nothing),
        Attack(lambda s: hold_idle(s, idle), connections=idle),
        Attack(lambda s: slowhttptest(s, count, seconds, ["-H", "-i", "1", "-x", "24"])) if slow else None,
        Attack(lambda s: slowhttptest(s, count, seconds, ["-B", "-t", "POST", "-f", "application/json", "-i", "1", "-s", "8192", "-x", "10"], "/v1/books"))
        if slow else None,
        Attack(lambda s: slowhttptest(
            s, count, seconds, ["-X", "-w", "1", "-y", "64", "-n", "1", "-z", "8", "-k", "3"], "/openapi.json"))
        if slow else None,
        Attack(lambda s: flood(s, 200, seconds / 2)),
        Attack(lambda s: pipelines(s, 100, seconds / 2)),
        Attack(lambda s: half_open(s, count, seconds / 2)),
        Attack(lambda s: resets(s, 2000 if short else 10_000)),
        Attack(lambda s: large_contents(s, 50 if short else 400, seconds / 2)),
        Attack(lambda s: exports(s, count, 3000 if short else 8000, seconds / 2)),
    ]
    return list(zip(NAMES, bodies))


async def slowhttptest(service, count, seconds, options, path="/v1/books/9780439023481"):
    """Debian's slowhttptest, for so many seconds."""
    process = await asyncio.create_subprocess_exec(
        "slowhttptest", "-c", str(count), "-r", str(count // 2), "-l", str(seconds), "-p", "3", *options,
        "-u", f"http://127.0.0.1:{service.port}{path}", stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL)
    try:
        await asyncio.wait_for(process.wait(), seconds + 20)
    except TimeoutError:
        process.kill()
        await process.wait()


async def together(count, body):
    """So many clients at a time; what the server does to them is its right."""

    async def one(number):
        try:
            await body(number)
        except (OSError, asyncio.IncompleteReadError):
            pass

    await asyncio.gather(*(one(number) for number in range(count)))


async def flood(service, count, seconds):
    """Requests as fast as the answers come, on many connections."""
    end = asyncio.get_running_loop().time() + seconds

    async def one(_):
        reader, writer = await service.connection()
        while asyncio.get_running_loop().time() < end:
            writer.write(REQUEST * 8)
            await writer.drain()
            if not await reader.read(1 << 16):
                return
        writer.close()

    await together(count, one)


async def pipelines(service, count, seconds):
    """Requests without end on connections whose answers nobody takes."""

    async def one(_):
        reader, writer = await service.connection(limit=1024)
        reader._transport.pause_reading()
        try:
            async with asyncio.timeout(seconds):
                while True:
                    writer.write(REQUEST * 256)
                    await writer.drain()
        except TimeoutError:
            pass
        writer.transport.abort()

    await together(count, one)


async def half_open(service, count, seconds):
    """Connections that stop in the middle of a head or a content, without a word."""
    beginnings = [b"", b"GET", REQUEST[:-2], b"POST /v1/books HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n"
                  b"content-type: application/json\r\n\r\n{"]

    async def one(number):
        _, writer = await service.connection()
        writer.write(beginnings[number % len(beginnings)])
        await asyncio.sleep(seconds)
        writer.transport.abort()

    await together(count, one)


async def resets(service, count):
    """Connections that are reset with a request under way."""

    async def one(_):
        _, writer = await service.connection()
        handle = writer.get_extra_info("socket")
        handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.write(REQUEST * 3)
        await asyncio.sleep(0)
        writer.transport.abort()

    for _ in range(count // 100):
        await together(100, one)


async def large_contents(service, count, seconds):
    """The largest contents that are taken, but for their last byte."""
    size = 1 << 20
    head = (f"POST /v1/books HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {size}\r\n\r\n")

    async def one(_):
        _, writer = await service.connection()
        writer.write(head.encode() + b" " * (size - 1))
        try:
            async with asyncio.timeout(seconds):
                await writer.drain()
                await asyncio.sleep(seconds)
        except TimeoutError:
            pass
        writer.transport.abort()

    await together(count, one)


async def exports(service, count, books, seconds):
    """Exports of the whole catalogue, more than the kernel keeps for a client, that nobody reads. To one address at most
    a quarter of the 32 are sent."""
    await service.add_books(books)
    statuses = []

    async def one(_):
        reader, writer = await service.connection(limit=1024)
        writer.write(b"GET /v1/books HTTP/1.1\r\nhost: x\r\naccept: application/x-ndjson\r\n\r\n")
        statuses.append((await reader.readline())[9:12])
        reader._transport.pause_reading()
        await asyncio.sleep(seconds)
        writer.transport.abort()

    await together(count, one)
    sent, refused = statuses.count(b"200"), statuses.count(b"429")
    if sent != 8 or sent + refused != count:
        raise SystemExit(f"attack: of {count} exports at a time {sent} were sent and {refused} refused, not 8 and the rest")


async def hold_idle(service, count):
    """Connections that made one request and are kept; all of them are there at the same time."""
    sockets = []
    try:
        for number in range(count):
            client = service.client()
            client.sendall(REQUEST)
            sockets.append(client)
            if number % 100 == 0:
                await asyncio.sleep(0)
        for client in sockets:
            while b"\r\n\r\n" not in client.recv(4096):
                pass
        await asyncio.sleep(2)
        held = service.connections()
        if held < count:
            raise SystemExit(f"attack: only {held:.0f} of {count} idle connections are held")
    finally:
        for client in sockets:
            client.close()
