public import Inventory

extension StoreBackend {
  /// See ``StockRepository``.
  public func commitments(
    _ query: CommitmentQuery, page: PageRequest
  ) async throws(InventoryError) -> Page<Commitment> {
    var before: Int64?
    if case .integer(let sequence)? = page.after?.value { before = sequence }
    let statement = StoreStatement(
      CommitmentSQL.list(for: query),
      [
        .id(query.item), .id(query.location), .text(query.bucket?.rawValue), .text(query.kind?.rawValue),
        .text(query.reference), .instant(query.recordedAtLeast), .instant(query.recordedAtMost),
        .integer(before), .count(page.limit + 1),
      ])
    var commitments: [Commitment] = []
    for var row in try await self.query([statement], slow: true).first ?? [] {
      commitments.append(try Commitment(&row))
    }
    guard commitments.count > page.limit, page.limit > 0 else {
      return Page(elements: commitments, next: nil)
    }
    commitments.removeLast()
    let next = commitments.last.map { last in
      PageKey(value: .integer(last.sequence), id: last.id.description)
    }
    return Page(elements: commitments, next: next)
  }
}

/// One statement for each index that can lead; the other filters look at what it finds.
private enum CommitmentSQL {
  static func list(for query: CommitmentQuery) -> StoreSQL {
    if query.reference != nil { return byReference }
    if query.item != nil { return byItem }
    if query.location != nil { return byLocation }
    return all
  }

  private static let all = list("true")
  private static let byItem = list("commitment.item_id = $1")
  private static let byLocation = list("commitment.location_id = $2")
  private static let byReference = list("commitment.reference = $5")

  private static func list(_ leading: String) -> StoreSQL {
    StoreSQL(
      """
      select
        commitment.id,
        commitment.sequence,
        commitment.item_id,
        item.sku,
        commitment.location_id,
        location.code,
        commitment.bucket,
        commitment.quantity,
        commitment.balance_after,
        commitment.kind,
        commitment.reference,
        commitment.actor,
        commitment.request_id,
        commitment.document,
        commitment.line,
        commitment.recorded_at
      from commitment
      join item on item.id = commitment.item_id
      join location on location.id = commitment.location_id
      where \(leading)
        and ($1 is null or commitment.item_id = $1)
        and ($2 is null or commitment.location_id = $2)
        and ($3 is null or commitment.bucket = $3)
        and ($4 is null or commitment.kind = $4)
        and ($5 is null or commitment.reference = $5)
        and ($6 is null or commitment.recorded_at >= $6)
        and ($7 is null or commitment.recorded_at <= $7)
        and ($8 is null or commitment.sequence < $8)
      order by commitment.sequence desc
      limit $9
      """)
  }
}

extension Commitment {
  /// Reads a row of the list.
  fileprivate init(_ row: inout StoreRow) throws(InventoryError) {
    self.init(
      id: try row.id(), sequence: try row.integer(), itemID: try row.id(), sku: try row.text(),
      locationID: try row.id(), locationCode: try row.text(), bucket: try row.word(),
      quantity: try row.integer(), balanceAfter: try row.integer(), kind: try row.word(),
      reference: try row.optionalText(), actor: try row.text(), requestID: try row.optionalText(),
      document: try row.text(), line: Int(try row.integer()), recordedAt: try row.instant())
  }
}
