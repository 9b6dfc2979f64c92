"""7. The clock of the service's host jumps by days, forward and back: on Postgres holds and keys follow the
database's clock, and everywhere the ledger stays in order."""

import asyncio
import datetime
import email.utils
from pathlib import Path

from holds import hold
from load import Load
from processes import Broken
from run import POSTGRES_2, SQLITE

NUMBER, NAME, BACKENDS = 7, "clock jumps", [SQLITE, POSTGRES_2]
SHIFTS = {"+1d": 86_400, "-3h": -10_800, "+400d": 34_560_000, "-2d": -172_800, "+0": 0}
LIBRARY = "faketime/libfaketimeMT.so.1"


async def run(run):
    library = next(Path("/usr/lib").glob(f"*/{LIBRARY}"), None)
    if library is None:
        raise NotImplementedError("libfaketime is not installed (Debian: apt-get install libfaketime)")
    dial = run.folder / "clock"
    dial.write_text("+0")
    await run.open(instances=run.backend.instances - 1)
    # One of several services goes wrong; a single one does alone.
    shifted = await run.add_service(environment={
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(dial),
        "FAKETIME_CACHE_DURATION": "1",
        # Timeouts count on a clock that nobody sets.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    })
    skus, locations = await run.books(8), await run.locations(2)
    await run.stock(skus, locations, 500)
    client = run.client(address=shifted.address)
    lines = [(skus[0], None, 1)]
    lasting, _ = await hold(run, client, lines, expires_in=600)
    bought = run.promise([(skus[0], "main", "on_hand", -1)], key="before all jumps")
    await run.adjust(client, "sold", promise=bought)
    load = Load(run, skus, locations)
    if run.backend.engine == "sqlite":
        # The host's clock is the database's: when it says that a day is over, a key is forgotten.
        load.doubts = 0
    load.start(8)
    for shift in list(SHIFTS)[-3 if run.options.short else 0 :]:
        dial.write_text(shift)
        await reached(client, SHIFTS[shift])
        await load.for_seconds(0.3)
        if run.backend.engine == "postgres":
            await follows_database(run, client, lasting, bought, lines)
    await load.stop()


async def follows_database(run, client, lasting, bought, lines):
    """Whatever the service's host believes, ten minutes are not over, a second is, and a key is not forgotten."""
    body = await run.get(f"/v1/reservations/{lasting.id}", client)
    if body["state"] != "pending":
        raise Broken(f"a hold for ten minutes is {body['state']} after seconds: {body}")
    _, response = await run.adjust(client, "sold", promise=bought)
    if not response.replayed:
        raise Broken(f"a key of some seconds ago is forgotten: {response}")
    brief, _ = await hold(run, client, lines, expires_in=1)
    for _ in range(100):
        if (await run.get(f"/v1/reservations/{brief.id}", client))["state"] == "expired":
            return
        await asyncio.sleep(0.1)
    raise Broken(f"a hold for one second has not run out after ten: {brief.body}")


async def reached(client, seconds):
    """Waits until the service's own clock is shifted so far."""
    for _ in range(100):
        answer = await client.request("GET", "/livez")
        told = email.utils.parsedate_to_datetime(answer.fields["date"])
        shift = (told - datetime.datetime.now(datetime.timezone.utc)).total_seconds()
        if abs(shift - seconds) < 60:
            return
        await asyncio.sleep(0.1)
    raise Broken(f"the service's clock does not follow: it is off by {shift} s, not by {seconds} s")
