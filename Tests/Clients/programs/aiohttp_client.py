"""aiohttp, with one session."""

import asyncio

import aiohttp

import wire


async def pieces(ask):
    for piece in ask.pieces():
        yield piece


async def send(session, ask):
    content = pieces(ask) if "chunked" in ask.flags else ask.content
    expect = "expect" in ask.flags
    async with session.request(ask.method, ask.url, data=content, headers=ask.fields, expect100=expect) as answer:
        return answer.status, answer.headers.items(), await answer.read()


async def main():
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        # Reading the next request blocks the loop, which has nothing else to do.
        for ask in wire.asks(aiohttp.__version__):
            try:
                wire.answer(*await send(session, ask))
            except Exception as error:  # told to who asked
                wire.failed(error)


asyncio.run(main())
