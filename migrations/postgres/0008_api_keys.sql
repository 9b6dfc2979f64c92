-- Who may ask, and for what. Secrets are not kept, only their digests.

create table api_key (
  id text collate "C" not null,
  name text not null,
  -- Words with spaces between them, in order.
  scopes text not null,
  -- Identifiers with spaces between them, in order; null is everywhere.
  locations text,
  -- What the key begins with, to find and to recognise it.
  prefix text collate "C" not null,
  -- SHA-256 of the key, in hexadecimal digits.
  digest text collate "C" not null,
  -- The key before the last rotation, and until when it is taken.
  previous_prefix text collate "C",
  previous_digest text collate "C",
  previous_until bigint,
  actor text not null,
  created_at bigint not null,
  expires_at bigint,
  rotated_at bigint,
  revoked_at bigint,
  last_used_at bigint,
  constraint api_key_key primary key (id),
  constraint api_key_prefix_key unique (prefix),
  constraint api_key_previous_prefix_key unique (previous_prefix),
  constraint api_key_previous_check check (
    (previous_prefix is null) = (previous_digest is null)
    and (previous_prefix is null) = (previous_until is null)
  )
);
