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
    # Plenty: where a sale races with a receipt near zero, 4f278ad answers 500 on Postgres.
    await run.stock(skus, locations, 100_000)
    # As both understand it.
    load = Load(run, skus, locations, keys=False)
    load.start(8)
    await load.for_seconds(0.3)
    new = await run.add_service()
    load.start(8)
    # What only the new one knows, beside it.
    modern = Load(run, skus, locations, address=lambda _: new.address)
    modern.start(8)
    await modern.for_seconds(1 if run.options.short else 4)
    await load.stop()
    await modern.stop()
    run.figures.notes.append(f"{new.migrated} steps of the schema were new")
    for service in (old, new):
        client = run.client(address=service.address)
        for path in ("/v1/books", f"/v1/items/{skus[0]}/stock", "/v1/stock",
                     "/v1/movements?kind=adjustment"):
            await run.get(path, client)
    # The old program refuses a schema that its folder of migrations does not explain; with the new folder it looks.
    old.environment["MIGRATIONS_DIR"] = new.environment["MIGRATIONS_DIR"]
    status, output = await old.run("verify")
    if status != 0:
        raise Broken(f"to the last release the ledger is not clean: {output}")
    # The audit asks the new one.
    run.services = [new, old]
    for path in ("/readyz", "/v1/movements"):
        status = (await run.client(address=old.address).request("GET", path)).status
        run.figures.notes.append(f"the old one answers {path} with {status}")
