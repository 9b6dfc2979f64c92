-- Books and the items that are stocked of them.
--
-- Identifiers are the text that the API shows, so that what psql shows can be pasted into a URL; their order
-- is the order of creation. What is compared or ordered has collation "C": bytes, the same on every machine
-- and after every upgrade of its C library. Instants are microseconds since 1970 in UTC.
--
-- Names carry no schema: everything lives in the first schema of the search path.

-- The database's clock, not the time at which the transaction began.
create function now_microseconds() returns bigint
language sql volatile parallel safe
as $$ select (extract(epoch from clock_timestamp()) * 1000000)::bigint $$;

create table book (
  id text collate "C" not null,
  isbn text collate "C",
  -- True where the client insisted on a second active book with this ISBN; see book_isbn_unique.
  isbn_exempt boolean not null default false,
  title text not null,
  subtitle text,
  -- Lists that are only ever read and written whole are JSON in the row: one read brings the book. They are
  -- text, not jsonb, because nothing in the database looks into them: text is stored and sent as it is,
  -- jsonb would be taken apart and put together again with each write and read.
  contributors text not null,
  publisher text,
  product_form text collate "C",
  language text collate "C",
  -- year * 10000 + month * 100 + day with 0 for what is not known: sorts as time does.
  publication_date bigint,
  on_sale_date bigint,
  subjects text not null,
  price_amount bigint,
  price_currency text collate "C",
  identifiers text not null,
  metadata text not null,
  version bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  archived_at bigint,
  -- What queries and indexes ask for. The planner expects half of the rows where it knows nothing of a column of
  -- this type; it would expect next to none for `archived_at is null`, and rather walk through an index of
  -- active books than look for a key.
  is_active boolean not null generated always as (archived_at is null) stored,
  -- Made by the program, so that order, comparison and search do not depend on the database's own case
  -- folding, collation or parser and are the same on every engine.
  title_key text collate "C" not null,
  publisher_key text collate "C",
  -- array_to_tsvector of the program's own words.
  search tsvector not null,
  constraint book_key primary key (id),
  constraint book_isbn_digits check (isbn ~ '^[0-9]{13}$'),
  constraint book_title_present check (title <> ''),
  constraint book_publisher_key check ((publisher is null) = (publisher_key is null)),
  constraint book_price_whole check ((price_amount is null) = (price_currency is null)),
  constraint book_price_not_negative check (price_amount >= 0),
  constraint book_version_positive check (version >= 1)
);

-- An ISBN is unique among active books, except for books whose client insisted.
create unique index book_isbn_unique on book (isbn) where is_active and not isbn_exempt;
-- Finding by ISBN; with several active books, the one that was not an exception, then the oldest.
create index book_isbn on book (isbn, isbn_exempt, id) where is_active and isbn is not null;

-- One index for each order of a list; a cursor continues in the middle of it. Lists show active books only.
-- Books without the value come last: `~` follows every digit, the largest bigint every date.
create index book_by_title on book (title_key, id) where is_active;
create index book_by_isbn on book ((coalesce(isbn, '~')), id) where is_active;
create index book_by_created on book (created_at, id) where is_active;
create index book_by_updated on book (updated_at, id) where is_active;
create index book_by_publication on book ((coalesce(publication_date, 9223372036854775807)), id)
  where is_active;

-- Filters.
create index book_by_publisher on book (publisher_key) where is_active and publisher_key is not null;
create index book_by_language on book (language) where is_active and language is not null;
create index book_by_price on book (price_currency, price_amount)
  where is_active and price_amount is not null;
create index book_by_word on book using gin (search) where is_active;

-- The subjects of a book once more, one a row: "all of BISAC FIC0" is a range of this key.
create table book_subject (
  scheme text collate "C" not null,
  code text collate "C" not null,
  book_id text collate "C" not null,
  constraint book_subject_key primary key (scheme, code, book_id),
  constraint book_subject_book foreign key (book_id) references book (id)
);

-- For replacing the subjects of a book.
create index book_subject_by_book on book_subject (book_id);

-- What is stocked: a book in one condition.
create table item (
  id text collate "C" not null,
  book_id text collate "C" not null,
  sku text collate "C" not null,
  condition text collate "C" not null,
  -- JSON list of words, in a fixed order.
  flags text not null,
  price_amount bigint,
  price_currency text collate "C",
  backorder_limit bigint not null,
  version bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  constraint item_key primary key (id),
  constraint item_sku_unique unique (sku),
  constraint item_book foreign key (book_id) references book (id),
  constraint item_sku_present check (sku <> ''),
  constraint item_condition_known
    check (condition in ('new', 'as_new', 'fine', 'very_good', 'good', 'fair', 'poor')),
  constraint item_price_whole check ((price_amount is null) = (price_currency is null)),
  constraint item_price_not_negative check (price_amount >= 0),
  constraint item_backorder_limit_not_negative check (backorder_limit >= 0),
  constraint item_version_positive check (version >= 1)
);

create index item_by_book on item (book_id, id);
create index item_by_condition on item (condition, id);
