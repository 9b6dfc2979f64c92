"""One of many people in a bookshop, who does everything that can be done with stock, and keeps account of it."""

from holds import hold, step
from processes import Broken


class Clerk:
    """Holds, changes and documents of its own over the books of everybody. What an answer confirms goes into
    `run.effects`, by the meaning of the request and not by what the answer claims."""

    # How often each is done, and the codes with which it may be refused.
    WORK = {
        "hold": (30, {"insufficient-stock"}),
        "confirm": (8, {"reservation-expired"}),
        "extend": (6, {"reservation-expired"}),
        "fulfill": (14, {"reservation-expired", "insufficient-stock"}),
        "fulfill_part": (6, {"reservation-expired", "exceeds-remainder"}),
        "release": (8, set()),
        "release_part": (4, {"reservation-expired", "exceeds-remainder"}),
        "sell": (10, {"insufficient-stock", "held-stock"}),
        "receive": (4, set()),
        "damage": (2, {"insufficient-stock", "held-stock"}),
        "lose": (2, {"insufficient-stock", "held-stock"}),
        "transfer": (5, {"insufficient-stock", "held-stock"}),
        "count": (2, {"held-stock", "insufficient-stock", "stock-changed"}),
        "take_back": (3, set()),
        "reverse": (3, {"insufficient-stock", "held-stock", "already-reversed"}),
    }

    def __init__(self, run, index, skus, locations):
        self.run = run
        self.random = run.random
        self.client = run.client(index)
        self.skus = skus
        self.locations = locations
        self.holds = []
        # Adjustments of one line that are not reversed yet.
        self.reversible = []

    async def work(self, steps):
        names = list(self.WORK)
        weights = [weight for weight, _ in self.WORK.values()]
        for _ in range(steps):
            name = self.random.choices(names, weights)[0]
            for response in await getattr(self, name)() or []:
                if response.status >= 400 and response.code not in self.WORK[name][1]:
                    raise Broken(f"{name} was refused for a strange reason: {response}")

    # Holds

    async def hold(self):
        lines = [(sku, self.random.choice([None, *self.locations]), self.random.randint(1, 3))
                 for sku in self._some(3)]
        more = self.random.choice([{}, {}, {"expires_in": 1}, {"expires_in": 3600}, {"partial": True},
                                   {"allow_backorder": True}])
        promise, response = await hold(self.run, self.client, lines, **more)
        if response.status == 201:
            self.holds.append(promise)
        return [response]

    async def confirm(self):
        return await self._change(lambda promise: step(self.run, self.client, promise, "confirm", "confirmed",
                                                       content={}))

    async def extend(self):
        content = {"expires_in": self.random.randint(1, 60)}
        return await self._change(lambda promise: step(self.run, self.client, promise, "", promise.body["state"],
                                                       content=content, method="PATCH"))

    async def fulfill(self):
        return await self._change(lambda promise: step(self.run, self.client, promise, "fulfill", "fulfilled",
                                                       content={}), ends=True)

    async def fulfill_part(self):
        return await self._change(lambda promise: step(self.run, self.client, promise, "fulfill", "fulfilled",
                                                       content=self._part(promise)))

    async def release(self):
        return await self._change(lambda promise: step(self.run, self.client, promise, "release", "released",
                                                       content={}), ends=True)

    async def release_part(self):
        return await self._change(lambda promise: step(self.run, self.client, promise, "release", "released",
                                                       content=self._part(promise)))

    def _part(self, promise):
        line = self.random.choice(promise.body["lines"])
        return {"lines": [{"index": line["index"], "quantity": 1}]}

    async def _change(self, change, ends=False):
        """Does something to one of its holds. What the answer says was handed out, beyond what was before, left
        the shelf: nobody else hands out this hold."""
        if not self.holds:
            return []
        promise = self.holds.pop(self.random.randrange(len(self.holds)))
        before = fulfilled(promise.body)
        response = await change(promise)
        for place, quantity in fulfilled(promise.body).items():
            self.run.effect(*place, "on_hand", before.get(place, 0) - quantity)
        if not ends and promise.body["state"] in ("pending", "confirmed") and response.code != "reservation-expired":
            self.holds.append(promise)
        return [response]

    # Adjustments

    async def sell(self):
        return await self._adjust("sold", -self.random.randint(1, 3))

    async def receive(self):
        return await self._adjust("received", self.random.randint(1, 5))

    async def damage(self):
        return await self._adjust("damaged", self.random.choice([1, 1, -1]), bucket="damaged")

    async def lose(self):
        """Copies are gone, whether or not they are promised."""
        return await self._adjust("lost", -self.random.randint(1, 3), force=True)

    async def _adjust(self, reason, delta, bucket="on_hand", force=False):
        lines = [(sku, self.random.choice(self.locations), bucket, delta) for sku in self._some(3)]
        promise, response = await self.run.adjust(self.client, reason, lines, force=force)
        if len(promise.movements) == 1:
            self.reversible.append((promise.movements[0], lines[0]))
        return [response]

    async def reverse(self):
        if not self.reversible:
            return []
        movement, (sku, location, bucket, delta) = self.reversible.pop()
        response = await self.run.post(self.client, f"/v1/movements/{movement}/reverse", {})
        if response.status == 201:
            self.run.effect(sku, location, bucket, -delta)
        return [response]

    # Documents

    async def transfer(self):
        """Ships, and receives all, less, in two parts, or not at all."""
        source, target = self.random.sample(self.locations, 2)
        lines = [{"item": sku, "quantity": self.random.randint(1, 3)} for sku in self._some(2)]
        response = await self._post("/v1/transfers", {"from": source, "to": target, "lines": lines})
        if response.status != 201:
            return [response]
        path = f"/v1/transfers/{response.json['id']}"
        response = await self._post(f"{path}/ship", {})
        if response.status != 200:
            return [response, await self._post(f"{path}/cancel", {})]
        self._move(lines, source, -1)
        end = self.random.choice(["all", "less", "parts", "cancel"])
        part = [{**line, "quantity": 1} for line in lines]
        if end == "all":
            response = await self._post(f"{path}/receive", {})
            self._move(lines, target, 1)
        elif end == "less":
            response = await self._post(f"{path}/receive", {"lines": part})
            self._move(part, target, 1)
        elif end == "parts":
            first = await self._post(f"{path}/receive", {"lines": part, "close": False})
            self._move(part, target, 1)
            rest = [{**line, "quantity": line["quantity"] - 1} for line in lines if line["quantity"] > 1]
            if not rest:
                return [first]
            response = await self._post(f"{path}/receive", {"lines": rest})
            self._move(rest, target, 1)
        else:
            response = await self._post(f"{path}/cancel", {})
            self._move(lines, source, 1)
        return [response]

    async def count(self):
        """Counts what the levels say, or a copy more; what is sold meanwhile must not be undone by it."""
        location, skus = self.random.choice(self.locations), self._some(2)
        response = await self._post("/v1/counts", {"location": location, "items": skus})
        if response.status != 201:
            return [response]
        path = f"/v1/counts/{response.json['id']}"
        lines = []
        for sku in skus:
            levels = await self.run.get(f"/v1/stock?item={sku}&location={location}", self.client)
            there = levels["data"][0]["on_hand"] if levels["data"] else 0
            lines.append({"item": sku, "counted": there + self.random.choice([0, 0, 1])})
        response = await self._post(f"{path}/lines", {"lines": lines}, method="PUT")
        if response.status != 200:
            return [response]
        if self.random.random() < 0.2:
            return [await self._post(f"{path}/cancel", {})]
        response = await self._post(f"{path}/complete", {"force": True})
        if response.status == 200:
            # What the count found depends on who sold in between; only the ledger knows it.
            for movement in response.json["movements"]:
                self.run.effect(movement["sku"], movement["location_code"], movement["bucket"], movement["quantity"])
        return [response]

    async def take_back(self):
        """A customer returns copies."""
        location, into = self.random.choice(self.locations), self.random.choice(["stock", "inspection", "damaged"])
        lines = [{"item": sku, "quantity": 1, "into": into} for sku in self._some(2)]
        response = await self._post("/v1/returns", {"kind": "customer", "location": location, "lines": lines})
        if response.status == 201:
            self._move(lines, location, 1)
            for line in lines if into != "stock" else []:
                self.run.effect(line["item"], location, into, line["quantity"])
        return [response]

    # What all use

    async def _post(self, path, content, method="POST"):
        return await self.run.post(self.client, path, content, method=method)

    def _move(self, lines, location, sign):
        for line in lines:
            self.run.effect(line["item"], location, "on_hand", sign * line["quantity"])

    def _some(self, most):
        return self.random.sample(self.skus, self.random.randint(1, most))


def fulfilled(body):
    """Copies handed out, by (sku, location)."""
    places = {}
    for line in body["lines"]:
        for allocation in line["allocations"]:
            place = (line["sku"], allocation["location"])
            places[place] = places.get(place, 0) + allocation["fulfilled"]
    return places
