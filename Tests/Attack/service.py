"""The service that is attacked: its life, and what it takes of the machine."""

import asyncio
import collections
import json
import os
import pathlib
import re
import socket
import ssl
import subprocess
import urllib.request

Reading = collections.namedtuple("Reading", "memory descriptors")


class Service:
    path = "/v1/books/9780439023481"

    def __init__(self, binary, root, folder, is_encrypted=False):
        """`tls` is what its clients speak with, where it is encrypted."""
        self.binary, self.root, self.folder = os.path.abspath(binary), root, pathlib.Path(folder)
        self.log = self.folder / "log"
        self.settings, self.tls, self.certificate = {}, None, None
        if is_encrypted:
            self.encrypt()

    def encrypt(self):
        self.certificate, key = self.folder / "certificate.pem", self.folder / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key,
             "-out", self.certificate], check=True, stderr=subprocess.DEVNULL)
        self.settings = {"BOOKSTORE_TLS_CERTIFICATE": str(self.certificate), "BOOKSTORE_TLS_KEY": str(key)}
        self.tls = ssl.create_default_context(cafile=self.certificate)

    def client(self):
        """A blocking connection."""
        client = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        return client if self.tls is None else self.tls.wrap_socket(client, server_hostname="localhost")

    async def connection(self, **options):
        """A reader and a writer."""
        if self.tls is not None:
            options |= {"ssl": self.tls, "server_hostname": "localhost"}
        return await asyncio.open_connection("127.0.0.1", self.port, **options)

    def open(self, path, **options):
        scheme, host = ("http", "127.0.0.1") if self.tls is None else ("https", "localhost")
        request = urllib.request.Request(f"{scheme}://{host}:{self.port}{path}", **options)
        return urllib.request.urlopen(request, context=self.tls)

    async def add_books(self, count):
        """A catalogue, by the program's import."""
        def isbn(number):
            digits = f"978000{number:06d}"
            total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(digits))
            return digits + str(-total % 10)

        catalogue = self.folder / "books.csv"
        catalogue.write_text(
            "isbn,title\n" + "".join(f"{isbn(number)},What is known of book {number}\n" for number in range(count)))
        process = await asyncio.create_subprocess_exec(
            self.binary, "import", str(catalogue), "--sender", "attack", env=self.environment, cwd=self.folder,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL)
        assert await process.wait() == 0

    async def start(self):
        self.environment = {
            "PATH": os.environ["PATH"],
            "MIGRATIONS_DIR": str(self.root / "migrations"),
            "DATABASE_URL": f"sqlite:{self.folder}/bookstore.db",
            "BOOKSTORE_PORT": "0",
            "BOOKSTORE_LOG_FORMAT": "json",
            # So that 10,000 idle connections fit beside the probe, however the kernel spreads them.
            "BOOKSTORE_MAX_CONNECTIONS": "16000",
            **self.settings,
        }
        with open(self.log, "wb") as output:
            self.process = await asyncio.create_subprocess_exec(
                self.binary, "serve", env=self.environment, cwd=self.folder, stdout=output, stderr=output)
        for _ in range(600):
            match = re.search(r'listening on.*"port":(\d+)', self.log.read_text())
            if match:
                break
            if self.process.returncode is not None:
                raise SystemExit(f"attack: the service did not start:\n{self.log.read_text()}")
            await asyncio.sleep(0.05)
        self.port = int(match.group(1))
        book = json.dumps({"title": "The Hunger Games", "isbn": "9780439023481"}).encode()
        with self.open("/v1/books", data=book, headers={"content-type": "application/json"}) as answer:
            assert answer.status == 201

    async def stop(self):
        self.process.terminate()
        await self.process.wait()

    def reading(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        resident = int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) << 10
        return Reading(resident, len(os.listdir(f"/proc/{self.process.pid}/fd")))

    async def watch(self):
        """The highest readings until it is cancelled."""
        highest = self.reading()
        try:
            while True:
                await asyncio.sleep(0.2)
                now = self.reading()
                highest = Reading(max(highest.memory, now.memory), max(highest.descriptors, now.descriptors))
        except asyncio.CancelledError:
            return highest

    async def peak(self, watch):
        watch.cancel()
        return await watch

    async def quiet(self):
        """Waits until the attack's connections are gone, at most as long as an idle one may stay."""
        usual = None
        for _ in range(160):
            count = self.connections()
            if count <= 1 and usual == count:
                # Memory is given back a little later.
                await asyncio.sleep(3)
                return
            usual = count
            await asyncio.sleep(0.5)

    def connections(self):
        with self.open("/metrics") as answer:
            text = answer.read().decode()
        return sum(float(value) for value in re.findall(r"^bookstore_http_connections{.*} (\S+)$", text, re.M))

    def log_tail(self):
        return "\n".join(self.log.read_text().splitlines()[-5:])
