"""9. Two services behind a balancer are restarted one after the other under load, with clients that keep their
connections: not one request fails."""

from balancer import Balancer
from client import Client, NotSent, Unknown
from processes import Broken
from run import Backend

NUMBER, NAME, BACKENDS = 9, "rolling restart", [Backend("postgres x2", "postgres", 2)]


async def ask(run, balancer, sku, counts):
    """Reads and writes until told to stop; whatever is not a success breaks the scenario."""
    client = Client(balancer.address)
    run.clients.append(client)
    number = 0
    while not counts["stopping"]:
        number += 1
        try:
            if number % 4:
                answer = await client.request("GET", f"/v1/books/{sku}")
            else:
                _, answer = await run.adjust(client, "received", [(sku, "main", "on_hand", 1)])
        except (NotSent, Unknown) as error:
            raise Broken(f"a request failed while services were restarted: {error}") from error
        if answer is None or answer.status not in (200, 201):
            raise Broken(f"a request was answered {answer} while services were restarted")
        counts["requests"] += 1


async def run(run):
    # Longer than the balancer takes to notice; connections that are used are told to close meanwhile.
    await run.open(environment={"BOOKSTORE_SHUTDOWN_DELAY": "1s"})
    skus = await run.books(8)
    balancer = Balancer(run.services)
    await balancer.start()
    checks = run.task(balancer.check())
    await balancer.until_ready(2)
    counts = {"requests": 0, "stopping": False}
    load = [run.task(ask(run, balancer, sku, counts)) for sku in skus]
    for _ in range(1 if run.options.short else 3):
        for service in run.services:
            await service.stop()
            await balancer.until_ready(1)
            await service.start()
            await balancer.until_ready(2)
            for task in [checks, *load]:
                if task.done():
                    task.result()
    counts["stopping"] = True
    for task in load:
        await task
    if counts["requests"] == 0:
        raise Broken("nothing was asked")
    run.figures.notes.append(f"{counts['requests']} requests, none failed")
