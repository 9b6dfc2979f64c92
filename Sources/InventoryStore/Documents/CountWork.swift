internal import Inventory

/// A locked count and what happens to it in this transaction.
final class CountWork {
  private let transaction: any StoreTransaction
  private var document: StockDocument
  private let origin: Origin
  private let state: CountState
  private let details: CountDetails
  private var lines: [CountLine]

  /// How many statements are sent at once, where there may be one for each line.
  private static let batch = 500
  /// How far a client's clock may be ahead: five minutes, in microseconds.
  private static let clockTolerance: Int64 = 5 * 60 * 1_000_000

  init(
    _ transaction: any StoreTransaction, _ document: StockDocument, _ origin: Origin
  ) throws(InventoryError) {
    self.transaction = transaction
    self.document = document
    self.origin = origin
    state = try document.state()
    details = try CountDetails(document)
    lines = try document.lines()
  }

  // MARK: What can happen

  func record(_ found: [CountedItem]) async throws(InventoryError) -> CountResult {
    guard state == .open else { throw document.invalidState }
    let named = try await transaction.named(items: Set(found.map(\.item)), locations: []).0
    let now = try await transaction.now()
    var names = DocumentNames(named)
    let items = names.items(found.map(\.item))
    try names.check()
    var places: [Int] = []
    var positions: [ItemID: Int] = [:]
    for (index, line) in lines.enumerated() { positions[line.itemID] = index }
    for (index, (item, entry)) in zip(items, found).enumerated() {
      if let countedAt = entry.countedAt, countedAt.microseconds > now.microseconds + Self.clockTolerance {
        names.report(index, .countedAt, .inFuture, countedAt.description)
      }
      if positions[item.id] == nil {
        guard details.everything, lines.count < Count.maximumLines else {
          names.report(index, details.everything ? .tooMany : .notOnDocument, entry.item)
          continue
        }
        positions[item.id] = lines.count
        lines.append(CountLine(itemID: item.id, sku: item.sku, expected: nil))
      }
      places.append(positions[item.id] ?? 0)
    }
    try names.check()
    for (place, entry) in zip(places, found) {
      lines[place].counted = entry.counted
      lines[place].countedAt = min(entry.countedAt ?? now, now)
    }
    let expected = try await expected(places)
    for (place, quantity) in zip(places, expected) { lines[place].expected = quantity }
    document.version += 1
    return try await save(as: .open)
  }

  func complete(
    force: Bool, uncounted: CountChange.Uncounted
  ) async throws(InventoryError) -> CountResult {
    if state == .completed {
      return CountResult(count: try Count(document), movements: try await movements())
    }
    guard state == .open else { throw document.invalidState }
    let counted = lines.indices.filter { uncounted == .zero || lines[$0].counted != nil }
    let named = try await transaction.named(
      items: Set(counted.map { .id(lines[$0].itemID) }), locations: [.id(document.location)]
    ).0
    let ledger = Ledger(transaction, named)
    try await ledger.lock(counted.map(level), drawing: counted.count)
    let now = try await transaction.now()
    // Under the locks, so that no row until then is still to come.
    let known = counted.filter { lines[$0].counted != nil }
    for (index, quantity) in zip(known, try await expected(known)) { lines[index].expected = quantity }
    for index in counted where lines[index].counted == nil {
      lines[index].counted = 0
      lines[index].countedAt = now
      lines[index].expected = ledger.quantities(level(index)).onHand
    }
    try judge(counted, ledger, force: force)
    document.version += 1
    let changed = counted.filter { lines[$0].variance != 0 }
    for index in changed {
      ledger.post(
        [LedgerChange(level(index), .physical(.onHand), by: lines[index].variance ?? 0, line: index)],
        as: posting(at: lines[index].countedAt))
    }
    try await ledger.settleHolds(of: changed.map(level).sorted(), as: posting(at: nil))
    let result = try await save(as: .completed)
    return CountResult(count: result.count, movements: try await ledger.write())
  }

  func cancel() async throws(InventoryError) -> CountResult {
    if state == .cancelled { return CountResult(count: try Count(document), movements: []) }
    guard state == .open else { throw document.invalidState }
    document.version += 1
    return try await save(as: .cancelled)
  }

  // MARK: Parts

  /// Refuses variances that the shelf cannot have, and without `force` those that take promised copies.
  private func judge(_ counted: [Int], _ ledger: Ledger, force: Bool) throws(InventoryError) {
    var refusals: [LineRefusal] = []
    for index in counted {
      guard let variance = lines[index].variance, variance != 0 else { continue }
      if let item = ledger.named.item(lines[index].itemID), item.isArchived {
        throw .bookArchived(item.bookID)
      }
      var quantities = ledger.quantities(level(index))
      if force { quantities.held = 0 }
      let line = StockRules.LevelLine(index: index, bucket: .onHand, change: .delta(variance))
      if case .failure(let refused) = StockRules.apply([line], to: quantities) { refusals += refused.lines }
    }
    guard refusals.isEmpty else { throw .refused(refusals) }
  }

  /// What the ledger says was on hand when these lines were counted.
  private func expected(_ indices: [Int]) async throws(InventoryError) -> [Int64] {
    var quantities: [Int64] = []
    for start in stride(from: 0, to: indices.count, by: Self.batch) {
      let some = indices[start..<min(start + Self.batch, indices.count)]
      let statements = some.map { index in
        StoreStatement(
          CountSQL.onHandAsOf,
          [.id(lines[index].itemID), .id(document.location), .instant(lines[index].countedAt)])
      }
      for rows in try await transaction.run(statements) {
        var quantity: Int64 = 0
        if var row = rows.first { quantity = try row.integer() }
        quantities.append(quantity)
      }
    }
    return quantities
  }

  private func movements() async throws(InventoryError) -> [Movement] {
    var movements: [Movement] = []
    let rows = try await transaction.run(StoreStatement(CountSQL.movements, [.text(document.document)]))
    for var row in rows { movements.append(try Movement(&row)) }
    return movements
  }

  private func level(_ index: Int) -> LevelKey {
    LevelKey(item: lines[index].itemID, location: document.location)
  }

  private func posting(at instant: Instant?) -> Posting {
    Posting(
      kind: .count, reason: .count, reference: document.reference, note: document.note, origin: origin,
      document: document.document, occurredAt: instant)
  }

  private func save(as state: CountState) async throws(InventoryError) -> CountResult {
    document.state = state.rawValue
    document.set(count: lines, blind: details.blind, everything: details.everything)
    document.updatedAt = try await transaction.now()
    transaction.putOff([document.update])
    return CountResult(count: try Count(document), movements: [])
  }
}
