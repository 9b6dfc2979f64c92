"""httpx, with a client that keeps its connections."""

import httpx

import wire

client = httpx.Client(timeout=10)


def send(ask):
    content = ask.pieces() if "chunked" in ask.flags else ask.content
    answer = client.request(ask.method, ask.url, content=content, headers=ask.fields)
    return answer.status_code, answer.headers.multi_items(), answer.content


wire.serve(send, httpx.__version__, "expect")
