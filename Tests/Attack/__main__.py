"""Attacks services of its own on loopback, by HTTP and by HTTPS, and shows what an honest client notices.

    scripts/attack [--short] [--binary FILE] [--only NAME]

Needs the program (by default .build/release/bookstore); the slow attacks are Debian's slowhttptest and are left out,
visibly, where it is not installed. It fails when an honest request fails, when descriptors do not come back, or when the
process keeps more than 32 MB; in its long form also when honest requests take longer than a second at the 99th
percentile. The short form is for the gate, where a debug build may be as slow as it is.
"""

import argparse
import asyncio
import pathlib
import resource
import shutil
import sys
import tempfile

import attacks
import tls
from probe import Probe
from service import Service

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEPT = 32 << 20
SLOWEST = 1.0


class Row:
    """What one attack did to the service and to an honest client."""

    def __init__(self, name, connections, probe, before, during, after):
        self.name, self.connections, self.probe = name, connections, probe
        self.before, self.during, self.after = before, during, after

    def problems(self, is_short):
        if self.probe.failures:
            yield f"{self.name}: {len(self.probe.failures)} honest requests failed, first: {self.probe.failures[0]}"
        if not is_short and self.probe.percentile(0.99) > SLOWEST:
            yield f"{self.name}: the 99th percentile of honest requests is {self.probe.percentile(0.99):.3f} s"
        if self.after.descriptors > self.before.descriptors + 8:
            yield f"{self.name}: {self.before.descriptors} descriptors before, {self.after.descriptors} after"
        if self.after.memory > self.before.memory + KEPT:
            yield f"{self.name}: {self.before.memory >> 20} MB before, {self.after.memory >> 20} MB after"

    def cells(self):
        times = [self.probe.percentile(part) * 1000 for part in (0.5, 0.99, 1)]
        memory = [reading.memory / (1 << 20) for reading in (self.before, self.during, self.after)]
        return [
            self.name, str(self.probe.count), str(len(self.probe.failures)),
            *(f"{value:.1f}" for value in times), *(f"{value:.1f}" for value in memory),
            *(str(reading.descriptors) for reading in (self.before, self.during, self.after)),
        ]


HEADINGS = [
    "attack", "probes", "failed", "p50 ms", "p99 ms", "max ms", "MB before", "during", "after", "fds before",
    "during", "after",
]


def table(rows):
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    for line in lines:
        first, *rest = (cell.rjust(width) for cell, width in zip(line, widths))
        print(line[0].ljust(widths[0]), *rest)


async def run(service, name, attack):
    before = service.reading()
    probe = Probe(service.port, service.path, service.certificate)
    await probe.start()
    watch = asyncio.create_task(service.watch())
    await attack(service)
    during = await service.peak(watch)
    await probe.stop()
    await service.quiet()
    return Row(name, attack.connections, probe, before, during, service.reading())


async def attacked(options, chosen, is_encrypted):
    """The rows of these attacks, on a service of their own, and the last of its log."""
    rows = []
    chosen = [(name, attack) for name, attack in chosen if options.only in (None, name)]
    if not chosen:
        return rows, ""
    with tempfile.TemporaryDirectory() as folder:
        service = Service(options.binary, ROOT, folder, is_encrypted)
        await service.start()
        try:
            for name, attack in chosen:
                if attack is None:
                    print(f"SKIPPED: {name}, since slowhttptest is not installed (Debian: apt-get install slowhttptest)")
                    continue
                print(f"{name} …", file=sys.stderr, flush=True)
                rows.append(await run(service, name, attack))
        finally:
            await service.stop()
        return rows, service.log_tail()


async def main():
    parser = argparse.ArgumentParser(prog="scripts/attack", description=__doc__.splitlines()[0])
    parser.add_argument("--short", action="store_true", help="fewer connections, less time")
    parser.add_argument("--binary", default=str(ROOT / ".build/release/bookstore"))
    parser.add_argument("--only", help="one attack: " + ", ".join(attacks.NAMES + tls.NAMES))
    options = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    services = [
        await attacked(options, attacks.chosen(options.short), is_encrypted=False),
        await attacked(options, tls.chosen(options.short), is_encrypted=True),
    ]
    rows = [row for rows, _ in services for row in rows]
    table(rows)
    for row in rows:
        if row.connections:
            taken = (row.during.memory - row.before.memory) / row.connections
            print(f"{row.name}: {taken:.0f} bytes of the process's own memory for each connection")
    log = "\n".join(log for rows, log in services if rows)
    problems = [problem for row in rows for problem in row.problems(options.short)]
    for problem in problems:
        print(f"attack: {problem}", file=sys.stderr)
    if problems:
        print("the last of the service's log:\n" + log, file=sys.stderr)
    return 1 if problems or not rows else 0


if __name__ == "__main__":
    if shutil.which("python3") is None:
        sys.exit(2)
    sys.exit(asyncio.run(main()))
