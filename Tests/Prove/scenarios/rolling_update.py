"""8. The last release's program and this one at the same time over one database, which this one migrates while the
other one runs: both write and read, and both find the ledger clean."""

import subprocess
from pathlib import Path

from load import Load
from processes import ROOT, Broken
from run import POSTGRES, SQLITE

NUMBER, NAME, BACKENDS = 8, "rolling update", [SQLITE, POSTGRES]


def last_release(options):
    """The folder with the last release's program; built if need be, unless the short form is asked for."""
    found = subprocess.run(
        [ROOT / "scripts/last-release", *(["--cached"] if options.short else [])],
        stdout=subprocess.PIPE, text=True)
    if found.returncode != 0:
        raise NotImplementedError("the last release is not built; scripts/last-release builds it")
    return Path(found.stdout.strip())


async def run(run):
    release = last_release(run.options)
    await run.open(instances=0)
    old = await run.add_service(release / "bookstore", migrations=release / "migrations")
    skus, locations = await run.books(8), await run.locations(2)
    await run.stock(skus, locations, 500)
    # Keys are of the new program only, and the load goes to both.
    run.options.keys, keys = False, run.options.keys
    load = Load(run, skus, locations)
    load.start(8)
    await load.for_seconds(0.3)
    new = await run.add_service()
    if new.migrated == 0:
        run.figures.notes.append("no step of the schema is new")
    load.start(8)
    await load.for_seconds(1 if run.options.short else 4)
    await load.stop()
    run.options.keys = keys
    for service in (old, new):
        client = run.client(address=service.address)
        for path in ("/v1/books", f"/v1/items/{skus[0]}/stock", "/v1/stock", "/v1/movements"):
            await run.get(path, client)
        status, output = await service.run("verify", "--json")
        if status != 0:
            run.figures.notes.append(f"verify of {service.name} ends with {status}")
    ready = (await run.client(address=old.address).request("GET", "/readyz")).status
    run.figures.notes.append(f"readyz of the old one is {ready}")
    # Starting once more, as after a crash in the middle of the update.
    await old.stop()
    try:
        await old.start()
        run.figures.notes.append("the old one starts on the new schema")
    except Broken:
        run.services.remove(old)
        run.figures.notes.append("the old one does not start again on the new schema")
