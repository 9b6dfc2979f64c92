"""The load tools: so many requests for one book, and not one of them may fail."""

import asyncio
import os
import re
import shutil
import subprocess

CONNECTIONS = 10


class Load:
    """A tool, how it is called, and what its report must say of the requests that were wanted."""

    def __init__(self, name, package, version, arguments, wanted, connections=None):
        self.name, self.package, self.version = name, package, version
        self.arguments, self.wanted, self.connections = arguments, wanted, connections or (lambda count: CONNECTIONS)

    async def run(self, service, watch, count):
        tool = self.name.split()[0]
        if shutil.which(tool) is None:
            return [self.name, "-", "-", "-", "-", f"SKIPPED: {tool} is not installed (Debian: {self.package})"]
        url = f"http://127.0.0.1:{service.port}{service.path}"
        (service.folder / "siegerc").write_text("connection = keep-alive\nverbose = false\n")
        before = watch.accepted()
        process = await asyncio.create_subprocess_exec(
            tool, *self.arguments(url, count), cwd=service.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={"PATH": os.environ["PATH"], "HOME": str(service.folder), "LC_ALL": "C"})
        report = (await asyncio.wait_for(process.communicate(), 120))[0].decode(errors="replace")
        opened = watch.accepted() - before
        failures = [words for words in self.wanted(count) if not re.search(words, report, re.M)]
        if opened > self.connections(count):
            failures.append(f"at most {self.connections(count)} connections")
        if failures:
            print(f"clients: {self.name}: not in its report: {failures}\n{report}")
        version = subprocess.run([tool, self.version], capture_output=True, text=True)
        number = re.search(r"\d+\.\d+(\.\d+)*", version.stdout + version.stderr)
        sent = re.search(r"^ +(\d+) requests in", report, re.M)
        sent = sent.group(1) if sent else count
        return [
            self.name, number.group() if number else "?", f"{sent} requests", "-", str(opened),
            f"{len(failures)} FAILED" if failures else "ok",
        ]


ALL = [
    Load(
        "ab -k", "apache2-utils", "-V",
        lambda url, count: ["-k", "-q", "-n", str(count), "-c", str(CONNECTIONS), url],
        lambda count: [
            rf"^Complete requests: +{count}$", r"^Failed requests: +0$", rf"^Keep-Alive requests: +{count}$",
            r"\A(?!(?s:.*)Non-2xx)",
        ]),
    Load(
        "ab", "apache2-utils", "-V",
        lambda url, count: ["-q", "-n", str(count), "-c", str(CONNECTIONS), url],
        lambda count: [rf"^Complete requests: +{count}$", r"^Failed requests: +0$"],
        connections=lambda count: count + CONNECTIONS),
    Load(
        "h2load --h1", "nghttp2-client", "--version",
        lambda url, count: ["--h1", "-n", str(count), "-c", str(CONNECTIONS), url],
        lambda count: [rf"{count} succeeded, 0 failed, 0 errored, 0 timeout", rf"^status codes: {count} 2xx"]),
    Load(
        "h2load --h1 -m 8", "nghttp2-client", "--version",
        lambda url, count: ["--h1", "-m", "8", "-n", str(count), "-c", str(CONNECTIONS), url],
        lambda count: [rf"{count} succeeded, 0 failed, 0 errored, 0 timeout", rf"^status codes: {count} 2xx"]),
    Load(
        "siege", "siege", "--version",
        lambda url, count: ["--rc=./siegerc", "-b", "-c", str(CONNECTIONS), "-r", str(count // CONNECTIONS), url],
        lambda count: [rf'(?i)^\W*transactions"?:\s+{count}\b', r'(?i)^\W*failed.transactions"?:\s+0\b'],
    ),
    # It counts by time, so what it did is read from its report; its first connection only tries the address.
    Load(
        "wrk", "wrk", "--version",
        lambda url, count: ["-t1", f"-c{CONNECTIONS}", "-d2s", url],
        lambda count: [r"^ +\d{2,} requests in", r"\A(?!(?s:.*)(Non-2xx|Socket errors))"],
        connections=lambda count: CONNECTIONS + 1),
]
