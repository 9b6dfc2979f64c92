"""The committed corpora: one file of text a target, one input a line (Tests/FuzzInvariants/Corpus.swift reads them too)."""

import pathlib
import re

FOLDER = pathlib.Path(__file__).resolve().parent / "Corpus"
WRITTEN = "# Written by hand: examples, and what was found once."
CHOSEN = "# Chosen by scripts/fuzz --keep: what reaches every place that was reached."
ESCAPES = {0x5C: "\\\\", 0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t"}
LETTERS = {"\\": 0x5C, "n": 0x0A, "r": 0x0D, "t": 0x09}


def line(data):
    """An input as a line; what an editor could change stands escaped."""
    text = []
    for position, byte in enumerate(data):
        at_edge = position in (0, len(data) - 1)
        if byte in ESCAPES:
            text.append(ESCAPES[byte])
        elif 33 <= byte <= 126 and not (position == 0 and byte == ord("#")) or byte == 32 and not at_edge:
            text.append(chr(byte))
        else:
            text.append(f"\\x{byte:02x}")
    return "".join(text)


def data(text):
    """The input of a line."""
    found = bytearray()
    for escape, plain in re.findall(r"\\(x[0-9a-f]{2}|.)|([^\\])", text):
        if plain:
            found.append(ord(plain))
        else:
            found.append(LETTERS[escape] if escape in LETTERS else int(escape[1:], 16))
    return bytes(found)


def path(target):
    return FOLDER / f"{target}.txt"


def read(target):
    if not path(target).exists():
        return []
    lines = path(target).read_text("ascii").splitlines()
    return [data(text) for text in lines if text and not text.startswith("#")]


def write(target, inputs):
    """Replaces what was chosen; what people wrote above it stays."""
    text = path(target).read_text("ascii") if path(target).exists() else f"{WRITTEN}\n"
    known = text.split(CHOSEN)[0]
    hand = set(known.splitlines())
    lines = sorted({line(item) for item in inputs if item} - hand, key=lambda text: (len(text), text))
    path(target).write_text(known + f"{CHOSEN}\n" + "".join(f"{text}\n" for text in lines), "ascii")
