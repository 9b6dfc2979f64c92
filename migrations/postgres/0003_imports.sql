-- What catalogue files brought.

-- Which book a sender's record became, and the digest of what it said last: the same file twice changes
-- nothing, and a record finds its book again when its ISBN was corrected.
create table import_record (
  sender text collate "C" not null,
  reference text collate "C" not null,
  book_id text collate "C" not null,
  fingerprint text collate "C" not null,
  created_at bigint not null,
  updated_at bigint not null,
  constraint import_record_key primary key (sender, reference),
  constraint import_record_book foreign key (book_id) references book (id),
  constraint import_record_sender_present check (sender <> ''),
  constraint import_record_reference_present check (reference <> '')
);
