"""5. Postgres crashes (kill -9 of all its processes, or an immediate stop), again and again, under write load; the
service stays, says 503 meanwhile, and heals."""

import asyncio

from load import Load
from run import POSTGRES, POSTGRES_2

NUMBER, NAME, BACKENDS = 5, "database crash", [POSTGRES, POSTGRES_2]
SHORT = [POSTGRES_2]


async def run(run):
    await run.open()
    skus, locations = await run.books(8), await run.locations(2)
    await run.stock(skus, locations, 500)
    load = Load(run, skus, locations)
    load.start()
    for _ in range(2 if run.options.short else 8):
        await load.for_seconds(run.random.uniform(0.3, 1.0))
        await run.postgres.command(run.random.choice(["kill", "kill", "stop"]))
        run.figures.kills += 1
        await asyncio.sleep(run.random.uniform(0, 0.3))
        await run.postgres.command("start")
        accepted = run.figures.accepted
        await load.until(lambda: run.figures.accepted > accepted, "Postgres is back, and no write is accepted")
    await load.stop()
    for service in run.services:
        service.check_alive()
