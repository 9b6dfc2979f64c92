public import Inventory

extension StoreBackend {
  /// See `CountRepository`.
  public func createCount(
    _ request: CountRequest, once: Once<DocumentResult<Count>>?
  ) async throws(InventoryError) -> Outcome<DocumentResult<Count>> {
    let draft = CountDraft(id: .generate(at: clock.now()), request: request)
    return try await write(once) { (transaction) async throws(InventoryError) -> DocumentResult<Count> in
      try await draft.store(in: transaction)
    }
  }

  /// See `CountRepository`.
  public func changeCount(
    _ change: CountChange, once: Once<CountResult>?
  ) async throws(InventoryError) -> Outcome<CountResult> {
    // Otherwise what is missing could cut a promise that stands, and leave one that has run out.
    if case .complete(force: true, _) = change.action, let count = try await count(change.id) {
      _ = try await freeDue(of: Set(count.lines.map { .id($0.itemID) }))
    }
    return try await writeTaking(once) { (refused) async throws(InventoryError) in
      let lines = try await self.count(change.id)?.lines ?? []
      return Set(refused.compactMap { lines.indices.contains($0.index) ? .id(lines[$0.index].itemID) : nil })
    } _: { (transaction) async throws(InventoryError) -> CountResult in
      let document = try await transaction.lockDocument(change.id.description, .count)
      let work = try CountWork(transaction, document, change.origin)
      switch change.action {
      case .record(let items): return try await work.record(items)
      case .complete(let force, let uncounted):
        return try await work.complete(force: force, uncounted: uncounted)
      case .cancel: return try await work.cancel()
      }
    }
  }

  /// See `CountRepository`.
  public func count(_ id: CountID) async throws(InventoryError) -> Count? {
    guard let document = try await document(id.description, .count) else { return nil }
    return try Count(document)
  }

  /// See `CountRepository`.
  public func counts(
    _ query: DocumentQuery<CountState>, page: PageRequest
  ) async throws(InventoryError) -> Page<Count> {
    var filter = StockDocumentFilter(query, types: .count)
    filter.leavesLinesOut = true
    return try await documents(filter, page: page) { (document) throws(InventoryError) in
      try Count(document)
    }
  }
}

/// A count that is to begin.
private struct CountDraft {
  let id: CountID
  let request: CountRequest

  func store(in transaction: any StoreTransaction) async throws(InventoryError) -> DocumentResult<Count> {
    let references = request.items ?? []
    var names = DocumentNames(
      try await transaction.named(items: Set(references), locations: [request.location]).0)
    let location = names.location(request.location, as: .location, takesStock: false)
    let items = names.headItems(references)
    try names.check()
    guard let location else { throw .unexpected("a count without its place") }
    if let twin = try await transaction.twin(of: .count, reference: request.reference) {
      let count = try Count(twin)
      let isSame =
        twin.location == location.id && count.everything == (request.items == nil)
        && (count.everything || count.lines.map(\.itemID) == items.map(\.id))
      guard isSame else { throw twin.referenceInUse }
      return DocumentResult(document: count, isNew: false)
    }
    let lines =
      request.items == nil
      ? try await everything(at: location, transaction)
      : try await expected(items, at: location, transaction)
    var document = StockDocument(
      id: id.description, type: .count, state: CountState.open.rawValue, reference: request.reference,
      note: request.note, location: location, by: request.origin, at: try await transaction.now())
    document.set(count: lines, blind: request.blind, everything: request.items == nil)
    try transaction.insert(document, by: request.origin)
    return DocumentResult(document: try Count(document), isNew: true)
  }

  private func everything(
    at location: NamedLocation, _ transaction: any StoreTransaction
  ) async throws(InventoryError) -> [CountLine] {
    let rows = try await transaction.run(
      StoreStatement(CountSQL.everything, [.id(location.id), .count(Count.maximumLines + 1)]))
    guard rows.count <= Count.maximumLines else {
      throw .unknownLines([
        LineProblem(index: nil, field: .items, code: .tooMany, value: location.code)
      ])
    }
    var lines: [CountLine] = []
    for var row in rows {
      lines.append(CountLine(itemID: try row.id(), sku: try row.text(), expected: try row.integer()))
    }
    return lines
  }

  private func expected(
    _ items: [NamedItem], at location: NamedLocation, _ transaction: any StoreTransaction
  ) async throws(InventoryError) -> [CountLine] {
    let results = try await transaction.run(
      items.map { StoreStatement(CountSQL.onHand, [.id($0.id), .id(location.id)]) })
    var lines: [CountLine] = []
    for (item, rows) in zip(items, results) {
      var expected: Int64 = 0
      if var row = rows.first { expected = try row.integer() }
      lines.append(CountLine(itemID: item.id, sku: item.sku, expected: expected))
    }
    return lines
  }
}

enum CountSQL {
  /// In the order in which the items were made, which is that of nobody's shelves, but always the same.
  static let everything = StoreSQL(
    """
    select
      item.id,
      item.sku,
      stock_level.on_hand
    from stock_level
    join item on item.id = stock_level.item_id
    join book on book.id = item.book_id
    where stock_level.location_id = $1
      and book.archived_at is null
    order by stock_level.item_id
    limit $2
    """)

  static let onHand = StoreSQL(
    """
    select on_hand
    from stock_level
    where item_id = $1
      and location_id = $2
    """)

  /// What was on hand at an instant: one step into the index `movement_as_of`.
  static let onHandAsOf = StoreSQL(
    """
    select balance_after
    from movement
    where item_id = $1
      and location_id = $2
      and bucket = 'on_hand'
      and recorded_at <= $3
    order by recorded_at desc, sequence desc
    limit 1
    """)

  static let movements = StoreSQL(
    """
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
    where movement.document = $1
    order by movement.line, movement.sequence
    """)
}

extension Movement {
  /// Reads a row of ``CountSQL/movements``.
  init(_ row: inout StoreRow) throws(InventoryError) {
    self.init(
      id: try row.id(), sequence: try row.integer(), itemID: try row.id(), sku: try row.text(),
      locationID: try row.id(), locationCode: try row.text(), bucket: try row.word(),
      quantity: try row.integer(), balanceAfter: try row.integer(), kind: try row.word(),
      reason: try row.word(), reference: try row.optionalText(), note: try row.optionalText(),
      actor: try row.text(), requestID: try row.optionalText(), document: try row.text(),
      line: Int(try row.integer()), recordedAt: try row.instant(), occurredAt: try row.instant())
  }
}
