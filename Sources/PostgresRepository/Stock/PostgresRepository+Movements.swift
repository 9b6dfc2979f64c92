public import Inventory

extension PostgresRepository {
  /// See ``StockRepository``.
  public func movement(_ id: MovementID) async throws(InventoryError) -> Movement? {
    try await run { (database) throws(DatabaseError) in
      try await database.read(Self.movementByID, [.id(id)]).first(Movement.init)
    }
  }

  private static let movementByID = SQL(
    """
    \(Movement.select)
    where movement.id = $1
    """)

  /// See ``StockRepository``.
  public func movements(
    _ query: MovementQuery, page: PageRequest
  ) async throws(InventoryError) -> Page<Movement> {
    try await run { (database) throws(DatabaseError) in
      var list = ListStatement()
      list.require("movement.item_id =", query.item.map { .id($0) })
      list.require("movement.location_id =", query.location.map { .id($0) })
      list.require("movement.kind =", query.kind.map { .text($0.rawValue) })
      list.require("movement.reason =", query.reason.map { .text($0.rawValue) })
      list.require("movement.reference =", query.reference.map { .text($0) })
      list.require("movement.recorded_at >=", query.recordedAtLeast.map { .instant($0) })
      list.require("movement.recorded_at <=", query.recordedAtMost.map { .instant($0) })
      list.require("movement.occurred_at >=", query.occurredAtLeast.map { .instant($0) })
      list.require("movement.occurred_at <=", query.occurredAtMost.map { .instant($0) })
      list.require("movement.sequence <", page.after?.value.bound)
      let limit = list.bind(.integer(Int64(page.limit) + 1))
      let movements = try await database.slowRead(
        list.statement(
          """
          \(Movement.select)
          where \(list.conjunction)
          order by movement.sequence desc
          limit \(limit)
          """)
      ).rows(Movement.init)
      return Page(movements, limit: page.limit) { movement in
        PageKey(value: .integer(movement.sequence), id: movement.id.description)
      } element: {
        $0
      }
    }
  }
}

extension ListStatement {
  /// Only rows for which the comparison with the value is true; all when there is no value.
  fileprivate mutating func require(_ comparison: String, _ value: Value?) {
    if let value { require("\(comparison) \(bind(value))") }
  }
}

extension Movement {
  /// Ledger rows with what is shown of their item and location.
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
    join item on item.id = movement.item_id
    join location on location.id = movement.location_id
    """

  /// Reads a row of ``select``.
  fileprivate init(_ row: inout Row) throws(DatabaseError) {
    self.init(
      id: try row.id(), sequence: try row.integer(), itemID: try row.id(), sku: try row.text(),
      locationID: try row.id(), locationCode: try row.text(), bucket: try row.word(),
      quantity: try row.integer(), balanceAfter: try row.integer(), kind: try row.word(),
      reason: try row.word(), reference: try row.optionalText(), note: try row.optionalText(),
      actor: try row.text(), requestID: try row.optionalText(), document: try row.text(),
      line: Int(try row.integer()), recordedAt: try row.instant(), occurredAt: try row.instant())
  }
}
