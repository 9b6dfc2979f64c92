"""Writes as many clients send them while something breaks under them."""

import asyncio
import uuid

from holds import Hold, hold, step
from processes import Broken

CLIENTS = 32


class Load:
    """Clients that receive, sell, and hold copies that they then fetch or give back, several lines at a time, until
    told to stop. Three of four writes whose outcome is not known are sent again under the same key until they are
    answered; the rest stay unknown. Without `keys` there are only adjustments, each sent once."""

    def __init__(self, run, skus, locations, address=None, keys=True):
        self.run = run
        self.skus = skus
        self.locations = locations
        self.address = address
        self.keys = keys
        # The share of acknowledged writes that are sent once more, by a client that doubts what it was told.
        self.doubts = 0.1
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
        done, _ = await asyncio.wait(self.tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()

    async def until(self, condition, complaint, seconds=10):
        """Lets them work until something is so."""
        for _ in range(20 * seconds):
            if condition():
                return
            await self.for_seconds(0.05)
        raise Broken(f"{complaint} within {seconds} s")

    async def _work(self, index):
        client = self.run.client(index, self.address(index) if self.address else None)
        while not self.stopping:
            if self.keys and self.run.random.random() < 0.4:
                await self._hold(client)
            else:
                await self._adjust(client)

    async def _adjust(self, client):
        random = self.run.random
        sign = random.choice([-1, -1, 1])
        lines = [(sku, location, "on_hand", sign * random.randint(1, 3)) for sku, location in self._places()]
        promise = self.run.promise(lines, self._key())
        reason = "sold" if sign < 0 else "received"

        async def send():
            return (await self.run.adjust(client, reason, faults=True, promise=promise))[1]

        await self._insist(send)
        if self.keys and promise.outcome == "accepted" and random.random() < self.doubts:
            again = await send()
            if again is not None and again.status == 201 and not again.replayed:
                raise Broken(f"the adjustment {promise.reference} was done once more under the same key: {again}")

    async def _hold(self, client):
        """A hold of its own, which is then fetched, given back, or left."""
        random = self.run.random
        lines = {(sku, random.choice([location, None])): random.randint(1, 3) for sku, location in self._places()}
        # The service would choose among all locations, also those that another line names: no two lines of one item.
        lines = list({sku: (sku, location, quantity) for (sku, location), quantity in lines.items()}.values())
        promise = Hold(self.run.reference("hold"), lines)
        self.run.holds[promise.reference] = promise
        key, more = self._key(), random.choice([{}, {}, {}, {"expires_in": 1}])

        async def send():
            return (await hold(self.run, client, lines, key, faults=True, promise=promise, **more))[1]

        await self._insist(send)
        action, leads_to = random.choice([("fulfill", "fulfilled"), ("release", "released"), (None, None)])
        if promise.id is None or action is None:
            return
        key = self._key()
        await self._insist(
            lambda: step(self.run, client, promise, action, leads_to, key, faults=True, content={}))

    async def _insist(self, send):
        insists = self.keys and self.run.random.random() < 0.75
        for attempt in range(100):
            response = await send()
            if response is not None and response.status != 503 and response.code != "idempotency-key-in-use":
                return
            await asyncio.sleep(min(0.02 * 2**attempt, 0.5))
            if not insists:
                return

    def _key(self):
        return str(uuid.UUID(int=self.run.random.getrandbits(128))) if self.keys else None

    def _places(self):
        random = self.run.random
        return [(sku, location) for sku in random.sample(self.skus, random.randint(1, 3))
                for location in random.sample(self.locations, random.randint(1, 2))]
