"""Fuzzes everything that reads what strangers send.

    scripts/fuzz [--short] [--seconds N] [--only TARGET]... [--keep]
    scripts/fuzz --replay TARGET FILE

Each target runs for N seconds (60; with --short 6), one after the other, from the committed corpus and what earlier
runs have found on this machine (.build/fuzz/found). It fails when an input breaks a law, crashes the program, takes
longer than 10 seconds or more than 2 GB, and says where that input is and how to try it again. --keep writes the
inputs that reach every place that was reached into the committed corpus, as few as can be.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import corpus

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = ROOT / ".build" / "fuzz"
FOUND, FINDINGS = WORK / "found", WORK / "findings"
DICTIONARIES = pathlib.Path(__file__).resolve().parent / "Dictionaries"
# What reads it, and the longest input worth trying.
TARGETS = {
    "head": ("http", 600), "chunked": ("chunked", 600), "target": ("http", 300), "json": ("json", 400),
    "csv": ("csv", 300), "cursor": (None, 300), "isbn": ("isbn", 120), "key": (None, 100),
}


def build():
    print("building the fuzzer (libFuzzer, AddressSanitizer) …", flush=True)
    command = ["swift", "build", "-c", "release", "--scratch-path", str(WORK), "--product", "fuzzer"]
    command += ["-Xswiftc", "-sanitize=fuzzer,address"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "BOOKSTORE_FUZZER": "1"}, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)
    if done.returncode:
        print(done.stdout[-6000:])
        sys.exit("fuzz: the fuzzer cannot be built")


def run(target, arguments, **options):
    environment = {**os.environ, "BOOKSTORE_FUZZ_TARGET": target, "SWIFT_BACKTRACE": "enable=no"}
    return subprocess.run([str(WORK / "release" / "fuzzer"), *arguments], env=environment, **options)


def unpack(target, folder):
    for number, data in enumerate(corpus.read(target)):
        (folder / f"committed-{number}").write_bytes(data)


class Row:
    """What one target came to."""

    HEADINGS = ["target", "inputs", "executions", "per s", "cov", "ft", "corpus", "new", "findings"]

    def __init__(self, target, committed, before, log, findings):
        self.target, self.findings = target, findings
        executions = re.findall(r"stat::number_of_executed_units:\s*(\d+)", log)
        rate = re.findall(r"stat::average_exec_per_sec:\s*(\d+)", log)
        reached = re.findall(r"cov: (\d+) ft: (\d+) corp: (\d+)", log)
        self.new = len(list((FOUND / target).iterdir())) - before
        self.cells = [
            target, str(committed), executions[-1] if executions else "?", rate[-1] if rate else "?",
            *(reached[-1] if reached else "???"), str(self.new), str(len(findings)),
        ]


def fuzz(target, seconds):
    dictionary, longest = TARGETS[target]
    found = FOUND / target
    found.mkdir(parents=True, exist_ok=True)
    FINDINGS.mkdir(parents=True, exist_ok=True)
    earlier, before = set(FINDINGS.glob(f"{target}-*")), len(list(found.iterdir()))
    log = WORK / f"{target}.log"
    with tempfile.TemporaryDirectory() as seeds:
        unpack(target, pathlib.Path(seeds))
        arguments = [
            f"-max_total_time={seconds}", f"-max_len={longest}", "-timeout=10", "-rss_limit_mb=2048",
            f"-artifact_prefix={FINDINGS}/{target}-", "-print_final_stats=1",
        ]
        if dictionary:
            arguments.append(f"-dict={DICTIONARIES / dictionary}.dict")
        with log.open("wb") as output:
            done = run(target, [*arguments, str(found), seeds], stdout=output, stderr=subprocess.STDOUT)
    text = log.read_bytes().decode("utf-8", "replace")
    findings = sorted(set(FINDINGS.glob(f"{target}-*")) - earlier)
    if done.returncode and not findings:
        # A crash while the corpus is read again has an artifact of the same name as before.
        findings = [log]
    row = Row(target, len(corpus.read(target)), before, text, findings)
    report(row, text)
    return row


def report(row, text):
    for path in row.findings:
        print(f"\nFINDING in {row.target}: {path}")
        for line in re.findall(r"^(?:VIOLATION|SUMMARY|==\d+==\s*ERROR|.*Fatal error).*$", text, re.MULTILINE)[:4]:
            print(f"  {line[:600]}")
        if path.suffix != ".log":
            print(f"  input: {corpus.line(path.read_bytes())[:600]}")
            print(f"  again: scripts/fuzz --replay {row.target} {path.relative_to(ROOT)}")
            print(f"  for good: add the input as a line to {corpus.path(row.target).relative_to(ROOT)}")


def table(rows):
    lines = [Row.HEADINGS, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(Row.HEADINGS))]
    for first, *rest in lines:
        print(first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:])))


def keep(target):
    """Chooses as few inputs as reach every place that is reached; how often it is passed does not count."""
    with tempfile.TemporaryDirectory() as folder:
        seeds, chosen = pathlib.Path(folder) / "seeds", pathlib.Path(folder) / "chosen"
        seeds.mkdir()
        chosen.mkdir()
        unpack(target, seeds)
        done = run(
            target, ["-set_cover_merge=1", "-use_counters=0", str(chosen), str(seeds), str(FOUND / target)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if done.returncode:
            sys.exit(f"fuzz: the corpus of {target} breaks a law; nothing is kept")
        inputs = [path.read_bytes() for path in chosen.iterdir()]
    print(f"{target}: {len(inputs)} inputs reach every place")
    corpus.write(target, inputs)


def replay(target, file):
    done = run(target, [str(file)], stderr=subprocess.STDOUT)
    sys.exit(done.returncode)


def main():
    parser = argparse.ArgumentParser(prog="scripts/fuzz")
    parser.add_argument("--short", action="store_true", help="6 seconds a target")
    parser.add_argument("--seconds", type=int, default=int(os.environ.get("FUZZ_SECONDS", "60")))
    parser.add_argument("--only", action="append", choices=TARGETS)
    parser.add_argument("--keep", action="store_true", help="write what was found into the committed corpus")
    parser.add_argument("--replay", nargs=2, metavar=("TARGET", "FILE"))
    options = parser.parse_args()
    if not shutil.which("swift"):
        sys.exit("fuzz: Swift is not on the PATH")
    build()
    if options.replay:
        target, file = options.replay
        if target not in TARGETS:
            parser.error(f"the targets are {', '.join(TARGETS)}")
        replay(target, pathlib.Path(file).resolve())
    rows = []
    for target in options.only or TARGETS:
        seconds = 6 if options.short else options.seconds
        print(f"{target}: {seconds} s", flush=True)
        rows.append(fuzz(target, seconds))
    print()
    table(rows)
    findings = sum(len(row.findings) for row in rows)
    if findings:
        sys.exit(f"fuzz: {findings} findings; each is above, with its input")
    if options.keep:
        for row in rows:
            keep(row.target)
    print("fuzz: no findings")


main()
