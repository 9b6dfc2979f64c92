"""A small HTTP/1.1 client over asyncio streams, which knows what it does not know.

The proof needs exactly one thing that usual clients blur: whether a request that failed can have been executed.
"""

import asyncio
import json

TIMEOUT = 40  # seconds; the service answers, or says that it cannot, long before


class NotSent(Exception):
    """No connection: the request cannot have been executed."""


class Unknown(Exception):
    """The request may have been executed; no whole answer came."""


class Response:
    """A whole answer."""

    def __init__(self, status, fields, body):
        self.status = status
        self.fields = fields
        self.body = body

    @property
    def json(self):
        return json.loads(self.body) if self.body else None

    @property
    def code(self):
        """The problem's code, empty for an answer that is none."""
        if not self.fields.get("content-type", "").startswith("application/problem+json"):
            return ""
        return self.json["code"]

    @property
    def replayed(self):
        return self.fields.get("idempotent-replayed") == "true"

    def __str__(self):
        return f"{self.status} {self.body[:600].decode(errors='replace')}"


class Client:
    """One connection that is made again when it is gone. One request at a time."""

    def __init__(self, address):
        """`address` returns (host, port) at the time of each connection: a service that is started again has
        another port."""
        self.address = address
        self.reader = self.writer = None

    async def request(self, method, path, content=None, key=None):
        """Sends one request and returns the Response; raises NotSent or Unknown."""
        if self.writer is None:
            await self._connect()
        try:
            self.writer.write(encode(method, path, content, key))
            return await asyncio.wait_for(self._response(), TIMEOUT)
        except (OSError, EOFError, asyncio.TimeoutError) as error:
            await self.close()
            raise Unknown(f"{method} {path}: {type(error).__name__} {error}") from error
        except BaseException:
            await self.close()
            raise

    async def close(self):
        writer, self.reader, self.writer = self.writer, None, None
        if writer is not None:
            # Not waited for: a connection to a stopped process would take its time.
            writer.transport.abort()

    async def _connect(self):
        try:
            self.reader, self.writer = await asyncio.wait_for(asyncio.open_connection(*self.address()), 5)
        except (OSError, asyncio.TimeoutError) as error:
            raise NotSent(str(error)) from error

    async def _response(self):
        head = await self.reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        version, status, _ = lines[0].split(" ", 2)
        if version != "HTTP/1.1":
            raise Unknown(f"this is not HTTP/1.1: {lines[0]!r}")
        fields = {}
        for line in lines[1:-2]:
            name, value = line.split(":", 1)
            fields[name.lower()] = value.strip()
        if fields.get("transfer-encoding") == "chunked":
            body = await self._chunks()
        else:
            body = await self.reader.readexactly(int(fields.get("content-length", "0")))
        if fields.get("connection", "").lower() == "close":
            await self.close()
        return Response(int(status), fields, body)

    async def _chunks(self):
        body = b""
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            body += await self.reader.readexactly(size)
            await self.reader.readexactly(2)
        await self.reader.readexactly(2)
        return body


def encode(method, path, content, key):
    """The bytes of a request."""
    body = b"" if content is None else json.dumps(content).encode()
    head = f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n"
    if content is not None:
        head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
    elif method == "POST":
        head += "content-length: 0\r\n"
    if key is not None:
        head += f'idempotency-key: "{key}"\r\n'
    return head.encode() + b"\r\n" + body
