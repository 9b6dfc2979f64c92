"""libcurl by pycurl, with one handle that keeps its connection."""

import io

import pycurl

import wire

handle = pycurl.Curl()


def send(ask):
    lines, body = [], io.BytesIO()
    fields = dict(ask.fields)
    handle.reset()
    handle.setopt(pycurl.URL, ask.url)
    handle.setopt(pycurl.CUSTOMREQUEST, ask.method)
    handle.setopt(pycurl.NOBODY, ask.method == "HEAD")
    handle.setopt(pycurl.TIMEOUT, 10)
    handle.setopt(pycurl.HEADERFUNCTION, lines.append)
    handle.setopt(pycurl.WRITEDATA, body)
    if "gzip" in ask.flags:
        handle.setopt(pycurl.ACCEPT_ENCODING, "")
    if "expect" in ask.flags:
        fields["Expect"] = "100-continue"
        handle.setopt(pycurl.EXPECT_100_TIMEOUT_MS, 60_000)
    if ask.content is not None:
        handle.setopt(pycurl.UPLOAD, 1)
        handle.setopt(pycurl.CUSTOMREQUEST, ask.method)
        handle.setopt(pycurl.READDATA, io.BytesIO(ask.content))
        if "chunked" in ask.flags:
            fields["Transfer-Encoding"] = "chunked"
        else:
            handle.setopt(pycurl.INFILESIZE, len(ask.content))
    handle.setopt(pycurl.HTTPHEADER, [f"{name}: {value}" for name, value in fields.items()])
    handle.perform()
    last = b"".join(lines).decode("latin-1").strip().split("\r\n\r\n")[-1].split("\r\n")
    return handle.getinfo(pycurl.RESPONSE_CODE), [line.split(": ", 1) for line in last[1:]], body.getvalue()


wire.serve(send, pycurl.version_info()[1])
