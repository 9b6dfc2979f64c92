-- The second ledger, of copies that are promised or under way, and what makes "as of" fast.

-- One row for each change of a balance that is no state of the shelf, never changed, never deleted. A table of
-- its own: programs that know only `movement` go on working, and the shelf's ledger stays short.
create table commitment (
  sequence bigint generated always as identity,
  id text collate "C" not null,
  item_id text collate "C" not null,
  location_id text collate "C" not null,
  bucket text collate "C" not null,
  quantity bigint not null,
  balance_after bigint not null,
  kind text collate "C" not null,
  reference text collate "C",
  actor text not null,
  request_id text,
  document text collate "C" not null,
  line bigint not null,
  recorded_at bigint not null,
  constraint commitment_key primary key (sequence),
  constraint commitment_id_unique unique (id),
  -- A posting is written once.
  constraint commitment_document_unique unique (document, line, kind, bucket),
  constraint commitment_level
    foreign key (item_id, location_id) references stock_level (item_id, location_id),
  constraint commitment_bucket_known check (bucket in ('held', 'backordered', 'incoming', 'in_transit')),
  constraint commitment_balance_not_negative check (balance_after >= 0),
  constraint commitment_line_not_negative check (line >= 0)
);

create index commitment_by_item on commitment (item_id, sequence);
create index commitment_by_location on commitment (location_id, sequence);
create index commitment_by_reference on commitment (reference, sequence) where reference is not null;
create index commitment_by_recorded on commitment using brin (recorded_at) with (autosummarize = on);

create trigger commitment_refuses_change
before update or delete or truncate on commitment
for each statement execute function refuse_movement_change();

-- A balance at an instant is the balance_after of the last row until then: one step into this index. No
-- snapshots are needed, since every row is one.
create index movement_as_of on movement (item_id, location_id, bucket, recorded_at, sequence)
  include (balance_after);
create index commitment_as_of on commitment (item_id, location_id, bucket, recorded_at, sequence)
  include (balance_after);
