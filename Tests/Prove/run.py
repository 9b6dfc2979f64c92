"""One scenario on one backend: the database, the services over it, their clients, and what these were told."""

import asyncio
import os
import random
import sqlite3
import time
from collections import defaultdict
from dataclasses import dataclass, field
from urllib.parse import quote

from client import Client, NotSent, Unknown
from figures import Figures
from processes import Broken, Service


@dataclass(frozen=True)
class Backend:
    name: str
    engine: str
    instances: int = 1


SQLITE = Backend("sqlite", "sqlite")
POSTGRES = Backend("postgres", "postgres")
POSTGRES_2 = Backend("postgres x2", "postgres", 2)
POSTGRES_3 = Backend("postgres x3", "postgres", 3)
ALL_BACKENDS = [SQLITE, POSTGRES, POSTGRES_2, POSTGRES_3]
# What the short form has time for.
FEW_BACKENDS = [SQLITE, POSTGRES_3]


@dataclass
class Promise:
    """What a client asked for under one reference, and what it was told."""

    reference: str
    # (sku, location, bucket) → change of the bucket, if it is done
    changes: dict
    key: str | None = None
    # unsent; accepted; refused (4xx); unavailable (503: "nothing was changed"); unknown (no whole answer, or one
    # that says so)
    outcome: str = "unsent"
    # Ids of the movements that the answer named.
    movements: list = field(default_factory=list)


class Run:
    def __init__(self, scenario, backend, options, postgres, folder):
        self.backend = backend
        self.options = options
        self.postgres = postgres
        self.folder = folder
        self.random = random.Random(f"{options.seed} {scenario} {backend.name}")
        self.figures = Figures(scenario, backend.name)
        self.promises = {}
        # Reservations by reference; see holds.py.
        self.holds = {}
        # (sku, location, bucket) → change of the bucket by everything that was confirmed. The audit compares it
        # with the levels where a scenario accounts for all it does.
        self.effects = defaultdict(int)
        self.checks_effects = False
        self.services = []
        self.url = None
        self.clients = []
        self.tasks = []
        self.references = self.titles = 0
        self.began = time.monotonic()

    # Set up and down

    async def open(self, instances=None, binary=None, environment=None):
        """An empty database with services over it. The first one migrates it."""
        if self.backend.engine == "sqlite":
            self.url = f"sqlite:{self.folder}/proof.db"
        else:
            self.url = await self.postgres.database()
        for _ in range(self.backend.instances if instances is None else instances):
            await self.add_service(binary, environment)

    async def add_service(self, binary=None, environment=None, **options):
        name = f"service-{len(self.services) + 1}"
        service = Service(
            self.folder, name, binary or self.options.binary,
            {"DATABASE_URL": self.url, **(environment or {})}, **options,
        )
        self.services.append(service)
        await service.start()
        return service

    def task(self, work):
        """Starts work that ends with the scenario, however that ends."""
        self.tasks.append(asyncio.create_task(work))
        return self.tasks[-1]

    async def together(self, *works):
        """Runs works side by side; the first failure ends all."""
        return await asyncio.gather(*(self.task(work) for work in works))

    async def close(self, cleanly):
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for client in self.clients:
            await client.close()
        for service in self.services:
            await (service.stop() if cleanly else service.kill())
        self.figures.seconds = time.monotonic() - self.began

    # Requests

    def client(self, index=0, address=None):
        """A connection to one of the services, in turn."""
        client = Client(address or self.services[index % len(self.services)].address)
        self.clients.append(client)
        return client

    def reference(self, prefix="r"):
        self.references += 1
        return f"{prefix}-{self.references}"

    async def post(self, client, path, content=None, key=None, faults=False, method="POST"):
        """Asks for a change and counts what comes of it. Without `faults` in play the service has no excuse:
        every answer is whole and none is 5xx."""
        self.figures.attempts += 1
        try:
            response = await client.request(method, path, content, key)
        except (NotSent, Unknown) as error:
            self.figures.unknown += isinstance(error, Unknown)
            if not faults:
                raise Broken(f"{method} {path} got no answer: {error!r}") from error
            raise
        if response.status >= 500:
            self.figures.errors += 1
            if not faults or response.status != 503:
                raise Broken(f"{method} {path} {content} was answered {response}")
        elif response.status >= 400:
            self.figures.refused += 1
            if response.status not in (404, 409):
                raise Broken(f"{method} {path} {content} was answered {response}")
        else:
            self.figures.accepted += 1
            self.figures.replayed += response.replayed
        return response

    def promise(self, lines, key=None):
        """A new promise; `lines` are (sku, location, bucket, delta)."""
        changes = {(sku, location, bucket): delta for sku, location, bucket, delta in lines}
        promise = Promise(self.reference("adj"), changes, key)
        self.promises[promise.reference] = promise
        return promise

    async def adjust(self, client, reason, lines=None, faults=False, promise=None, force=False):
        """One adjustment, of lines or as promised before, perhaps once more. Returns the promise and the response,
        None when none came."""
        promise = promise or self.promise(lines)
        content = {
            "reason": reason,
            "reference": promise.reference,
            "lines": [
                {"item": sku, "location": location, "bucket": bucket, "delta": delta}
                for (sku, location, bucket), delta in promise.changes.items()
            ],
        }
        if force:
            content["force"] = True
        try:
            response = await self.post(client, "/v1/adjustments", content, promise.key, faults)
        except NotSent:
            # What was sent before this attempt is as unknown as it was.
            return promise, None
        except Unknown:
            if promise.outcome != "accepted":
                promise.outcome = "unknown"
            return promise, None
        if response.status == 201:
            if promise.outcome != "accepted":
                for place, delta in promise.changes.items():
                    self.effect(*place, delta)
            promise.outcome = "accepted"
            promise.movements = [movement["id"] for movement in response.json["movements"]]
        elif promise.outcome == "accepted":
            # A repetition that was not answered in the same way takes nothing back.
            pass
        elif response.code == "outcome-unknown":
            promise.outcome = "unknown"
        elif promise.outcome != "unknown":
            # Once unknown, a refusal of the repetition does not say that the first one is not still on its way.
            promise.outcome = "unavailable" if response.status == 503 else "refused"
        return promise, response

    async def get(self, path, client=None):
        client = client or self.client()
        for attempt in range(100):
            try:
                response = await client.request("GET", path)
            except (NotSent, Unknown) as error:
                raise Broken(f"GET {path} got no answer: {error!r}") from error
            # A service that was just started may still be connecting.
            if response.status != 503 or attempt == 99:
                break
            await asyncio.sleep(0.1)
        if response.status != 200:
            raise Broken(f"GET {path} was answered {response}")
        return response.json

    async def all(self, path):
        """Every element of a list, in the list's order."""
        client, elements, cursor = self.client(), [], ""
        mark = "&" if "?" in path else "?"
        while True:
            page = await self.get(f"{path}{mark}limit=200{cursor}", client)
            elements += page["data"]
            if not page["has_more"]:
                return elements
            cursor = f"&cursor={quote(page['next_cursor'])}"

    def effect(self, sku, location, bucket, delta):
        """Something that an answer has confirmed."""
        self.effects[sku, location, bucket] += delta

    # The shop

    async def books(self, count):
        """Creates further books; returns their SKUs."""
        client, skus = self.client(), []
        for number in range(self.titles, self.titles + count):
            sku = isbn(number)
            response = await client.request("POST", "/v1/books", {"isbn": sku, "title": f"Book {number}"})
            if response.status != 201:
                raise Broken(f"a book cannot be created: {response}")
            skus.append(sku)
        self.titles += count
        return skus

    async def locations(self, count):
        """The location that is there from the start, and further ones; returns their codes."""
        client, codes = self.client(), ["main"]
        for number in range(1, count):
            code = f"shop-{number}"
            content = {"code": code, "name": code, "kind": "store", "priority": 100 + number}
            response = await client.request("POST", "/v1/locations", content)
            if response.status != 201:
                raise Broken(f"a location cannot be created: {response}")
            codes.append(code)
        return codes

    async def change_item(self, sku, changes):
        response = await self.client().request("PATCH", f"/v1/items/{sku}", changes)
        if response.status != 200:
            raise Broken(f"an item cannot be changed: {response}")

    async def stock(self, skus, locations, quantity):
        """So many copies of each book arrive at each location."""
        lines = [(sku, location, "on_hand", quantity) for sku in skus for location in locations]
        for start in range(0, len(lines), 100):
            _, response = await self.adjust(self.client(), "received", lines[start : start + 100])
            if response.status != 201:
                raise Broken(f"stock cannot be received: {response}")

    # The database from below

    async def sql(self, statement):
        """Runs SQL beside the service; returns the first column of the first row as text."""
        if self.backend.engine == "postgres":
            return await self.postgres.query(self.url, statement)
        with sqlite3.connect(self.url.removeprefix("sqlite:"), timeout=30) as connection:
            row = connection.execute(statement).fetchone()
        connection.close()
        return str(row[0]) if row else ""


def isbn(number):
    """A valid ISBN-13 for each number below 10⁸."""
    digits = f"9780{number:08}"
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(digits))
    return digits + str(-total % 10)


def processors():
    return len(os.sched_getaffinity(0))
