"""Writes as many clients send them while something breaks under them."""

import asyncio
import uuid

CLIENTS = 32


class Load:
    """Clients that receive and sell, several lines at a time, until told to stop. With keys, three of four writes
    whose outcome is not known are sent again under the same key until they are answered; the rest stay unknown."""

    def __init__(self, run, skus, locations, address=None):
        self.run = run
        self.skus = skus
        self.locations = locations
        self.address = address
        self.stopping = False
        self.tasks = []

    def start(self, clients=CLIENTS):
        self.tasks += [self.run.task(self._work(index)) for index in range(clients)]

    async def stop(self):
        """Each client ends with what it is doing, repetitions included."""
        self.stopping = True
        await asyncio.gather(*self.tasks)

    async def for_seconds(self, seconds):
        """Lets them work for a while; raises what a client runs into."""
        if self.tasks:
            done, _ = await asyncio.wait(self.tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()

    async def _work(self, index):
        random = self.run.random
        address = self.address(index) if self.address else None
        client = self.run.client(index, address)
        while not self.stopping:
            lines = self._lines(random)
            key = str(uuid.UUID(int=random.getrandbits(128))) if self.run.options.keys else None
            reason = "sold" if lines[0][3] < 0 else "received"
            promise, response = await self.run.adjust(client, reason, lines, key, faults=True)
            insists = key is not None and random.random() < 0.75
            for attempt in range(400):
                if response is not None and response.status != 503 and response.code != "idempotency-key-in-use":
                    break
                await asyncio.sleep(0.02 if attempt < 10 else 0.1)
                if not insists:
                    break
                promise, response = await self.run.adjust(client, reason, lines, faults=True, promise=promise)

    def _lines(self, random):
        sign = random.choice([-1, -1, 1])
        places = [(sku, location) for sku in random.sample(self.skus, random.randint(1, 3))
                  for location in random.sample(self.locations, random.randint(1, 2))]
        return [(sku, location, "on_hand", sign * random.randint(1, 3)) for sku, location in places]
