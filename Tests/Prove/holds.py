"""Reservations, as clients asked for them, and the audit of what became of them."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field

from client import NotSent, Unknown
from processes import Broken

ACTIVE = ("pending", "confirmed")


@dataclass
class Hold:
    """What a client asked for under one reference, and the states in which that may be found."""

    reference: str
    # (sku, location or None, quantity)
    lines: list
    may_be: set = field(default_factory=lambda: {"absent"})
    id: str | None = None
    # The body that was answered last.
    body: dict | None = None

    def content(self, **more):
        lines = [{"item": sku, "quantity": quantity, **({"location": location} if location else {})}
                 for sku, location, quantity in self.lines]
        return {"reference": self.reference, "lines": lines, **more}


async def hold(run, client, lines, key=None, faults=False, promise=None, **more):
    """Asks for a reservation, or once more for the same one; (promise, response or None)."""
    if promise is None:
        promise = Hold(run.reference("hold"), lines)
        run.holds[promise.reference] = promise
    response = await step(run, client, promise, "", "pending", key, faults, promise.content(**more))
    return promise, response


async def step(run, client, promise, action, leads_to, key=None, faults=False, content=None, method="POST"):
    """One request about a reservation. After an answer its state is known; without one, it may be both."""
    path = "/".join(["/v1/reservations", *filter(None, [promise.id if action or method == "PATCH" else None, action])])
    try:
        response = await run.post(client, path, content, key, faults, method)
    except NotSent:
        return None
    except Unknown:
        promise.may_be.add(leads_to)
        return None
    if response.status in (200, 201):
        promise.body = response.json
        promise.id = promise.body["id"]
        promise.may_be = {promise.body["state"]}
        check_lines(promise.body)
    elif response.code == "outcome-unknown":
        promise.may_be.add(leads_to)
    return response


def check_lines(body):
    """The parts of each line add up to it, and so do its allocations."""
    parts = ("held", "backordered", "fulfilled", "released", "expired", "short")
    for line in body["lines"]:
        total = line["missing"] + sum(line[part] for part in parts)
        if total != line["quantity"] or (line["missing"] and not body["partial"]):
            raise Broken(f"{body['id']}: the parts of a line add up to {total}: {line}")
        for part in parts:
            inside = sum(allocation[part] for allocation in line["allocations"])
            if inside != line[part]:
                raise Broken(f"{body['id']}: the allocations have {inside} {part}, the line {line[part]}: {line}")
            if line[part] < 0:
                raise Broken(f"{body['id']}: {part} is below zero: {line}")


async def audit_holds(run, movements):
    """Each reservation is in a state that its client knows of, wholly; its copies left exactly once; and what
    all of them hold is what the levels say is held."""
    reservations = await settled(run)
    by_reference = {body["reference"]: body for body in reservations}
    if len(by_reference) != len(reservations):
        raise Broken("two reservations have the same reference")
    taken = defaultdict(int)
    for movement in movements:
        if movement["kind"] == "sale":
            taken[movement["reference"]] -= movement["quantity"]
    for promise in run.holds.values():
        body = by_reference.pop(promise.reference, None)
        if body is None:
            if "absent" not in promise.may_be:
                raise Broken(f"the reservation {promise.reference} ({promise.id}) is lost")
            continue
        check_lines(body)
        state = body["state"]
        if state not in promise.may_be and not (
                state == "expired" and body["expires_at"] and promise.may_be & {*ACTIVE}):
            raise Broken(f"the reservation {promise.reference} is {state}, its client knows {promise.may_be}: {body}")
        wanted = [(line["sku"], line["location"], line["quantity"]) for line in body["lines"]]
        if wanted != promise.lines:
            raise Broken(f"the reservation {promise.reference} has the lines {wanted}, not {promise.lines}")
        fulfilled = sum(line["fulfilled"] for line in body["lines"])
        left = taken.pop(promise.reference, 0)
        if left != fulfilled:
            raise Broken(f"the reservation {promise.reference} fulfilled {fulfilled} copies, "
                         f"{left} left the stock for it")
    if by_reference or taken:
        raise Broken(f"nobody asked for the reservations {sorted({*by_reference, *map(str, taken)})}")


async def settled(run):
    """All reservations, once what they hold is what the levels say is held. What is due is freed at the latest by
    the sweeper, so this may take a moment; the levels never hold less than the reservations do."""
    for attempt in range(40):
        reservations = await run.all("/v1/reservations")
        held = defaultdict(int)
        for body in reservations:
            if body["state"] in ACTIVE:
                for line in body["lines"]:
                    for allocation in line["allocations"]:
                        held[line["sku"], allocation["location"]] += allocation["held"]
        levels = {(level["sku"], level["location_code"]): level["held"] for level in await run.all("/v1/stock")}
        different = {place: (levels.get(place), held[place]) for place in {*levels, *held}
                     if levels.get(place, 0) != held[place]}
        if not different:
            return reservations
        await asyncio.sleep(0.25)
    raise Broken(f"held by the level, and by its reservations: {different}")
