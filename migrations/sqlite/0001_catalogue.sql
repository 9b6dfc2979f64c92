-- Books and the items that are stocked of them.
--
-- Every table is STRICT (https://www.sqlite.org/stricttables.html): a text cannot slip into an integer
-- column. Identifiers are the text that the API shows, so that what the shell shows can be pasted into a
-- URL; their order is the order of creation. Instants are microseconds since 1970 in UTC.

create table book (
  -- What the search index knows a book by. Declared, so that VACUUM does not renumber it
  -- (https://www.sqlite.org/lang_vacuum.html).
  number integer primary key,
  id text not null constraint book_id_unique unique,
  isbn text,
  -- 1 where the client insisted on a second active book with this ISBN; see book_isbn_unique.
  isbn_exempt integer not null default 0,
  title text not null,
  subtitle text,
  -- Lists that are only ever read and written whole are JSON in the row: one read brings the book. No check
  -- asks json_valid(): the function may not be used in a schema while trusted_schema is off.
  contributors text not null,
  publisher text,
  product_form text,
  language text,
  -- year * 10000 + month * 100 + day with 0 for what is not known: sorts as time does.
  publication_date integer,
  on_sale_date integer,
  subjects text not null,
  price_amount integer,
  price_currency text,
  identifiers text not null,
  metadata text not null,
  version integer not null,
  created_at integer not null,
  updated_at integer not null,
  archived_at integer,
  -- Made by the program, so that order, comparison and search do not depend on the database's own case
  -- folding, collation or tokenizer and are the same on every engine.
  title_key text not null,
  publisher_key text,
  search_document text not null,
  -- Books without the value come last. `~` follows every digit, the largest integer every date.
  isbn_order text not null generated always as (coalesce(isbn, '~')) virtual,
  publication_order integer not null
    generated always as (coalesce(publication_date, 9223372036854775807)) virtual,
  constraint book_isbn_digits check (length(isbn) = 13 and isbn not glob '*[^0-9]*'),
  constraint book_isbn_exempt_flag check (isbn_exempt in (0, 1)),
  constraint book_title_present check (title <> ''),
  constraint book_publisher_key check ((publisher is null) = (publisher_key is null)),
  constraint book_price_whole check ((price_amount is null) = (price_currency is null)),
  constraint book_price_not_negative check (price_amount >= 0),
  constraint book_version_positive check (version >= 1)
) strict;

-- An ISBN is unique among active books, except for books whose client insisted.
create unique index book_isbn_unique on book (isbn) where archived_at is null and isbn_exempt = 0;
-- Finding by ISBN; with several active books, the one that was not an exception, then the oldest.
create index book_isbn on book (isbn, isbn_exempt, id) where archived_at is null and isbn is not null;

-- One index for each order of a list; a cursor continues in the middle of it. Lists show active books only.
create index book_by_title on book (title_key, id) where archived_at is null;
create index book_by_isbn on book (isbn_order, id) where archived_at is null;
create index book_by_created on book (created_at, id) where archived_at is null;
create index book_by_updated on book (updated_at, id) where archived_at is null;
create index book_by_publication on book (publication_order, id) where archived_at is null;

-- Filters.
create index book_by_publisher on book (publisher_key) where archived_at is null and publisher_key is not null;
create index book_by_language on book (language) where archived_at is null and language is not null;
create index book_by_price on book (price_currency, price_amount)
  where archived_at is null and price_amount is not null;

-- The subjects of a book once more, one a row: "all of BISAC FIC0" is a range of this key.
create table book_subject (
  scheme text not null,
  code text not null,
  book_id text not null,
  constraint book_subject_key primary key (scheme, code, book_id),
  constraint book_subject_book foreign key (book_id) references book (id)
) strict, without rowid;

-- For replacing the subjects of a book.
create index book_subject_by_book on book_subject (book_id);

-- Words of books (https://www.sqlite.org/fts5.html). The tokenizer decides nothing: search_document holds
-- folded words with single spaces between them, `ascii` takes every byte from 0x80 on as part of a word.
-- The index reads the words from book when it must; positions and lengths are never asked for.
-- It is written by the program next to the book, not by triggers: triggers may not touch a virtual table
-- while trusted_schema is off.
create virtual table book_search using fts5 (
  search_document,
  content = 'book',
  content_rowid = 'number',
  tokenize = 'ascii',
  prefix = '2 3',
  detail = none,
  columnsize = 0
);

-- What is stocked: a book in one condition.
create table item (
  number integer primary key,
  id text not null constraint item_id_unique unique,
  book_id text not null,
  sku text not null constraint item_sku_unique unique,
  condition text not null,
  -- JSON list of words, in a fixed order.
  flags text not null,
  price_amount integer,
  price_currency text,
  backorder_limit integer not null,
  version integer not null,
  created_at integer not null,
  updated_at integer not null,
  constraint item_book foreign key (book_id) references book (id),
  constraint item_sku_present check (sku <> ''),
  constraint item_condition_known
    check (condition in ('new', 'as_new', 'fine', 'very_good', 'good', 'fair', 'poor')),
  constraint item_price_whole check ((price_amount is null) = (price_currency is null)),
  constraint item_price_not_negative check (price_amount >= 0),
  constraint item_backorder_limit_not_negative check (backorder_limit >= 0),
  constraint item_version_positive check (version >= 1)
) strict;

create index item_by_book on item (book_id, id);
create index item_by_condition on item (condition, id);
