public import Inventory

extension PostgresRepository {
  /// See ``StockRepository``.
  public func verify() async throws(InventoryError) -> VerificationReport {
    try await run { (database) throws(DatabaseError) in
      let timeout = database.configuration.verificationTimeout
      let results = try await database.slowSnapshot(
        [Statement(Self.levelCount), Statement(Self.movementCount), Statement(Self.drift)], timeout: timeout)
      guard results.count == 3 else { throw .malformed("\(results.count) results of three statements") }
      return VerificationReport(
        levelsChecked: try results[0].only { (row) throws(DatabaseError) in try row.integer() },
        movementsRead: try results[1].only { (row) throws(DatabaseError) in try row.integer() },
        drift: try results[2].rows { (row) throws(DatabaseError) in try row.drift() })
    }
  }

  private static let levelCount = SQL("select count(*) from stock_level")
  private static let movementCount = SQL(
    "select (select count(*) from movement) + (select count(*) from commitment)")

  /// The ledgers and the holds are each added up in one pass.
  private static let drift = SQL(
    """
    with
      explained as (
        select
          'ledger' as explanation,
          item_id,
          location_id,
          bucket,
          sum(quantity)::bigint as quantity
        from (
          select item_id, location_id, bucket, quantity from movement
          union all
          select item_id, location_id, bucket, quantity from commitment
        ) as row
        group by item_id, location_id, bucket
        union all
        select
          'holds',
          item_id,
          location_id,
          promised.bucket,
          sum(promised.quantity)::bigint
        from hold
        cross join lateral (
          values ('held' collate "C", held), ('backordered', backordered)
        ) as promised (bucket, quantity)
        where held > 0 or backordered > 0
        group by item_id, location_id, promised.bucket
      ),
      balance as (
        select
          balance.explanation,
          item_id,
          location_id,
          balance.bucket,
          balance.quantity
        from stock_level
        cross join lateral (
          values
            ('ledger', 'on_hand' collate "C", on_hand),
            ('ledger', 'damaged', damaged),
            ('ledger', 'inspection', inspection),
            ('ledger', 'held_back', held_back),
            ('ledger', 'held', held),
            ('ledger', 'backordered', backordered),
            ('ledger', 'incoming', incoming),
            ('ledger', 'in_transit', in_transit),
            ('holds', 'held', held),
            ('holds', 'backordered', backordered)
        ) as balance (explanation, bucket, quantity)
      )
    select
      item_id,
      location_id,
      bucket,
      explanation,
      coalesce(balance.quantity, 0),
      coalesce(explained.quantity, 0)
    from balance
    full join explained using (explanation, item_id, location_id, bucket)
    where coalesce(balance.quantity, 0) <> coalesce(explained.quantity, 0)
    order by
      item_id,
      location_id,
      array_position(
        array[
          'on_hand', 'damaged', 'inspection', 'held_back', 'held', 'backordered', 'incoming', 'in_transit'
        ],
        bucket),
      explanation desc
    limit 1000
    """)
}

extension LoopDatabase {
  /// Runs statements that change nothing in one snapshot, in one round trip; each may run for `timeout`.
  func slowSnapshot(
    _ statements: [Statement], timeout: Duration
  ) async throws(DatabaseError) -> [QueryResult] {
    let connection = try await acquire(from: slow)
    defer { giveBack(connection, to: slow) }
    let all =
      [
        Statement(Self.beginSnapshot),
        Statement(once: "set local statement_timeout = \(timeout.milliseconds)"),
      ] + statements + [Statement(Self.commit)]
    let results = try await connection.run(
      .transaction, all, silence: silence(timeout * statements.count))
    return Array(results.dropFirst(2).dropLast())
  }

  private static let beginSnapshot = SQL("begin isolation level repeatable read, read only")
  private static let commit = SQL("commit")
}

extension Row {
  fileprivate mutating func drift() throws(DatabaseError) -> VerificationReport.Drift {
    let (item, location) = (try id(ItemIDKind.self), try id(LocationIDKind.self))
    let (bucket, explanation) = (try balance(), try explanation())
    return VerificationReport.Drift(
      item: item, location: location, bucket: bucket, balance: try integer(), explanation: explanation,
      sum: try integer())
  }

  private mutating func explanation() throws(DatabaseError) -> VerificationReport.Explanation {
    let name = try text()
    guard let explanation = VerificationReport.Explanation(rawValue: name) else {
      throw .malformed("\(name) explains no balance")
    }
    return explanation
  }

  private mutating func balance() throws(DatabaseError) -> Balance {
    let name = try text()
    guard let balance = Balance.all.first(where: { $0.name == name }) else {
      throw .malformed("\(name) is no balance of a level")
    }
    return balance
  }
}
