"""urllib3, with one connection for each host."""

import urllib3

import wire

pool = urllib3.PoolManager(maxsize=1, retries=False, timeout=10)


def send(ask):
    fields = dict(ask.fields)
    if "gzip" in ask.flags:
        fields |= urllib3.make_headers(accept_encoding=True)
    if "chunked" in ask.flags:
        answer = pool.request(ask.method, ask.url, body=ask.pieces(), headers=fields, chunked=True)
    else:
        answer = pool.request(ask.method, ask.url, body=ask.content, headers=fields)
    return answer.status, answer.headers.items(), answer.data


wire.serve(send, urllib3.__version__, "expect")
