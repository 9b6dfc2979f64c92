"""3. Everything at once: holds that expire, are extended, confirmed, fetched and given back, whole and in part; sales,
receipts, losses of promised copies, transfers, counts, returns, reversals. What answers confirmed adds up to what is
there."""

from clerk import Clerk
from run import ALL_BACKENDS, FEW_BACKENDS

NUMBER, NAME, BACKENDS, SHORT = 3, "mix", ALL_BACKENDS, FEW_BACKENDS
CLIENTS = 64


async def run(run):
    await run.open()
    skus, locations = await run.books(8), await run.locations(3)
    await run.stock(skus, locations, 40)
    for sku in skus[:2]:
        await run.change_item(sku, {"backorder_limit": 10})
    clerks = [Clerk(run, index, skus, locations) for index in range(CLIENTS)]
    steps = 8 if run.options.short else 60
    await run.together(*(clerk.work(steps) for clerk in clerks))
    run.checks_effects = True
