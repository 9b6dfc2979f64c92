"""The lines that session.py describes, for the programs in Python."""

import base64
import sys


class Ask:
    def __init__(self, line):
        self.method, self.url, flags, fields, content = line.split("\t")
        self.flags = dict(flag.partition("=")[::2] for flag in flags.split(","))
        lines = base64.b64decode(fields if fields != "-" else "").decode().splitlines()
        self.fields = dict(line.split(": ", 1) for line in lines)
        self.content = None if content == "-" else base64.b64decode(content)

    def pieces(self):
        """The content in parts, for those who send it in chunks."""
        for start in range(0, len(self.content), 1000):
            yield self.content[start:start + 1000]


def asks(version, *cannot):
    """The requests that are wanted, after saying hello."""
    print(version, ",".join(cannot) or "-", sep="\t", flush=True)
    for line in sys.stdin:
        yield Ask(line.rstrip("\n"))


def answer(status, fields, content):
    lines = "\n".join(f"{name}: {value}" for name, value in fields).encode("latin-1")
    print(status, encoded(lines), encoded(content or b""), sep="\t", flush=True)


def failed(error):
    print("ERROR", repr(error).replace("\t", " "), sep="\t", flush=True)


def encoded(part):
    return base64.b64encode(part).decode() or "-"


def serve(send, version, *cannot):
    """Answers each request with what `send` returns for it: status, fields, content."""
    for ask in asks(version, *cannot):
        try:
            answer(*send(ask))
        except Exception as error:  # told to who asked
            failed(error)
