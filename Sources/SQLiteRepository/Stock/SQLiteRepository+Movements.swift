public import Inventory

extension SQLiteRepository {
  /// See ``StockRepository``.
  public func movements(
    _ query: MovementQuery, page: PageRequest
  ) async throws(InventoryError) -> Page<Movement> {
    if query.isServedByOneIndex {
      return try await database.read { (connection) throws(InventoryError) in
        try connection.movements(query, page: page)
      }
    }
    return try await database.slowRead { (connection) throws(InventoryError) in
      try connection.movements(query, page: page)
    }
  }

  /// See ``StockRepository``.
  public func movement(_ id: MovementID) async throws(InventoryError) -> Movement? {
    try await database.read { (connection) throws(InventoryError) in
      try connection.first(Self.movementByID, [SQLiteValue(id)], Movement.init)
    }
  }

  private static let movementByID = SQL.constant("\(Movement.select) where movement.id = ?")
}

extension MovementQuery {
  /// True when every row that is looked at is shown.
  fileprivate var isServedByOneIndex: Bool {
    let others: [Bool] = [
      kind != nil, reason != nil, recordedAtLeast != nil, recordedAtMost != nil, occurredAtLeast != nil,
      occurredAtMost != nil,
    ]
    let indexed: [Bool] = [item != nil, location != nil, reference != nil]
    return !others.contains(true) && indexed.count(where: { $0 }) <= 1
  }

  fileprivate var conditions: (texts: [String], arguments: [SQLiteValue]) {
    var texts = ["true"]
    var arguments: [SQLiteValue] = []
    func require(_ condition: String, _ value: SQLiteValue?) {
      guard let value else { return }
      texts.append(condition)
      arguments.append(value)
    }
    require("movement.item_id = ?", item.map { SQLiteValue($0) })
    require("movement.reference = ?", reference.map(SQLiteValue.text))
    // A location has many more rows than an item or a document; `+` keeps its index out of it
    // (https://www.sqlite.org/optoverview.html#disqualifying_where_clause_terms_using_unary_).
    let isNarrowed = item != nil || reference != nil
    require("\(isNarrowed ? "+" : "")movement.location_id = ?", location.map { SQLiteValue($0) })
    require("movement.kind = ?", (kind?.rawValue).map(SQLiteValue.text))
    require("movement.reason = ?", (reason?.rawValue).map(SQLiteValue.text))
    require("movement.recorded_at >= ?", recordedAtLeast.map { SQLiteValue($0) })
    require("movement.recorded_at <= ?", recordedAtMost.map { SQLiteValue($0) })
    require("movement.occurred_at >= ?", occurredAtLeast.map { SQLiteValue($0) })
    require("movement.occurred_at <= ?", occurredAtMost.map { SQLiteValue($0) })
    return (texts, arguments)
  }
}

extension Connection {
  fileprivate func movements(
    _ query: MovementQuery, page: PageRequest
  ) throws(InventoryError) -> Page<Movement> {
    var (conditions, arguments) = query.conditions
    if let after = page.after {
      conditions.append("movement.sequence < ?")
      arguments.append(after.value.argument)
    }
    let movements = try all(
      """
      \(Movement.select)
      where \(conditions.joined(separator: "\n  and "))
      order by movement.sequence desc
      limit ?
      """, arguments + [SQLiteValue(page.limit + 1)], Movement.init)
    return Page(movements, limit: page.limit) { movement in
      PageKey(value: .integer(movement.sequence), id: movement.id.description)
    } element: {
      $0
    }
  }
}

extension Movement {
  /// Ledger rows with what is shown of their item and location; ledger rows first, in the order of the list.
  fileprivate static let select = """
    select
      movement.id,
      movement.sequence,
      movement.item_id,
      item.sku,
      movement.location_id,
      location.code,
      movement.bucket,
      movement.quantity,
      movement.balance_after,
      movement.kind,
      movement.reason,
      movement.reference,
      movement.note,
      movement.actor,
      movement.request_id,
      movement.document,
      movement.line,
      movement.recorded_at,
      movement.occurred_at
    from movement
    cross join item on item.id = movement.item_id
    cross join location on location.id = movement.location_id
    """

  /// Reads a row of ``select``.
  fileprivate init(_ row: inout Row) throws(InventoryError) {
    self.init(
      id: try row.identifier(), sequence: row.integer(), itemID: try row.identifier(), sku: row.text(),
      locationID: try row.identifier(), locationCode: row.text(), bucket: try row.word(),
      quantity: row.integer(), balanceAfter: row.integer(), kind: try row.word(), reason: try row.word(),
      reference: row.optionalText(), note: row.optionalText(), actor: row.text(),
      requestID: row.optionalText(), document: row.text(), line: Int(row.integer()),
      recordedAt: row.instant(), occurredAt: row.instant())
  }
}
