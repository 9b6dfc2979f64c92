"""What is done to the service when it speaks HTTPS."""

import asyncio
import random
import ssl

from attacks import REQUEST, Attack, flood, hold_idle, resets, together

NAMES = [
    "HTTPS: nothing", "HTTPS: idle", "HTTPS: stalled handshakes", "HTTPS: handshakes for nothing", "HTTPS: noise",
    "HTTPS: new keys", "HTTPS: connections", "HTTPS: flood", "HTTPS: resets",
]


def chosen(short):
    """Names and attacks, in order."""
    seconds = 3 if short else 8
    count = 300 if short else 1000
    idle = 1000 if short else 10_000

    async def nothing(_):
        await asyncio.sleep(2 if short else 5)

    bodies = [
        Attack(nothing),
        Attack(lambda s: hold_idle(s, idle), connections=idle),
        Attack(lambda s: stalled_handshakes(s, count, seconds)),
        Attack(lambda s: handshakes_for_nothing(s, 50, seconds)),
        Attack(lambda s: noise(s, 500 if short else 5000)),
        Attack(lambda s: new_keys(s, 4 if short else 16, seconds)),
        Attack(lambda s: connections(s, 50, seconds)),
        Attack(lambda s: flood(s, 40 if short else 200, seconds)),
        Attack(lambda s: resets(s, 500 if short else 2000)),
    ]
    return list(zip(NAMES, bodies))


def client_hello(service):
    """The first bytes of a client, which cost nothing to send again, and the server a signature each time."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = service.tls.wrap_bio(incoming, outgoing, server_hostname="localhost")
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


async def plain(service):
    """A connection on which every byte is the attack's own."""
    return await asyncio.open_connection("127.0.0.1", service.port)


async def stalled_handshakes(service, count, seconds):
    """Connections that stop before, in the middle of and behind the first message of a handshake."""
    hello = client_hello(service)
    beginnings = [b"", hello[:3], hello[:100], hello]

    async def one(number):
        _, writer = await plain(service)
        writer.write(beginnings[number % len(beginnings)])
        await asyncio.sleep(seconds)
        writer.transport.abort()

    await together(count, one)


async def handshakes_for_nothing(service, count, seconds):
    """The same first message again and again: the client computes nothing, and goes when the server has."""
    hello = client_hello(service)
    end = asyncio.get_running_loop().time() + seconds

    async def one(_):
        while asyncio.get_running_loop().time() < end:
            reader, writer = await plain(service)
            writer.write(hello)
            await reader.read(1)
            writer.transport.abort()

    await together(count, one)


async def noise(service, count):
    """What is no TLS, and what begins like it: HTTP, random bytes, records of odd kinds and lengths, changed hellos."""
    hello = client_hello(service)
    generator = random.Random(1)

    def changed():
        text = bytearray(hello)
        for _ in range(generator.randrange(1, 9)):
            text[generator.randrange(len(text))] = generator.randrange(256)
        return bytes(text)

    makers = [
        lambda: REQUEST,
        lambda: generator.randbytes(generator.randrange(1, 2000)),
        lambda: bytes([generator.randrange(20, 26), 3, generator.randrange(5)]) + generator.randbytes(2) * 400,
        lambda: b"\x16\x03\x01\xff\xff" + bytes(1000),
        changed,
        lambda: hello * 3,
    ]
    contents = [generator.choice(makers)() for _ in range(count)]

    async def one(number):
        reader, writer = await plain(service)
        writer.write(contents[number])
        writer.write_eof()
        await reader.read(-1)
        writer.close()

    for first in range(0, count, 100):
        await together(min(100, count - first), lambda number, first=first: one(first + number))


async def new_keys(service, count, seconds):
    """Clients of TLS 1.3 that ask for new keys all the time, and of 1.2 that want to begin again."""

    async def one(number):
        letter, version = (b"R", "-tls1_2") if number % 4 == 0 else (b"K", "-tls1_3")
        process = await asyncio.create_subprocess_exec(
            "openssl", "s_client", "-connect", f"127.0.0.1:{service.port}", version, stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL)
        try:
            async with asyncio.timeout(seconds):
                while process.returncode is None:
                    # It takes a letter only at the beginning of what it reads.
                    process.stdin.write(letter + b"\n")
                    await process.stdin.drain()
                    await asyncio.sleep(0.005)
        except TimeoutError:
            process.kill()
        await process.wait()

    await together(count, one)


async def connections(service, count, seconds):
    """Whole handshakes, a request on each."""
    end = asyncio.get_running_loop().time() + seconds

    async def one(_):
        while asyncio.get_running_loop().time() < end:
            reader, writer = await service.connection()
            writer.write(REQUEST)
            await reader.read(1)
            writer.transport.abort()

    await together(count, one)
