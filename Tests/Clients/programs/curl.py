"""curl, once for each request."""

import subprocess
import tempfile

import wire


def send(ask):
    with tempfile.NamedTemporaryFile() as head, tempfile.NamedTemporaryFile() as body:
        command = ["curl", "-sS", "-X", ask.method, "-D", head.name, "-o", body.name]
        if ask.method == "HEAD":
            command = ["curl", "-sS", "--head", "-D", head.name, "-o", "/dev/null"]
        fields = dict(ask.fields)
        if "gzip" in ask.flags:
            command.append("--compressed")
        if "chunked" in ask.flags:
            fields["Transfer-Encoding"] = "chunked"
        if "expect" in ask.flags:
            fields["Expect"] = "100-continue"
            command += ["--expect100-timeout", "60"]
        for name, value in fields.items():
            command += ["-H", f"{name}: {value}"]
        if ask.content is not None:
            command += ["--data-binary", "@-"]
        command.append(ask.url)
        for _ in range(int(ask.flags.get("times", 1)) - 1):
            command += ["-o", "/dev/null", ask.url]
        done = subprocess.run(command, input=ask.content or b"", capture_output=True)
        if done.returncode:
            raise OSError(f"curl {done.returncode}: {done.stderr.decode()}")
        # Behind 100 Continue or many answers the last one counts.
        last = head.read().decode("latin-1").strip().split("\r\n\r\n")[-1].split("\r\n")
        return int(last[0].split()[1]), [line.split(": ", 1) for line in last[1:]], body.read()


version = subprocess.run(["curl", "--version"], capture_output=True, text=True).stdout.split()[1]
wire.serve(send, version, "connection")
