-- What was answered to requests that carried an idempotency key.

create table idempotency_key (
  -- Whose key it is.
  scope text collate "C" not null,
  key text collate "C" not null,
  -- SHA-256 of the request, in hexadecimal digits.
  fingerprint text collate "C" not null,
  status bigint not null,
  location text,
  body text not null,
  created_at bigint not null,
  constraint idempotency_key_key primary key (scope, key)
);

-- For forgetting them.
create index idempotency_key_by_created on idempotency_key (created_at);
