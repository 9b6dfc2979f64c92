"""An honest client: a request every 20 ms, each on a connection of its own, whether or not the last is answered."""

import asyncio
import json
import pathlib
import ssl
import sys
import time

INTERVAL = 0.02
PATIENCE = 10.0


class Probe:
    """Runs in a process of its own, so that the attacks do not slow the client down instead of the service."""

    def __init__(self, port, path, certificate=None):
        self.words = [str(port), path, *([] if certificate is None else [str(certificate)])]
        self.times, self.failures = [], []

    async def start(self):
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-B", str(pathlib.Path(__file__)), *self.words, stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE)

    async def stop(self):
        output, _ = await self.process.communicate(b"\n")
        result = json.loads(output)
        self.times, self.failures = sorted(result["times"]), result["failures"]

    @property
    def count(self):
        return len(self.times) + len(self.failures)

    def percentile(self, part):
        if not self.times:
            return float("inf")
        return self.times[min(len(self.times) - 1, int(part * len(self.times)))]


async def ask(port, path, tls, due, times, failures):
    writer = None
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", port, ssl=tls, server_hostname=None if tls is None else "localhost")
            writer.write(f"GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode())
            answer = await reader.read(-1)
        if answer.startswith(b"HTTP/1.1 200 "):
            times.append(time.monotonic() - due)
        else:
            failures.append(answer[:60].decode(errors="replace"))
    except (OSError, TimeoutError) as error:
        failures.append(repr(error))
    finally:
        if writer is not None:
            writer.close()


async def main(port, path, certificate=None):
    tls = None if certificate is None else ssl.create_default_context(cafile=certificate)
    times, failures, tasks = [], [], set()
    ended = asyncio.create_task(asyncio.to_thread(sys.stdin.readline))
    due = time.monotonic()
    while not ended.done():
        task = asyncio.create_task(ask(port, path, tls, due, times, failures))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        due += INTERVAL
        await asyncio.sleep(max(0, due - time.monotonic()))
    await asyncio.gather(*tasks)
    print(json.dumps({"times": times, "failures": failures}))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), *sys.argv[2:]))
