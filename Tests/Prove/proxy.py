"""A TCP proxy that loses connections at the worst moments: with the request half sent, with the request done and the
answer not delivered, with half of the answer delivered."""

import asyncio


class Proxy:
    """Stands between clients and one service. `loss` is the share of exchanges that lose their connection."""

    def __init__(self, address, random, loss):
        self.address = address
        self.random = random
        self.loss = loss
        self.cuts = 0
        self.server = None
        self.port = None

    async def start(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]

    def local(self):
        return "127.0.0.1", self.port

    async def stop(self):
        self.server.close()

    async def _serve(self, client_reader, client_writer):
        service_writer = None
        try:
            service_reader, service_writer = await asyncio.open_connection(*self.address())
            # Clients send one request at a time, small enough for one read; so do answers, nearly always.
            while request := await client_reader.read(1 << 16):
                fate = self.random.random() / self.loss if self.loss else 1
                if fate < 1:
                    self.cuts += 1
                if fate < 0.2:
                    service_writer.write(request[: self.random.randrange(len(request))])
                    await service_writer.drain()
                    return
                service_writer.write(request)
                if fate < 0.3:
                    # Gone before the service has answered, and perhaps before it has read.
                    await service_writer.drain()
                    return
                answer = await service_reader.read(1 << 16)
                if not answer or fate < 0.8:
                    return
                if fate < 1:
                    client_writer.write(answer[: self.random.randrange(len(answer))])
                    await client_writer.drain()
                    return
                client_writer.write(answer)
                await client_writer.drain()
        except OSError:
            pass
        finally:
            for writer in (client_writer, service_writer):
                if writer is not None:
                    writer.close()
