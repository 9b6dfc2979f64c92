"""http.client of Python's standard library, on one connection."""

import http.client
import platform
import urllib.parse

import wire

connections = {}


def send(ask):
    url = urllib.parse.urlsplit(ask.url)
    connection = connections.setdefault(url.netloc, http.client.HTTPConnection(url.netloc, timeout=10))
    is_chunked = "chunked" in ask.flags
    target = url.path + (f"?{url.query}" if url.query else "")
    try:
        connection.request(
            ask.method, target, ask.pieces() if is_chunked else ask.content, ask.fields, encode_chunked=is_chunked)
    except (BrokenPipeError, ConnectionResetError):
        pass  # the answer was there before all was sent
    answer = connection.getresponse()
    return answer.status, answer.getheaders(), answer.read()


wire.serve(send, platform.python_version(), "gzip", "expect")
