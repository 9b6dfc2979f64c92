"""4. kill -9 of the service at random moments under write load, while a proxy loses some of the connections: every
acknowledged write is there, every other one wholly or not at all, and a repetition with the same Idempotency-Key is
applied once."""

from load import Load
from proxy import Proxy
from run import POSTGRES, POSTGRES_2, SQLITE

NUMBER, NAME, BACKENDS = 4, "service crash", [SQLITE, POSTGRES, POSTGRES_2]
SHORT = [SQLITE, POSTGRES_2]


async def run(run):
    await run.open()
    skus, locations = await run.books(8), await run.locations(2)
    await run.stock(skus, locations, 500)
    proxies = [Proxy(service.address, run.random, loss=0.1) for service in run.services]
    for proxy in proxies:
        await proxy.start()
    # Every second client is connected through a proxy.
    routes = [route for service, proxy in zip(run.services, proxies) for route in (service.address, proxy.local)]
    load = Load(run, skus, locations, address=lambda index: routes[index % len(routes)])
    load.start()
    for _ in range(5 if run.options.short else 25):
        await load.for_seconds(run.random.uniform(0.05, 0.6))
        victim = run.random.choice(run.services)
        victim.check_alive()
        await victim.kill()
        run.figures.kills += 1
        await victim.start()
    await load.stop()
    for proxy in proxies:
        await proxy.stop()
    run.figures.notes.append(f"{sum(proxy.cuts for proxy in proxies)} connections cut by the proxy")
