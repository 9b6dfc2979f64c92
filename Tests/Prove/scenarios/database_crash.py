"""5. Postgres ends as in a crash, again and again, under write load; the service stays and heals."""

import asyncio

from load import Load
from run import POSTGRES, POSTGRES_2

NUMBER, NAME, BACKENDS = 5, "database crash", [POSTGRES, POSTGRES_2]


async def run(run):
    await run.open()
    skus, locations = await run.books(8), await run.locations(2)
    await run.stock(skus, locations, 500)
    load = Load(run, skus, locations)
    load.start()
    for _ in range(2 if run.options.short else 8):
        await load.for_seconds(run.random.uniform(0.3, 1.0))
        await run.postgres.command("stop")
        run.figures.kills += 1
        await asyncio.sleep(run.random.uniform(0, 0.3))
        await run.postgres.command("start")
    await load.for_seconds(0.5)
    await load.stop()
    for service in run.services:
        service.check_alive()
