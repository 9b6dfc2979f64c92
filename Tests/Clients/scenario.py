"""The scenario that every client plays: one book's life, and what clients stumble over."""

import http.client
import json
import re
import urllib.parse

MISSING = "/v1/books/9790000000001"
REPETITIONS = 20


class Seed:
    """Books that are there before: enough for pages, and one that is large enough to be compressed."""

    count = 450
    large = "9780306406157"

    @classmethod
    def store(cls, port):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        people = [{"role": "author", "name": f"Author {number} of the large book"} for number in range(60)]
        books = [{"isbn": cls.large, "title": "The large book", "contributors": people}]
        books += [{"title": f"Book {number}", "subtitle": "Ein Beispiel für viele " * 8} for number in range(cls.count)]
        for book in books:
            connection.request("POST", "/v1/books", json.dumps(book), {"content-type": "application/json"})
            answer = connection.getresponse()
            assert answer.status == 201, answer.read()
            answer.read()
        connection.close()
        return cls()


def isbn(number):
    digits = f"978{200000000 + number}"
    return digits + str(-sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(digits)) % 10)


def check(*needs):
    """Marks a step of the scenario, with the abilities that a client may lack."""
    def mark(function):
        function.needs, function.is_check = needs, True
        return function
    return mark


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


class Scenario:
    def __init__(self, session, number, port, mirror, watch, seed):
        self.session, self.mirror, self.watch, self.seed = session, mirror, watch, seed
        self.number, self.base = number, f"http://127.0.0.1:{port}"
        self.book = f"/v1/books/{isbn(number)}"
        self.title = f"Schneeglöckchen 雪の本 «{number}» – 😀"
        self.passed, self.left_out, self.failures, self.cannot = 0, [], [], []

    async def run(self, cannot):
        self.cannot = cannot
        steps = [step for step in vars(type(self)).values() if hasattr(step, "is_check")]
        for step in steps:
            lacking = [ability for ability in step.needs if ability in cannot]
            if lacking:
                self.left_out += [ability for ability in lacking if ability not in self.left_out]
                continue
            try:
                await step(self)
                self.passed += 1
            except TimeoutError:
                self.failures.append(f"{step.__name__}: no answer; the rest is not tried")
                return
            except (AssertionError, OSError, KeyError, ValueError) as error:
                self.failures.append(f"{step.__name__}: {error!r}")

    async def send(self, method, path, json_content=None, fields=(), content=None, flags=(), status=None):
        fields = list(fields)
        if json_content is not None:
            content = json.dumps(json_content, ensure_ascii=False).encode()
            kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
            fields.append(("Content-Type", kind))
        url = path if path.startswith("http") else self.base + path
        answer = await self.session.send(method, url, fields, content, flags)
        if status is not None:
            expect(answer.status == status, f"{method} {path} is {answer.status}: {answer.content[:300]}")
        return answer

    async def problem(self, status, code, method, path, *rest, **named):
        answer = await self.send(method, path, *rest, status=status, **named)
        expect(answer.fields["content-type"] == "application/problem+json", answer.fields)
        expect(answer.json["code"] == code, answer.json)
        return answer

    def adjustment(self, delta, reason):
        return {"reason": reason, "lines": [{"item": isbn(self.number), "delta": delta}]}

    # --- a book

    @check()
    async def create(self):
        answer = await self.send("POST", "/v1/books", {"isbn": isbn(self.number), "title": self.title}, status=201)
        expect(answer.json["title"] == self.title, answer.json)
        expect(answer.fields["location"] == f"/v1/books/{answer.json['id']}", answer.fields)

    @check()
    async def read_with_a_strong_tag(self):
        answer = await self.send("GET", self.book, status=200)
        expect(answer.json["title"] == self.title, answer.json)
        self.tag = answer.fields["etag"]
        expect(re.fullmatch(r'"[^"]+"', self.tag), self.tag)
        self.length = len(answer.content)

    @check()
    async def read_again_unchanged(self):
        answer = await self.send("GET", self.book, fields=[("If-None-Match", self.tag)], status=304)
        expect(answer.content == b"" and answer.fields["etag"] == self.tag, answer.fields)

    @check("gzip")
    async def read_compressed(self):
        path = f"/v1/books/{self.seed.large}"
        answer = await self.send("GET", path, flags=["gzip"], status=200)
        expect(len(answer.json["contributors"]) == 60, answer.json)
        # The tag tells that it was coded, whatever the client did with Content-Encoding.
        expect(answer.fields["etag"].endswith('-gzip"'), answer.fields)
        await self.send("GET", path, fields=[("If-None-Match", answer.fields["etag"])], flags=["gzip"], status=304)

    @check()
    async def head(self):
        answer = await self.send("HEAD", self.book, status=200)
        expect(answer.content == b"" and answer.fields["etag"] == self.tag, answer.fields)
        expect(int(answer.fields["content-length"]) == self.length, answer.fields)

    @check()
    async def options(self):
        answer = await self.send("OPTIONS", self.book, status=204)
        expect({"GET", "PATCH", "DELETE"} <= set(answer.fields["allow"].split(", ")), answer.fields)

    @check()
    async def search_in_utf8(self):
        words = urllib.parse.quote(f"雪の本 {self.number}")
        found = (await self.send("GET", f"/v1/books?q={words}", status=200)).json["data"]
        expect(self.title in [book["title"] for book in found], found)

    # --- changes, once each

    @check()
    async def receive_copies_once(self):
        key = [("Idempotency-Key", f"client-{self.number}")]
        first = await self.send("POST", "/v1/adjustments", self.adjustment(5, "received"), key, status=201)
        again = await self.send("POST", "/v1/adjustments", self.adjustment(5, "received"), key, status=201)
        expect("idempotent-replayed" not in first.fields, first.fields)
        expect(again.fields.get("idempotent-replayed") == "true", again.fields)
        expect(again.content == first.content and first.json["levels"][0]["on_hand"] == 5, first.content)

    @check()
    async def change_with_its_tag(self):
        self.title += " II"
        condition = [("If-Match", self.tag)]
        answer = await self.send("PATCH", self.book, {"title": self.title}, condition, status=200)
        expect(answer.json["title"] == self.title and answer.fields["etag"] != self.tag, answer.json)

    @check()
    async def change_with_an_old_tag(self):
        answer = await self.problem(
            412, "precondition-failed", "PATCH", self.book, {"title": "lost"}, [("If-Match", self.tag)])
        expect(answer.fields.get("etag", self.tag) != '"1"', answer.fields)

    @check()
    async def problems(self):
        await self.problem(404, "not-found", "GET", MISSING)
        twin = {"isbn": isbn(self.number), "title": "A twin"}
        await self.problem(409, "duplicate-isbn", "POST", "/v1/books", twin)
        short = await self.problem(409, "insufficient-stock", "POST", "/v1/adjustments", self.adjustment(-6, "sold"))
        expect(short.json["errors"][0]["pointer"] == "/lines/0", short.json)

    # --- much, and for long

    @check()
    async def pages(self):
        path, titles = "/v1/books?limit=200", 0
        while path:
            answer = await self.send("GET", path, status=200)
            titles += len(answer.json["data"])
            following = re.match(r'<(.+)>; rel="next"', answer.fields.get("link", ""))
            path = following and following.group(1)
        expect(titles > self.seed.count, titles)

    @check()
    async def one_connection_for_many_requests(self):
        lasting = "connection" not in self.cannot
        if lasting:
            await self.send("GET", "/v1/books?limit=100", status=200)
        before = self.watch.accepted()
        if lasting:
            for _ in range(REPETITIONS):
                await self.send("GET", "/v1/books?limit=100", status=200)
        else:
            await self.send("GET", "/v1/books?limit=100", flags=[f"times={REPETITIONS}"], status=200)
        opened = self.watch.accepted() - before
        wanted = 0 if lasting else REPETITIONS if "keep-alive" in self.cannot else 1
        expect(opened == wanted, f"{opened} connections for {REPETITIONS} requests")

    @check()
    async def export_in_chunks(self):
        answer = await self.send("GET", "/v1/books", fields=[("Accept", "text/csv")], status=200)
        lines = answer.content.decode("utf-8").splitlines()
        expect(len(lines) > self.seed.count and any(self.title in line for line in lines), len(lines))

    # --- content

    @check("chunked")
    async def send_in_chunks(self):
        await self.send("POST", f"http://127.0.0.1:{self.mirror.port}/", {"a": "b" * 5000}, flags=["chunked"], status=200)
        expect("transfer-encoding: chunked" in self.mirror.head, f"not in chunks: {self.mirror.head}")
        book = {"title": self.title, "subtitle": "In chunks", "metadata": {f"k{n}": "ü" * 400 for n in range(20)}}
        answer = await self.send("POST", "/v1/books", book, flags=["chunked"], status=201)
        expect(answer.json["metadata"]["k19"] == "ü" * 400, answer.json)

    @check("expect")
    async def wait_for_100_continue(self):
        await self.send("POST", f"http://127.0.0.1:{self.mirror.port}/", {"a": "b"}, flags=["expect"], status=200)
        expect("expect: 100-continue" in self.mirror.head and not self.mirror.eager, f"no Expect: {self.mirror.head}")
        # The programs wait for 100 Continue longer than their answers are waited for here.
        await self.send("POST", "/v1/books", {"title": "Continued"}, flags=["expect"], status=201)

    @check("expect", "refusal")
    async def be_refused_instead_of_100_continue(self):
        await self.problem(
            415, "unsupported-media-type", "POST", "/v1/books", content=b"x" * 1000, flags=["expect"],
            fields=[("Content-Type", "text/plain")])

    @check()
    async def be_refused_while_sending(self):
        plain = [("Content-Type", "text/plain")]
        await self.problem(
            415, "unsupported-media-type", "POST", "/v1/books", content=b"x" * 300_000, fields=plain)
        await self.send("GET", self.book, status=200)

    @check("413")
    async def send_too_much(self):
        await self.problem(413, "content-too-large", "POST", "/v1/books", {"title": "x" * (2 << 20)})
        await self.send("GET", self.book, status=200)

    # --- the end

    @check()
    async def archive(self):
        await self.problem(409, "book-has-stock", "DELETE", self.book)
        await self.send("POST", "/v1/adjustments", self.adjustment(-5, "sold"), status=201)
        answer = await self.send("DELETE", self.book, status=200)
        expect(answer.json["archived_at"], answer.json)
        await self.problem(404, "not-found", "GET", self.book)
