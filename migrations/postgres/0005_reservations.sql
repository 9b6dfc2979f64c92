-- Copies promised to somebody.

create table reservation (
  id text collate "C" not null,
  reference text collate "C",
  note text,
  -- What was written last: one that has run out is pending or confirmed until somebody frees it.
  state text collate "C" not null,
  -- By the database's clock; null is never.
  expires_at bigint,
  partial boolean not null,
  allow_backorder boolean not null,
  -- What was asked for, as JSON: read and written whole.
  lines text not null,
  actor text not null,
  request_id text,
  -- Counts the postings, which carry it in the name of their document.
  version bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  constraint reservation_key primary key (id),
  constraint reservation_state_known
    check (state in ('pending', 'confirmed', 'fulfilled', 'released', 'expired')),
  constraint reservation_version_positive check (version >= 1)
);

-- The client's number protects from holding twice, also after the idempotency key is forgotten.
create unique index reservation_reference_unique on reservation (reference)
  where reference is not null and state in ('pending', 'confirmed', 'fulfilled');
create index reservation_by_reference on reservation (reference, id) where reference is not null;
create index reservation_by_state on reservation (state, id);
-- What runs out next.
create index reservation_due on reservation (expires_at, id)
  where expires_at is not null and state in ('pending', 'confirmed');

-- What a location keeps for a line. A row is changed only by who has its level locked, so that the sum of
-- `held` is that of the level at every commit.
create table hold (
  reservation_id text collate "C" not null,
  line bigint not null,
  location_id text collate "C" not null,
  item_id text collate "C" not null,
  -- Among the allocations of the line, from 0.
  position bigint not null,
  held bigint not null,
  backordered bigint not null,
  fulfilled bigint not null,
  released bigint not null,
  -- What ran out; confirming the reservation acquires it again.
  expired bigint not null,
  short bigint not null,
  constraint hold_key primary key (reservation_id, line, location_id),
  constraint hold_reservation foreign key (reservation_id) references reservation (id),
  constraint hold_level
    foreign key (item_id, location_id) references stock_level (item_id, location_id),
  constraint hold_not_negative
    check (
      held >= 0 and backordered >= 0 and fulfilled >= 0 and released >= 0 and expired >= 0 and short >= 0
    )
);

-- The holds of a level that are still open: which are due, which wait, which are hit by a shortage.
create index hold_open on hold (item_id, location_id, reservation_id) where held > 0 or backordered > 0;
create index hold_by_item on hold (item_id, reservation_id);
create index hold_by_location on hold (location_id, reservation_id);
