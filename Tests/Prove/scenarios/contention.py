"""1. 64 clients fight for 1 copy, then for 100, by sales and by holds: exactly as many are promised as there were.
Then all send the same sale under the same key at once: it is done once. Then sales race with receipts while next to
nothing is there."""

import asyncio

from holds import hold
from load import Load
from processes import Broken
from run import ALL_BACKENDS, FEW_BACKENDS

NUMBER, NAME, BACKENDS, SHORT = 1, "contention", ALL_BACKENDS, FEW_BACKENDS
CLIENTS = 64


async def run(run):
    await run.open()
    rounds = 2 if run.options.short else 8
    skus = await run.books(4 * rounds)
    fought_for = iter(skus)
    for attempt in (sell, reserve):
        for copies in [1, 100] * rounds:
            await fight(run, next(fought_for), copies, attempt)
    for _ in range(rounds):
        await same_key(run, skus[0], f"key-{run.reference()}")
    scarce, locations = await run.books(6), await run.locations(2)
    load = Load(run, scarce, locations)
    load.start(CLIENTS // 4)
    await load.for_seconds(0.7 if run.options.short else 3)
    await load.stop()


async def fight(run, sku, copies, attempt):
    """Each client takes one copy at a time until it is told that there is none."""
    await run.stock([sku], ["main"], copies)
    clients = [run.client(index) for index in range(CLIENTS)]
    taken = sum(await run.together(*(take(run, client, sku, attempt) for client in clients)))
    for client in clients:
        await client.close()
    if taken != copies:
        raise Broken(f"{copies} copies of {sku} were there, {taken} were promised by {attempt.__name__}")


async def same_key(run, sku, key):
    """Everybody sends the same request; one of them has it done, the others get that answer."""
    await run.stock([sku], ["main"], CLIENTS)
    promise = run.promise([(sku, "main", "on_hand", -1)], key)
    clients = [run.client(index) for index in range(CLIENTS)]
    answers = await run.together(*(insist(run, client, promise) for client in clients))
    for client in clients:
        await client.close()
    first = [answer for answer in answers if not answer.replayed]
    if len(first) != 1 or {answer.body for answer in answers} != {first[0].body}:
        raise Broken(f"the key {key} was executed {len(first)} times, with the answers {set(map(str, answers))}")


async def insist(run, client, promise):
    for _ in range(500):
        _, response = await run.adjust(client, "sold", promise=promise)
        if response.code != "idempotency-key-in-use":
            return response
        await asyncio.sleep(0.01)
    raise Broken(f"the key {promise.key} is still in use after 500 attempts")


async def take(run, client, sku, attempt):
    taken = 0
    while True:
        response = await attempt(run, client, sku)
        if response.status != 201:
            if response.code != "insufficient-stock":
                raise Broken(f"refused for another reason than stock: {response}")
            return taken
        taken += 1


async def sell(run, client, sku):
    return (await run.adjust(client, "sold", [(sku, "main", "on_hand", -1)]))[1]


async def reserve(run, client, sku):
    return (await hold(run, client, [(sku, None, 1)]))[1]
