"""requests, with a session; it takes compressed answers unless told otherwise."""

import requests

import wire

session = requests.Session()


def send(ask):
    content = ask.pieces() if "chunked" in ask.flags else ask.content
    answer = session.request(
        ask.method, ask.url, data=content, headers=ask.fields, timeout=10, allow_redirects=False)
    return answer.status_code, answer.headers.items(), answer.content


wire.serve(send, requests.__version__, "expect")
