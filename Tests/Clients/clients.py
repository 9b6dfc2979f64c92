"""The client programs: how each is started, and what is missing where it cannot be."""

import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
# What is built and fetched for the programs.
FOLDER = HERE.parents[1] / ".build/clients"
PYTHON = FOLDER / "venv/bin/python3"
# Seconds within which an answer must come; far above what any takes.
PATIENCE = 20


class Client:
    def __init__(self, name, *command, needs, package):
        self.name, self.command, self.needs, self.package = name, [str(part) for part in command], needs, package
        self.environment = {
            "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": os.environ.get("HOME", str(FOLDER)),
            "GOCACHE": str(FOLDER / "go"), "GO111MODULE": "off", "NO_PROXY": "*",
        }

    def missing(self):
        """Why the client cannot run; None where it can."""
        program, *check = self.needs
        if shutil.which(program) is None:
            return f"{program} is not installed (Debian: {self.package})"
        if check and subprocess.run([program, *check], capture_output=True, env=self.environment).returncode:
            return f"{program} lacks {check[-1]} ({self.package})"
        return None


def program(name):
    return HERE / "programs" / name


def tool(name, package):
    """A command-line client that a small Python program calls once for each request."""
    return Client(name, sys.executable, "-B", program(f"{name}.py"), needs=[name], package=package)


def library(name, package="scripts/clients fetches it with pip"):
    """A Python package, of the virtual environment."""
    return Client(
        name, PYTHON, "-B", program(f"{name}_client.py"), needs=[str(PYTHON), "-c", f"import {name}"], package=package)


ALL = [
    tool("curl", "curl"),
    tool("wget", "wget"),
    Client("http.client", sys.executable, "-B", program("http_client.py"), needs=[sys.executable], package="python3"),
    Client("urllib.request", sys.executable, "-B", program("urllib_request.py"), needs=[sys.executable], package="python3"),
    library("urllib3"),
    library("requests"),
    library("httpx"),
    library("aiohttp"),
    library("pycurl"),
    Client("node fetch", "node", program("fetch.mjs"), needs=["node", "-e", "fetch"], package="nodejs"),
    Client("node http", "node", program("http.mjs"), needs=["node"], package="nodejs"),
    Client("java HttpClient", "java", program("Java.java"), needs=["javac"], package="default-jdk-headless"),
    Client("go net/http", "go", "run", program("nethttp.go"), needs=["go"], package="golang-go"),
    Client("perl HTTP::Tiny", "perl", program("tiny.pl"), needs=["perl", "-MHTTP::Tiny", "-e1"], package="perl"),
    Client("perl LWP", "perl", program("lwp.pl"), needs=["perl", "-MLWP", "-e1"], package="libwww-perl"),
    Client("ruby Net::HTTP", "ruby", program("nethttp.rb"), needs=["ruby"], package="ruby"),
    Client("php curl", "php", program("curl.php"), needs=["php", "-r", "curl_version();"], package="php-cli, php-curl"),
]
