\set number random(1, :items - 2)
\set tick random(1, 2000000000)
\set tock random(1, 2000000000)
\startpipeline
begin;
select now_microseconds();
select pg_try_advisory_xact_lock(:tick::bigint * 2147483648 + :tock);
select fingerprint, created_at, status, location, body from idempotency_key where scope = 'pgbench' and key = :tick || '-' || :tock;
select reservation.* from reservation where id in (select reservation_id from hold where item_id = (select id from pgbench_item where number = :number) and (held > 0 or backordered > 0)) and state in ('pending', 'confirmed') and expires_at <= now_microseconds() order by id for no key update of reservation;
select reservation.* from reservation where id in (select reservation_id from hold where item_id = (select id from pgbench_item where number = :number + 1) and (held > 0 or backordered > 0)) and state in ('pending', 'confirmed') and expires_at <= now_microseconds() order by id for no key update of reservation;
select reservation.* from reservation where id in (select reservation_id from hold where item_id = (select id from pgbench_item where number = :number + 2) and (held > 0 or backordered > 0)) and state in ('pending', 'confirmed') and expires_at <= now_microseconds() order by id for no key update of reservation;
select item.id, item.sku, item.book_id, book.isbn, book.archived_at is not null, item.backorder_limit, book.on_sale_date from item join book on book.id = item.book_id where item.sku = (select sku from pgbench_item where number = :number) for key share of book;
select item.id, item.sku, item.book_id, book.isbn, book.archived_at is not null, item.backorder_limit, book.on_sale_date from item join book on book.id = item.book_id where item.sku = (select sku from pgbench_item where number = :number + 1) for key share of book;
select item.id, item.sku, item.book_id, book.isbn, book.archived_at is not null, item.backorder_limit, book.on_sale_date from item join book on book.id = item.book_id where item.sku = (select sku from pgbench_item where number = :number + 2) for key share of book;
\endpipeline
\startpipeline
select * from stock_level join location on location.id = stock_level.location_id where item_id = (select id from pgbench_item where number = :number) order by item_id, location_id for no key update of stock_level;
select * from stock_level join location on location.id = stock_level.location_id where item_id = (select id from pgbench_item where number = :number + 1) order by item_id, location_id for no key update of stock_level;
select * from stock_level join location on location.id = stock_level.location_id where item_id = (select id from pgbench_item where number = :number + 2) order by item_id, location_id for no key update of stock_level;
\endpipeline
\startpipeline
insert into reservation (id, state, partial, allow_backorder, lines, actor, version, created_at, updated_at) values ('res_' || :tick || '-' || :tock, 'pending', false, false, repeat('x', 300), 'pgbench', 1, now_microseconds(), now_microseconds());
update stock_level set held = held + 1, version = version + 1, updated_at = now_microseconds() where item_id = (select id from pgbench_item where number = :number) and on_hand - damaged - inspection - held_back - held - safety_stock >= 1;
update stock_level set held = held + 1, version = version + 1, updated_at = now_microseconds() where item_id = (select id from pgbench_item where number = :number + 1) and on_hand - damaged - inspection - held_back - held - safety_stock >= 1;
update stock_level set held = held + 1, version = version + 1, updated_at = now_microseconds() where item_id = (select id from pgbench_item where number = :number + 2) and on_hand - damaged - inspection - held_back - held - safety_stock >= 1;
insert into commitment (id, item_id, location_id, bucket, quantity, balance_after, kind, actor, document, line, recorded_at) select 'com_0' || :tick || '-' || :tock, id, 'loc_01kdvdna00e008000000000000', 'held', 1, 1, 'hold', 'pgbench', 'res_' || :tick || '-' || :tock, 0, now_microseconds() from pgbench_item where number = :number;
insert into commitment (id, item_id, location_id, bucket, quantity, balance_after, kind, actor, document, line, recorded_at) select 'com_1' || :tick || '-' || :tock, id, 'loc_01kdvdna00e008000000000000', 'held', 1, 1, 'hold', 'pgbench', 'res_' || :tick || '-' || :tock, 1, now_microseconds() from pgbench_item where number = :number + 1;
insert into commitment (id, item_id, location_id, bucket, quantity, balance_after, kind, actor, document, line, recorded_at) select 'com_2' || :tick || '-' || :tock, id, 'loc_01kdvdna00e008000000000000', 'held', 1, 1, 'hold', 'pgbench', 'res_' || :tick || '-' || :tock, 2, now_microseconds() from pgbench_item where number = :number + 2;
insert into hold (reservation_id, line, location_id, item_id, position, held, backordered, fulfilled, released, expired, short) select 'res_' || :tick || '-' || :tock, number - :number, 'loc_01kdvdna00e008000000000000', id, 0, 1, 0, 0, 0, 0, 0 from pgbench_item where number between :number and :number + 2;
insert into idempotency_key (scope, key, fingerprint, status, location, body, created_at) values ('pgbench', :tick || '-' || :tock, repeat('0', 64), 201, null, repeat('x', 1500), now_microseconds());
commit;
\endpipeline
