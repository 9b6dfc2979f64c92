"""One client program under way: requests go to it as lines, answers come back as lines.

A request is `METHOD URL FLAGS FIELDS CONTENT`, an answer `STATUS FIELDS CONTENT` or `ERROR TEXT`, separated by tabs.
FIELDS and CONTENT are base64, `-` where there are none; FIELDS are lines `name: value`. FLAGS, separated by commas, are
what the client is asked to do its own way: `gzip` to take compressed answers, `chunked` to send the content without a
length, `expect` to wait for 100 Continue, `times=N` to send the request so often over one connection (only for programs
that run once for each request). The first line of a program is its version and what it cannot do.
"""

import asyncio
import base64
import json
import tempfile

from clients import PATIENCE


class Answer:
    def __init__(self, status, fields, content):
        self.status, self.content = status, content
        self.fields = {}
        for line in fields.decode("latin-1").splitlines():
            name, _, value = line.partition(":")
            self.fields.setdefault(name.strip().lower(), value.strip())

    @property
    def json(self):
        return json.loads(self.content.decode("utf-8"))


class Session:
    def __init__(self, client):
        self.client = client
        self.process = None
        self.log = tempfile.TemporaryFile()

    async def start(self):
        self.process = await asyncio.create_subprocess_exec(
            *self.client.command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=self.log,
            env=self.client.environment, limit=64 << 20)
        version, cannot = (await self.line(PATIENCE * 6)).split("\t")
        return version, [word for word in cannot.split(",") if word != "-"]

    async def line(self, seconds):
        line = await asyncio.wait_for(self.process.stdout.readline(), seconds)
        if not line:
            raise EOFError("the program ended")
        return line.decode().rstrip("\n")

    async def send(self, method, url, fields=(), content=None, flags=()):
        lines = "\n".join(f"{name}: {value}" for name, value in fields).encode()
        parts = [
            method, url, ",".join(flags) or "-", base64.b64encode(lines).decode() or "-",
            base64.b64encode(content).decode() if content is not None else "-",
        ]
        self.process.stdin.write(("\t".join(parts) + "\n").encode())
        await self.process.stdin.drain()
        status, *rest = (await self.line(PATIENCE)).split("\t")
        if status == "ERROR":
            raise OSError(rest[0])
        head, content = (b"" if part == "-" else base64.b64decode(part) for part in rest)
        return Answer(int(status), head, content)

    async def stop(self):
        if self.process and self.process.returncode is None:
            self.process.stdin.close()
            try:
                await asyncio.wait_for(self.process.wait(), 5)
            except asyncio.TimeoutError:
                self.process.kill()
                await self.process.wait()

    def errors(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")[-2000:]
