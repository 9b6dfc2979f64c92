"""Runs one scenario in every HTTP client that is here, against a service of its own, and the load tools beside it.

    scripts/clients [--short] [--binary FILE] [--only NAME]

Needs the program (by default .build/release/bookstore). What is not installed is shown as SKIPPED; the Python packages
come from a virtual environment that scripts/clients makes. It fails when one check of one client fails.
"""

import argparse
import asyncio
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "Attack"))

import clients  # noqa: E402
import loads  # noqa: E402
from scenario import Scenario, Seed  # noqa: E402
from service import Service  # noqa: E402
from session import Session  # noqa: E402
from watching import Mirror, Watch  # noqa: E402

HEADINGS = ["client", "version", "checks", "cannot", "connections", "result"]


async def run_client(client, number, service, mirror, watch, seed):
    reason = client.missing()
    if reason:
        return [client.name, "-", "-", "-", "-", f"SKIPPED: {reason}"]
    before = watch.accepted()
    session = Session(client)
    scenario = Scenario(session, number, service.port, mirror, watch, seed)
    try:
        version, cannot = await session.start()
        await scenario.run(cannot)
    except Exception as error:  # whatever a client does is shown beside the others
        scenario.failures.append(f"{client.name}: {error!r}")
        version = "?"
    finally:
        await session.stop()
    for failure in scenario.failures:
        print(f"clients: {client.name}: {failure}", file=sys.stderr)
    if scenario.failures and session.errors():
        print(session.errors(), file=sys.stderr)
    return [
        client.name, version, str(scenario.passed), ", ".join(scenario.left_out) or "-",
        str(watch.accepted() - before), f"{len(scenario.failures)} FAILED" if scenario.failures else "ok",
    ]


def table(rows):
    lines = [HEADINGS, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())


async def main():
    parser = argparse.ArgumentParser(prog="scripts/clients", description=__doc__.splitlines()[0])
    parser.add_argument("--short", action="store_true", help="fewer requests of the load tools")
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build/release/bookstore")
    parser.add_argument("--only", help="one client: " + ", ".join(c.name for c in clients.ALL))
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        service = Service(str(options.binary.resolve()), ROOT, folder)
        await service.start()
        mirror = await Mirror.start()
        try:
            seed = Seed.store(service.port)
            watch = Watch(service.port)
            for number, client in enumerate(clients.ALL):
                if options.only in (None, client.name):
                    print(f"{client.name} …", file=sys.stderr, flush=True)
                    rows.append(await run_client(client, number, service, mirror, watch, seed))
            for load in loads.ALL:
                if options.only in (None, load.name):
                    print(f"{load.name} …", file=sys.stderr, flush=True)
                    rows.append(await load.run(service, watch, 500 if options.short else 5000))
        finally:
            await mirror.stop()
            await service.stop()
        failed = any("FAILED" in row[-1] for row in rows)
        if failed:
            print("the last of the service's log:\n" + service.log_tail(), file=sys.stderr)
    table(rows)
    ran = [row for row in rows if "SKIPPED" not in row[-1]]
    print(f"{len(ran)} clients ran, {sum('FAILED' in row[-1] for row in ran)} failed, {len(rows) - len(ran)} skipped")
    return 1 if failed or not ran else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
