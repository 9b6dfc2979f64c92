"""The comparison in FastAPI and asyncpg: the same book by ISBN from the same table, and /livez."""

import json
import os
from contextlib import asynccontextmanager

import asyncpg
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

QUERY = """select id, isbn, title, subtitle, contributors::text, publisher, product_form, language,
  publication_date, on_sale_date, subjects::text, price_amount, price_currency, identifiers::text,
  metadata::text, version, created_at, updated_at
from book where isbn = $1 and is_active order by isbn_exempt, id limit 1"""


class Money(BaseModel):
    amount: int
    currency: str


class Book(BaseModel):
    id: str
    isbn: str | None
    title: str
    subtitle: str | None
    contributors: list[dict]
    publisher: str | None
    product_form: str | None
    language: str | None
    publication_date: int | None
    on_sale_date: int | None
    subjects: list[dict]
    price: Money | None
    identifiers: list[dict]
    metadata: dict[str, str]
    version: int
    created_at: int
    updated_at: int


@asynccontextmanager
async def lifespan(app: FastAPI):
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=8, max_size=8) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/livez")
async def livez() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/v1/books/{isbn}")
async def book(isbn: str) -> Book:
    row = await app.state.pool.fetchrow(QUERY, isbn)
    if row is None:
        raise HTTPException(status_code=404)
    fields = dict(row)
    amount, currency = fields.pop("price_amount"), fields.pop("price_currency")
    fields["price"] = None if amount is None else {"amount": amount, "currency": currency}
    for name in ("contributors", "subjects", "identifiers", "metadata"):
        fields[name] = json.loads(fields[name])
    return Book(**fields)
