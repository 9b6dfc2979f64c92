"""The processes under test: the service and Postgres. Each is stopped by its process id, also when the proof is
interrupted, and ends by itself when the proof is killed."""

import asyncio
import os
import re
import signal
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Broken(Exception):
    """An invariant does not hold; the text says which and how."""


class Service:
    """`bookstore serve` on a free port of the loopback interface."""

    def __init__(self, folder, name, binary, environment, migrations=ROOT / "migrations"):
        self.log = folder / f"{name}.log"
        self.name = name
        self.binary = Path(binary)
        self.environment = {
            # Nothing of the caller's environment steers what is proved, except where programs are found.
            "PATH": os.environ["PATH"],
            "BOOKSTORE_PORT": "0",
            "BOOKSTORE_LOG_FORMAT": "json",
            "MIGRATIONS_DIR": str(migrations),
            **environment,
        }
        self.process = None
        self.port = None
        # Steps of the schema that it applied when it was started last.
        self.migrated = 0

    def address(self):
        return "127.0.0.1", self.port

    @property
    def pid(self):
        return self.process.pid

    async def start(self, timeout=30):
        """Starts the program and waits until it listens."""
        seen = self.log.stat().st_size if self.log.exists() else 0
        with open(self.log, "ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                # The service must not outlive a proof that is killed.
                "setpriv", "--pdeathsig=KILL", str(self.binary), "serve",
                cwd=self.log.parent, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                # A session of its own keeps the terminal's Ctrl-C away from it.
                start_new_session=True,
            )
        for _ in range(timeout * 50):
            if found := re.search(rb'"port":(\d+)', self._log_from(seen)):
                self.port = int(found[1])
                self.migrated = self._log_from(seen).count(b"applied migration")
                return
            if self.process.returncode is not None:
                break
            await asyncio.sleep(0.02)
        raise Broken(f"{self.name} does not start:\n{self.tail()}")

    async def kill(self):
        """kill -9."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
            await self.process.wait()

    async def stop(self):
        """SIGTERM; a service that is stopped ends with status 0."""
        if self.process is None or self.process.returncode is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            status = await asyncio.wait_for(self.process.wait(), 40)
        except asyncio.TimeoutError:
            await self.kill()
            raise Broken(f"{self.name} does not stop within 40 s of SIGTERM:\n{self.tail()}") from None
        if status != 0:
            raise Broken(f"{self.name} ended with status {status}:\n{self.tail()}")

    def check_alive(self):
        if self.process.returncode is not None:
            raise Broken(f"{self.name} ended by itself, status {self.process.returncode}:\n{self.tail()}")

    def tail(self, lines=15):
        return "\n".join(self._log_from(0).decode(errors="replace").splitlines()[-lines:])

    def _log_from(self, offset):
        with open(self.log, "rb") as log:
            log.seek(offset)
            return log.read()

    async def run(self, *arguments):
        """Another command of the same program over the same database: (status, output)."""
        # A library that is preloaded to shift the clock hides the arguments from Swift's runtime.
        environment = {name: value for name, value in self.environment.items() if name != "LD_PRELOAD"}
        process = await asyncio.create_subprocess_exec(
            str(self.binary), *arguments, cwd=self.log.parent, env=environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        return process.returncode, output.decode(errors="replace")


class Postgres:
    """A server from scripts/test-postgres, which ends when its standard input does. With fsync, of course."""

    def __init__(self):
        self.process = None
        self.url = None
        self.databases = 0

    async def start(self):
        """False when no Postgres is installed."""
        self.process = await asyncio.create_subprocess_exec(
            str(ROOT / "scripts/test-postgres"),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
        )
        line = await self.process.stdout.readline()
        if not line:
            if await self.process.wait() == 69:
                return False
            raise Broken("scripts/test-postgres does not start")
        self.url = line.decode().strip()
        return True

    async def command(self, word):
        """stop, start, pause or resume; returns when it is done."""
        self.process.stdin.write(f"{word}\n".encode())
        answer = await asyncio.wait_for(self.process.stdout.readline(), 60)
        if not answer:
            raise Broken(f"scripts/test-postgres ended during {word}")

    async def database(self):
        """Creates an empty database and returns its URL."""
        self.databases += 1
        name = f"proof_{self.databases}"
        await self.query(self.url, f"create database {name}")
        return f"{self.url.rpartition('/')[0]}/{name}"

    async def query(self, url, sql):
        """What psql says, unaligned."""
        process = await asyncio.create_subprocess_exec(
            "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql, url,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        if process.returncode != 0:
            raise Broken(f"psql: {output.decode()}")
        return output.decode().strip()

    async def save_log(self, file):
        """Keeps what the server wrote, before its folder goes."""
        data = Path(await self.query(self.url, "show data_directory"))
        file.write_bytes((data.parent / "log").read_bytes())

    async def end(self):
        if self.process is not None and self.process.returncode is None:
            self.process.stdin.close()
            await self.process.wait()
