"""2. Holds of several lines, in any order, over several items and locations: no deadlock reaches a client, a hold
is there wholly or not at all, and exactly as many copies are held and sold as there were."""

from holds import hold, step
from processes import Broken
from run import ALL_BACKENDS, FEW_BACKENDS

NUMBER, NAME, BACKENDS, SHORT = 2, "opposite orders", ALL_BACKENDS, FEW_BACKENDS
CLIENTS = 64


async def run(run):
    await run.open()
    skus, locations = await run.books(6), await run.locations(3)
    copies = 100 if run.options.short else 600
    await run.stock(skus, locations, copies)
    await run.together(*(shop(run, run.client(index), skus, locations) for index in range(CLIENTS)))
    # Nobody gets five more lines; single copies are still taken until there is none.
    await run.together(*(rest(run, run.client(index), sku) for index, sku in enumerate(skus)))
    for sku in skus:
        promised = sum(quantity for promise in run.holds.values() if "absent" not in promise.may_be
                       and promise.may_be != {"released"}
                       for item, _, quantity in promise.lines if item == sku)
        if promised != copies * len(locations):
            raise Broken(f"{copies * len(locations)} copies of {sku} were there, {promised} were promised")


async def shop(run, client, skus, locations):
    """Holds until a hold is refused several times; fulfils some, gives some back."""
    random, refusals = run.random, 0
    while refusals < 3:
        chosen = random.sample(skus, random.randint(2, len(skus)))
        lines = [(sku, random.choice([None, *locations]), random.randint(1, 3)) for sku in chosen]
        promise, response = await hold(run, client, lines)
        if response.status != 201:
            refusals += 1
            expect(response, "insufficient-stock")
            continue
        fate = random.random()
        if fate < 0.3:
            await step(run, client, promise, "fulfill", "fulfilled")
        elif fate < 0.4:
            await step(run, client, promise, "release", "released")


async def rest(run, client, sku):
    while True:
        _, response = await hold(run, client, [(sku, None, 1)])
        if response.status != 201:
            return expect(response, "insufficient-stock")


def expect(response, code):
    if response.code != code:
        raise Broken(f"refused for another reason than {code}: {response}")
