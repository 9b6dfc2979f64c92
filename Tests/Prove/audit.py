"""The audit after each scenario. It has no model of the service: it adds up what clients were told and compares
the sums with what the service and the ledger say now."""

import json
from collections import defaultdict

from holds import audit_holds
from processes import Broken

BUCKETS = ["on_hand", "damaged", "inspection", "held_back"]


async def audit(run):
    """Raises Broken at the first invariant that does not hold."""
    levels = await run.all("/v1/stock")
    movements = await run.all("/v1/movements")
    check_levels(levels)
    check_ledger(levels, movements)
    check_promises(run, movements)
    if run.checks_effects:
        check_effects(run, levels)
    elif strange := {movement["kind"] for movement in movements} - {"adjustment", "sale"}:
        raise Broken(f"nobody asked for movements of the kinds {strange}")
    await audit_holds(run, movements)
    await check_verify(run)
    if run.backend.engine == "postgres":
        run.figures.deadlocks = int(
            await run.sql("select deadlocks from pg_stat_database where datname = current_database()"))
    return levels, movements


def quantities(level):
    """The buckets of a level by name, with those that lie nested in `unavailable`."""
    return {"on_hand": level["on_hand"], **level["unavailable"]}


def check_levels(levels):
    for level in levels:
        place = f"{level['sku']} at {level['location_code']}"
        unavailable = level["unavailable"]
        buckets = {**quantities(level), **{name: level[name] for name in
                   ("held", "available", "incoming", "in_transit", "backordered")}}
        for name, quantity in buckets.items():
            if quantity < 0:
                raise Broken(f"{place}: {name} is {quantity}, below zero: {level}")
        if sum(unavailable.values()) + level["held"] > level["on_hand"]:
            raise Broken(f"{place}: more is held and unavailable than there is: {level}")
        available = level["on_hand"] - sum(unavailable.values()) - level["held"] - level["safety_stock"]
        if level["available"] != max(0, available):
            raise Broken(f"{place}: available should be {max(0, available)}: {level}")


def check_ledger(levels, movements):
    """The ledger is a chain for each bucket, and the level is its end."""
    balances = defaultdict(int)
    recorded = defaultdict(str)
    for movement in sorted(movements, key=lambda movement: movement["sequence"]):
        place = (movement["sku"], movement["location_code"])
        bucket = (*place, movement["bucket"])
        balances[bucket] += movement["quantity"]
        if movement["balance_after"] != balances[bucket]:
            raise Broken(f"{bucket}: the movements up to {movement['id']} add up to {balances[bucket]}, "
                         f"it says {movement['balance_after']}")
        # RFC 3339 in UTC with a fixed number of digits: text order is time order.
        if movement["recorded_at"] < recorded[place]:
            raise Broken(f"{place}: {movement['id']} was recorded before the movement it follows: "
                         f"{movement['recorded_at']} < {recorded[place]}")
        recorded[place] = movement["recorded_at"]
    for level in levels:
        for name, quantity in quantities(level).items():
            bucket = (level["sku"], level["location_code"], name)
            if balances.pop(bucket, 0) != quantity:
                raise Broken(f"{bucket}: the level says {quantity}, not the sum of its movements")
    if any(balances.values()):
        raise Broken(f"movements without a level: {dict(balances)}")


def check_promises(run, movements):
    """Each adjustment: acknowledged, it is there as the answer said; refused, nothing of it is there; unknown, it
    is wholly there or wholly absent; and never is it there twice."""
    found = defaultdict(list)
    for movement in movements:
        if movement["kind"] == "adjustment":
            found[movement["reference"]].append(movement)
    applied = 0
    for promise in run.promises.values():
        rows = found.pop(promise.reference, [])
        documents = {row["document"] for row in rows}
        changes = {(row["sku"], row["location_code"], row["bucket"]): row["quantity"] for row in rows}
        what = f"{promise.outcome} adjustment {promise.reference} (key {promise.key})"
        if len(documents) > 1:
            raise Broken(f"the {what} is there {len(documents)} times: {sorted(documents)}")
        if rows and changes != promise.changes:
            raise Broken(f"of the {what} only a part is there: {changes} of {promise.changes}")
        if promise.outcome == "accepted" and sorted(row["id"] for row in rows) != sorted(promise.movements):
            raise Broken(f"the {what} is lost: {promise.movements} was acknowledged, there is "
                         f"{[row['id'] for row in rows]}")
        if promise.outcome in ("unsent", "refused", "unavailable") and rows:
            raise Broken(f"the {what} is there although nothing was changed, as far as the client was told")
        applied += promise.outcome == "unknown" and bool(rows)
    if found:
        raise Broken(f"nobody asked for the adjustments {sorted(map(str, found))}")
    unknown = sum(promise.outcome == "unknown" for promise in run.promises.values())
    if unknown:
        run.figures.notes.append(f"{unknown} left unknown: {applied} wholly there, {unknown - applied} absent")


def check_effects(run, levels):
    """The sum of what answers confirmed is what is there."""
    there = {(level["sku"], level["location_code"], name): quantity
             for level in levels for name, quantity in quantities(level).items()}
    for place in {*there, *run.effects}:
        if there.get(place, 0) != run.effects[place]:
            raise Broken(f"{place}: {there.get(place, 0)} are there, the confirmed changes add up to "
                         f"{run.effects[place]}")


async def check_verify(run):
    """`bookstore verify` recomputes every balance from the ledger, in the service's own words."""
    status, output = await run.services[0].run("verify", "--json")
    # Warnings may stand before it.
    report = json.loads(output.splitlines()[-1]) if "{" in output else None
    if report is None:
        raise Broken(f"bookstore verify: status {status}, {output}")
    run.figures.drift = len(report["drift"])
    if status != 0 or report["drift"]:
        raise Broken(f"bookstore verify finds drift: {output}")
