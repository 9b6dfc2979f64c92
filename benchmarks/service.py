"""The service that benchmarks measure: a process of its own on a free port, with a catalogue."""

import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TICK = os.sysconf("SC_CLK_TCK")


class Service:
    """`bookstore` over a database, in a folder of its own, with these settings beside the defaults."""

    def __init__(self, binary, database, folder, settings=None):
        self.binary, self.folder = os.path.abspath(binary), pathlib.Path(folder)
        self.environment = {
            "PATH": os.environ["PATH"], "MIGRATIONS_DIR": str(ROOT / "migrations"), "DATABASE_URL": database,
            "BOOKSTORE_PORT": "0", "BOOKSTORE_LOG_FORMAT": "json", **(settings or {}),
        }

    def run(self, *words):
        """Runs another command of the program to its end and returns what it prints."""
        return subprocess.run(
            [self.binary, *words], env=self.environment, cwd=self.folder, check=True, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True).stdout

    def add_books(self, isbns):
        catalogue = self.folder / "books.csv"
        catalogue.write_text("isbn,title\n" + "".join(f"{isbn},Book {isbn}\n" for isbn in isbns))
        self.run("import", str(catalogue), "--sender", "benchmark")

    def start(self):
        log = self.folder / "log"
        with open(log, "wb") as output:
            self.process = subprocess.Popen(
                [self.binary, "serve"], env=self.environment, cwd=self.folder, stdout=output, stderr=output)
        for _ in range(400):
            match = re.search(r'listening on.*"port":(\d+)', log.read_text())
            if match:
                self.port = int(match.group(1))
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        self.process.kill()
        sys.exit(f"benchmark: the service does not listen:\n{log.read_text()}")

    def cpu_seconds(self):
        """The processor's time that the process has had, in user and in system mode (proc(5))."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def stop(self):
        self.process.terminate()
        self.process.wait()
