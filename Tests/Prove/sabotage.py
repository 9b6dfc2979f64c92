"""Breaks made on purpose, in the database behind the service's back, before the audit: each must be caught, or the
audit is worth nothing."""

# What stands in the way of a forger, on each engine.
UNLOCK = {
    "postgres": "alter table movement disable trigger all",
    "sqlite": "drop trigger movement_refuses_delete",
}
LAST = "(select sequence from movement order by sequence desc limit 1)"
OF_LAST = f"where (item_id, location_id) = (select item_id, location_id from movement where sequence = {LAST})"
DOCUMENT = f"(select document from movement where sequence = {LAST})"
CHANGE = (f"(select sum(quantity) from movement where document = {DOCUMENT} and movement.item_id = stock_level.item_id"
          " and movement.location_id = stock_level.location_id)")


def forged(reference, document):
    """One more copy at the level that changed last, with a row that explains it: balances and ledger agree."""
    return [
        "insert into movement (id, item_id, location_id, bucket, quantity, balance_after, kind, reason, reference,"
        " actor, document, line, recorded_at, occurred_at) select substr(id, 1, 24) || 'zzzzzz', item_id,"
        f" location_id, bucket, 1, balance_after + 1, kind, reason, {reference}, actor, '{document}', line,"
        f" recorded_at, occurred_at from movement where sequence = {LAST}",
        f"update stock_level set on_hand = on_hand + 1 {OF_LAST}",
    ]


BREAKS = {
    "balance without a movement": [f"update stock_level set on_hand = on_hand + 1 {OF_LAST}"],
    "lost write": [
        # The last acknowledged write vanishes without a trace: balances and ledger agree.
        f"update stock_level set on_hand = on_hand - {CHANGE} where {CHANGE} is not null",
        f"delete from movement where document = {DOCUMENT}",
    ],
    "write applied twice": forged("reference", "adj_twice"),
    "hold that lost a copy": [
        "update hold set held = held - 1, released = released + 1 where held > 0"
        " and reservation_id = (select max(reservation_id) from hold where held > 0)",
    ],
    "write nobody asked for": forged("'nobody'", "adj_extra"),
}


async def sabotage(run, name):
    await run.sql(UNLOCK[run.backend.engine])
    for statement in BREAKS[name]:
        await run.sql(statement)
