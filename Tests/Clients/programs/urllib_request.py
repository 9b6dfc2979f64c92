"""urllib.request of Python's standard library, which closes its connection after each request."""

import platform
import urllib.error
import urllib.request

import wire


def send(ask):
    fields = dict(ask.fields)
    content = ask.content
    if "chunked" in ask.flags:
        content = ask.pieces()
        fields["Transfer-Encoding"] = "chunked"
    request = urllib.request.Request(ask.url, content, fields, method=ask.method)
    for _ in range(int(ask.flags.get("times", 1))):
        try:
            answer = urllib.request.urlopen(request, timeout=10)
        except urllib.error.HTTPError as problem:
            answer = problem
        with answer:
            result = answer.status, answer.getheaders(), answer.read()
    return result


# A content that is refused before it is sent breaks its pipe, and the answer is not read.
wire.serve(send, platform.python_version(), "connection", "keep-alive", "gzip", "expect", "413")
