"""What is seen from the other side: the service's count of connections, and what a client really puts on the wire."""

import asyncio
import http.client
import re


class Watch:
    """Reads /metrics over one connection of its own, which stays open and so counts in no difference."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port)

    def accepted(self):
        self.connection.request("GET", "/metrics")
        text = self.connection.getresponse().read().decode()
        return int(re.search(r"^bookstore_http_connections_accepted_total (\d+)$", text, re.M).group(1))


class Mirror:
    """Answers 200 to everything and remembers the last head, and whether content came before 100 Continue."""

    def __init__(self):
        self.head, self.eager = "", False

    @classmethod
    async def start(cls):
        mirror = cls()
        mirror.server = await asyncio.start_server(mirror.serve, "127.0.0.1", 0)
        mirror.port = mirror.server.sockets[0].getsockname()[1]
        return mirror

    async def stop(self):
        self.server.close()
        await self.server.wait_closed()

    async def serve(self, reader, writer):
        try:
            self.head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            self.eager = False
            if "expect: 100-continue" in self.head:
                try:
                    await asyncio.wait_for(reader.read(1), 0.1)
                    self.eager = True
                except asyncio.TimeoutError:
                    writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            if "transfer-encoding: chunked" in self.head:
                await reader.readuntil(b"0\r\n\r\n")
            elif length := re.search(r"content-length: (\d+)", self.head):
                await reader.readexactly(int(length.group(1)))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
