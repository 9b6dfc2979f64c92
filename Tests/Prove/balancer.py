"""A TCP balancer as services have them in front: new connections go, in turn, to the services whose /readyz says 200."""

import asyncio

from client import Client, NotSent, Unknown

INTERVAL = 0.05


class Balancer:
    def __init__(self, services):
        self.services = services
        self.ready = []
        self.turn = 0
        self.server = self.port = None

    async def start(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]

    def address(self):
        return "127.0.0.1", self.port

    async def check(self):
        """Asks the services again and again; a task for as long as the balancer is used."""
        while True:
            self.ready = [service for service in self.services if await self._is_ready(service)]
            await asyncio.sleep(INTERVAL)

    async def until_ready(self, count):
        while len(self.ready) != count:
            await asyncio.sleep(INTERVAL)

    async def _is_ready(self, service):
        client = Client(service.address)
        try:
            return (await client.request("GET", "/readyz")).status == 200
        except (NotSent, Unknown):
            return False
        finally:
            await client.close()

    async def _serve(self, reader, writer):
        try:
            self.turn += 1
            service = self.ready[self.turn % len(self.ready)]
            service_reader, service_writer = await asyncio.open_connection(*service.address())
        except (OSError, ZeroDivisionError):
            writer.close()
            return
        await asyncio.gather(_pass_on(reader, service_writer), _pass_on(service_reader, writer))


async def _pass_on(reader, writer):
    try:
        while piece := await reader.read(1 << 16):
            writer.write(piece)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
