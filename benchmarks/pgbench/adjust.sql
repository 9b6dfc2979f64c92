\set number random(1, :items)
\set tick random(1, 2000000000)
\set tock random(1, 2000000000)
\startpipeline
begin;
select now_microseconds();
select pg_try_advisory_xact_lock(:tick::bigint * 2147483648 + :tock);
select fingerprint, created_at, status, location, body from idempotency_key where scope = 'pgbench' and key = :tick || '-' || :tock;
select item.id, item.sku, item.book_id, book.isbn, book.archived_at is not null, item.backorder_limit, book.on_sale_date from item join book on book.id = item.book_id where item.sku = (select sku from pgbench_item where number = :number) for key share of book;
select id, code, active, priority, time_zone from location where code = 'main';
\endpipeline
\startpipeline
select * from stock_level join location on location.id = stock_level.location_id where item_id = (select id from pgbench_item where number = :number) and location_id = 'loc_01kdvdna00e008000000000000' for no key update of stock_level;
select nextval(pg_get_serial_sequence('movement', 'sequence')) from generate_series(1, 1);
\endpipeline
\startpipeline
update stock_level set on_hand = on_hand - 1, version = version + 1, updated_at = now_microseconds() where item_id = (select id from pgbench_item where number = :number) and location_id = 'loc_01kdvdna00e008000000000000' and on_hand - damaged - inspection - held_back - held >= 1;
insert into movement (id, item_id, location_id, bucket, quantity, balance_after, kind, reason, actor, document, line, recorded_at, occurred_at) select 'mov_' || :tick || '-' || :tock, id, 'loc_01kdvdna00e008000000000000', 'on_hand', -1, 1, 'adjustment', 'sold', 'pgbench', 'adj_' || :tick || '-' || :tock, 0, now_microseconds(), now_microseconds() from pgbench_item where number = :number;
insert into idempotency_key (scope, key, fingerprint, status, location, body, created_at) values ('pgbench', :tick || '-' || :tock, repeat('0', 64), 201, null, repeat('x', 900), now_microseconds());
commit;
\endpipeline
