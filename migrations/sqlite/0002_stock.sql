-- Locations, the quantities at them, and the ledger that explains the quantities.

create table location (
  number integer primary key,
  id text not null constraint location_id_unique unique,
  code text not null constraint location_code_unique unique,
  name text not null,
  kind text not null,
  time_zone text not null,
  priority integer not null,
  active integer not null,
  version integer not null,
  created_at integer not null,
  updated_at integer not null,
  constraint location_code_present check (code <> ''),
  constraint location_kind_known check (kind in ('store', 'warehouse')),
  constraint location_active_flag check (active in (0, 1)),
  constraint location_version_positive check (version >= 1)
) strict;

create index location_by_priority on location (priority, id);

-- Exists from the start, with the same identifier everywhere: whoever has one shop never creates a location.
insert into location (
  id, code, name, kind, time_zone, priority, active, version, created_at, updated_at
) values (
  'loc_01kdvdna00e008000000000000', 'main', 'Main', 'store', 'UTC', 100, 1, 1, 1767225600000000,
  1767225600000000
);

-- The present quantities of an item at a location. A row appears with the first movement or policy and
-- stays. The checks stand behind the guarded statements: whatever the program gets wrong, a copy that is
-- not there cannot be promised.
create table stock_level (
  item_id text not null,
  location_id text not null,
  on_hand integer not null default 0,
  damaged integer not null default 0,
  inspection integer not null default 0,
  held_back integer not null default 0,
  held integer not null default 0,
  backordered integer not null default 0,
  incoming integer not null default 0,
  in_transit integer not null default 0,
  reorder_point integer,
  safety_stock integer not null default 0,
  bin text,
  version integer not null,
  updated_at integer not null,
  -- What may still be promised; defined once, here.
  available integer not null generated always as (
    max(0, on_hand - damaged - inspection - held_back - held - safety_stock)
  ) virtual,
  constraint stock_level_key primary key (item_id, location_id),
  constraint stock_level_item foreign key (item_id) references item (id),
  constraint stock_level_location foreign key (location_id) references location (id),
  constraint stock_level_on_hand_range check (on_hand between 0 and 1000000000),
  constraint stock_level_damaged_range check (damaged between 0 and 1000000000),
  constraint stock_level_inspection_range check (inspection between 0 and 1000000000),
  constraint stock_level_held_back_range check (held_back between 0 and 1000000000),
  constraint stock_level_held_range check (held between 0 and 1000000000),
  constraint stock_level_backordered_range check (backordered between 0 and 1000000000),
  constraint stock_level_incoming_range check (incoming between 0 and 1000000000),
  constraint stock_level_in_transit_range check (in_transit between 0 and 1000000000),
  constraint stock_level_no_oversell check (damaged + inspection + held_back + held <= on_hand),
  constraint stock_level_reorder_point_not_negative check (reorder_point >= 0),
  constraint stock_level_safety_stock_not_negative check (safety_stock >= 0),
  constraint stock_level_version_positive check (version >= 1)
) strict, without rowid;

create index stock_level_by_location on stock_level (location_id, item_id);
-- Few levels are watched, and "what must be reordered" is asked often.
create index stock_level_watched on stock_level (item_id, location_id) where reorder_point is not null;

-- The ledger: one row for each change of one bucket, never changed, never deleted.
create table movement (
  -- Rows are never deleted, so the next number is always the largest so far plus one; with a single writer
  -- the numbers are in the order of the commits.
  sequence integer primary key,
  id text not null constraint movement_id_unique unique,
  item_id text not null,
  location_id text not null,
  bucket text not null,
  quantity integer not null,
  balance_after integer not null,
  kind text not null,
  reason text not null,
  reference text,
  note text,
  actor text not null,
  request_id text,
  document text not null,
  line integer not null,
  recorded_at integer not null,
  occurred_at integer not null,
  -- A document is written once, however often it is sent.
  constraint movement_document_unique unique (document, line, kind),
  -- A movement explains a level, so the level is there first; it names item and location.
  constraint movement_level foreign key (item_id, location_id) references stock_level (item_id, location_id),
  constraint movement_bucket_known check (bucket in ('on_hand', 'damaged', 'inspection', 'held_back')),
  constraint movement_balance_not_negative check (balance_after >= 0),
  constraint movement_line_not_negative check (line >= 0)
) strict;

-- Lists by item; and the ledger is summed in this order without touching the rows, in constant memory.
create index movement_by_item on movement (item_id, sequence, location_id, bucket, quantity);
create index movement_by_location on movement (location_id, sequence);
create index movement_by_reference on movement (reference, sequence) where reference is not null;
create index movement_by_recorded on movement (recorded_at);
create index movement_by_occurred on movement (occurred_at);

create trigger movement_refuses_update before update on movement
begin
  select raise(abort, 'movement is append-only: corrections are reversing rows');
end;

-- REPLACE deletes too, and fires this only while recursive_triggers is on
-- (https://www.sqlite.org/lang_conflict.html); the program turns it on.
create trigger movement_refuses_delete before delete on movement
begin
  select raise(abort, 'movement is append-only: corrections are reversing rows');
end;
