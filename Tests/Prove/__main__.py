"""scripts/prove: shows that the service cannot oversell and loses no acknowledged write.

It runs the real program over HTTP, on SQLite and on a Postgres that it starts, breaks what can break under
them, and audits what is left. Everything is on the loopback interface and in a temporary folder; what it
starts, it stops. The first broken invariant ends it with exit status 1.
"""

import argparse
import asyncio
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import scenarios
from audit import audit
from figures import table
from processes import ROOT, Broken, Postgres
from run import ALL_BACKENDS, Run
from sabotage import BREAKS, sabotage


def arguments():
    numbers = "\n".join(f"  {scenario.__doc__.splitlines()[0]}" for scenario in scenarios.ALL)
    parser = argparse.ArgumentParser(
        prog="scripts/prove", description=__doc__, epilog=f"scenarios:\n{numbers}",
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="about a minute instead of a few")
    parser.add_argument("--binary", type=Path, default=ROOT / ".build/release/bookstore", metavar="FILE",
                        help="the program (default: .build/release/bookstore)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6), metavar="NUMBER",
                        help="repeats the choices of an earlier run, though not its timing")
    parser.add_argument("--only", type=int, action="append", metavar="NUMBER", help="this scenario; may be repeated")
    parser.add_argument("--backend", action="append", choices=[backend.name for backend in ALL_BACKENDS])
    parser.add_argument("--break", dest="breaks", action="store_true",
                        help="break the database on purpose, in several ways, and see that the audit notices")
    parser.add_argument("--keep", action="store_true", help="leave the folders with databases and logs")
    options = parser.parse_args()
    options.binary = options.binary.resolve()
    if not options.binary.exists():
        parser.error(f"there is no {options.binary}; `make build` makes it")
    return options


class Proof:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.postgres = Postgres()
        self.done = []
        self.skipped = []

    async def run(self):
        """The exit status."""
        began = time.monotonic()
        self.has_postgres = False
        try:
            self.has_postgres = await self.postgres.start()
            for scenario in scenarios.ALL:
                if self._is_wanted(scenario):
                    print(scenario.__doc__.strip(), flush=True)
                    for backend in self._backends(scenario):
                        await self._scenario(scenario, backend)
        except Broken as broken:
            print(f"\nBROKEN: {broken}\n\nThe same again: {self._command()}", flush=True)
            return 1
        finally:
            if self.options.keep and self.has_postgres:
                await self.postgres.save_log(self.folder / "postgres.log")
            await self.postgres.end()
        print(f"\n{table(self.done, self.skipped)}\n\nNothing broken in {time.monotonic() - began:.0f} s. "
              f"Seed {self.options.seed}.")
        return 0

    def _is_wanted(self, scenario):
        if self.options.breaks:
            return scenario.NUMBER == 1
        return not self.options.only or scenario.NUMBER in self.options.only

    def _backends(self, scenario):
        if self.options.backend:
            return [backend for backend in scenario.BACKENDS if backend.name in self.options.backend]
        if self.options.breaks:
            return [backend for backend in scenario.BACKENDS if backend.instances == 1]
        return getattr(scenario, "SHORT", scenario.BACKENDS) if self.options.short else scenario.BACKENDS

    async def _scenario(self, scenario, backend):
        name = f"{scenario.NUMBER}. {scenario.NAME}"
        if backend.engine == "postgres" and not self.has_postgres:
            return self._skip(name, backend, "no Postgres server is installed (Debian: apt-get install postgresql)")
        if self.options.breaks:
            for number, flaw in enumerate(BREAKS):
                await self._broken_on_purpose(scenario, f"{name}-{number}", backend, flaw)
            return
        run = Run(name, backend, self.options, self.postgres, self._own_folder(name, backend))
        try:
            await self._in_full(scenario, run)
        except NotImplementedError as reason:
            return self._skip(name, backend, str(reason))
        except Broken as broken:
            print(run.figures.line(), flush=True)
            self.options.only, self.options.backend = [scenario.NUMBER], [backend.name]
            raise Broken(f"{name} on {backend.name}: {broken}") from broken
        print(run.figures.line(), flush=True)
        self.done.append(run.figures)

    async def _in_full(self, scenario, run, flaw=None):
        cleanly = False
        try:
            is_audited = await scenario.run(run)
            if flaw:
                await sabotage(run, flaw)
            if not is_audited:
                await audit(run)
            cleanly = True
        finally:
            await run.close(cleanly)

    async def _broken_on_purpose(self, scenario, name, backend, flaw):
        run = Run(name, backend, self.options, self.postgres, self._own_folder(name, backend))
        try:
            await self._in_full(scenario, run, flaw)
        except Broken as broken:
            print(f"  {backend.name}: {flaw} is noticed: {str(broken)[:150]}", flush=True)
            return
        raise Broken(f"nobody noticed a {flaw} on {backend.name}")

    def _own_folder(self, name, backend):
        folder = self.folder / f"{name} {backend.name}".replace(". ", "-").replace(" ", "-")
        folder.mkdir(parents=True)
        return folder

    def _skip(self, name, backend, reason):
        self.skipped.append((name, backend.name, reason))
        print(f"  {backend.name}: SKIPPED: {reason}", flush=True)

    def _command(self):
        words = ["scripts/prove", "--seed", str(self.options.seed)]
        words += ["--short"] * self.options.short + ["--break"] * self.options.breaks
        words += [word for number in self.options.only or [] for word in ("--only", str(number))]
        words += [word for backend in self.options.backend or [] for word in ("--backend", f"'{backend}'")]
        return " ".join(words)


def main():
    options = arguments()
    folder = Path(tempfile.mkdtemp(prefix="bookstore-proof."))
    print(f"Proof of {options.binary}, seed {options.seed}, in {folder}", flush=True)

    def interrupt(number, _):
        raise KeyboardInterrupt(number)

    signal.signal(signal.SIGTERM, interrupt)
    try:
        return asyncio.run(Proof(options, folder).run())
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        return 130
    finally:
        if options.keep:
            print(f"Databases and logs are in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
