-- Locations, the quantities at them, and the ledger that explains the quantities.

create table location (
  id text collate "C" not null,
  code text collate "C" not null,
  name text not null,
  kind text collate "C" not null,
  time_zone text not null,
  priority bigint not null,
  active boolean not null,
  version bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  constraint location_key primary key (id),
  constraint location_code_unique unique (code),
  constraint location_code_present check (code <> ''),
  constraint location_kind_known check (kind in ('store', 'warehouse')),
  constraint location_version_positive check (version >= 1)
);

create index location_by_priority on location (priority, id);

-- Exists from the start, with the same identifier everywhere: whoever has one shop never creates a location.
insert into location (
  id, code, name, kind, time_zone, priority, active, version, created_at, updated_at
) values (
  'loc_01kdvdna00e008000000000000', 'main', 'Main', 'store', 'UTC', 100, true, 1, 1767225600000000,
  1767225600000000
);

-- The present quantities of an item at a location. A row appears with the first movement or policy and
-- stays. The checks stand behind the guarded statements: whatever the program gets wrong, a copy that is
-- not there cannot be promised.
create table stock_level (
  item_id text collate "C" not null,
  location_id text collate "C" not null,
  on_hand bigint not null default 0,
  damaged bigint not null default 0,
  inspection bigint not null default 0,
  held_back bigint not null default 0,
  held bigint not null default 0,
  backordered bigint not null default 0,
  incoming bigint not null default 0,
  in_transit bigint not null default 0,
  reorder_point bigint,
  safety_stock bigint not null default 0,
  bin text,
  version bigint not null,
  -- 0 only inside the transaction that makes the row and then writes its first quantities.
  updated_at bigint not null,
  -- What may still be promised; defined once, here.
  available bigint not null generated always as (
    greatest(0, on_hand - damaged - inspection - held_back - held - safety_stock)
  ) stored,
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
)
-- Quantities change all the time and no index has them: with room on its page a row's new version stays
-- there and no index is touched (https://www.postgresql.org/docs/current/storage-hot.html).
with (fillfactor = 70);

create index stock_level_by_location on stock_level (location_id, item_id);
-- Few levels are watched, and "what must be reordered" is asked often.
create index stock_level_watched on stock_level (item_id, location_id) where reorder_point is not null;

-- The ledger: one row for each change of one bucket, never changed, never deleted.
create table movement (
  -- In the order in which rows were written; transactions may commit in another.
  sequence bigint generated always as identity,
  id text collate "C" not null,
  item_id text collate "C" not null,
  location_id text collate "C" not null,
  bucket text collate "C" not null,
  quantity bigint not null,
  balance_after bigint not null,
  kind text collate "C" not null,
  reason text collate "C" not null,
  reference text collate "C",
  note text,
  actor text not null,
  request_id text,
  document text collate "C" not null,
  line bigint not null,
  recorded_at bigint not null,
  occurred_at bigint not null,
  constraint movement_key primary key (sequence),
  constraint movement_id_unique unique (id),
  -- A document is written once, however often it is sent.
  constraint movement_document_unique unique (document, line, kind),
  -- Item and location are those of the level, whose row the writer has locked anyway. Foreign keys to item
  -- and location would lock the row of every busy location once more for each movement.
  constraint movement_level foreign key (item_id, location_id) references stock_level (item_id, location_id),
  constraint movement_bucket_known check (bucket in ('on_hand', 'damaged', 'inspection', 'held_back')),
  constraint movement_balance_not_negative check (balance_after >= 0),
  constraint movement_line_not_negative check (line >= 0)
);

create index movement_by_item on movement (item_id, sequence);
create index movement_by_location on movement (location_id, sequence);
create index movement_by_reference on movement (reference, sequence) where reference is not null;
-- Rows lie in the order of time: a few bytes for each hundred pages find a day
-- (https://www.postgresql.org/docs/current/brin.html).
create index movement_by_recorded on movement using brin (recorded_at) with (autosummarize = on);
create index movement_by_occurred on movement using brin (occurred_at) with (autosummarize = on);

create function refuse_movement_change() returns trigger
language plpgsql
as $$
begin
  raise exception 'movement is append-only: corrections are reversing rows';
end
$$;

create trigger movement_refuses_change
before update or delete or truncate on movement
for each statement execute function refuse_movement_change();

-- Ends a transaction whose lines the present quantities do not allow. The SQLSTATE is the program's own
-- (class BK is nobody's); the detail carries the quantities that decided, while their rows are locked.
create function refuse_stock_change(present text) returns boolean
language plpgsql
as $$
begin
  raise exception 'the present quantities do not allow the change'
    using errcode = 'BK001', detail = present;
end
$$;
