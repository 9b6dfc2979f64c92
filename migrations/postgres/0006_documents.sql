-- Documents that write movements: transfers, counts, purchase orders, receipts, returns.

-- One row a document. Its lines are JSON in the row: they are only read and written whole, under the row's lock.
create table stock_document (
  id text collate "C" not null,
  -- transfer, count, purchase_order, receipt, customer_return or supplier_return; later ones may be more.
  type text collate "C" not null,
  state text collate "C" not null,
  reference text collate "C",
  note text,
  -- Where it happens; where copies come from.
  location_id text collate "C" not null,
  -- Where copies go to.
  destination_id text collate "C",
  supplier text,
  -- The document it answers: the order of a receipt, the receipt of a return.
  parent_id text collate "C",
  expected_at bigint,
  -- What else the type has, and the lines: JSON.
  details text not null,
  lines text not null,
  actor text not null,
  request_id text,
  -- Counts the postings, which carry it in the name of their document.
  version bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  constraint stock_document_key primary key (id),
  constraint stock_document_location foreign key (location_id) references location (id),
  constraint stock_document_destination foreign key (destination_id) references location (id),
  constraint stock_document_parent foreign key (parent_id) references stock_document (id),
  constraint stock_document_version_positive check (version >= 1)
);

create index stock_document_by_type on stock_document (type, id);
create index stock_document_by_state on stock_document (type, state, id);
-- The client's number protects from doing a thing twice, also after the idempotency key is forgotten.
create unique index stock_document_reference_unique on stock_document (type, reference)
  where reference is not null and state <> 'cancelled';
create index stock_document_by_reference on stock_document (reference, id) where reference is not null;
create index stock_document_by_parent on stock_document (parent_id, id) where parent_id is not null;
