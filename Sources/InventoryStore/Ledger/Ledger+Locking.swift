internal import Inventory

extension Ledger {
  /// Locks these levels, and every level of the items in `everywhere`, in the order of their keys, and reads them
  /// as they are then; `drawing` sequence numbers are drawn afterwards in the same round trip. Levels that were
  /// never written are zeros; they are made when they are changed.
  ///
  /// A ledger locks once: what is locked later could be out of order. `reading` are statements that are to see
  /// what they read as it is then; their rows come back.
  @discardableResult
  func lock(
    _ keys: some Sequence<LevelKey>, everywhere items: Set<ItemID> = [], drawing count: Int = 0,
    reading others: [StoreStatement] = []
  ) async throws(InventoryError) -> [[StoreRow]] {
    let keys = Set(keys).sorted()
    var targets: [(item: ItemID, key: LevelKey?)] = items.sorted().map { ($0, nil) }
    for key in keys where !items.contains(key.item) { targets.append((key.item, key)) }
    targets.sort { left, right in
      guard let one = left.key, let other = right.key else { return left.item < right.item }
      return one < other
    }
    guard !targets.isEmpty || count > 0 || !others.isEmpty else { return [] }
    var statements = targets.map { target in
      target.key.map { StoreStatement(Self.lockLevel, [.id($0.item), .id($0.location)]) }
        ?? StoreStatement(Self.lockItem, [.id(target.item)])
    }
    statements += others
    if count > 0 { statements.append(StoreStatement(transaction.movementSequences, [.count(count)])) }
    let results = try await transaction.run(statements)
    for rows in results.prefix(targets.count) {
      for var row in rows { try insert(&row) }
    }
    for key in keys where entries[key] == nil { insertMissing(key) }
    sequences = []
    if count > 0 {
      for var row in results.last ?? [] { sequences.append(try row.integer()) }
    }
    return Array(results.dropFirst(targets.count).prefix(others.count))
  }

  /// The locked levels of an item that are there, at active locations, those that serve first in front.
  func places(of item: ItemID) -> [LevelKey] {
    entries.filter { $0.key.item == item && ($0.value.isStored || $0.value.isChanged) }.keys
      .filter { named.location($0.location)?.isActive == true }
      .sorted { left, right in
        guard let one = named.location(left.location), let other = named.location(right.location) else {
          return left < right
        }
        return (one.priority, one.code) < (other.priority, other.code)
      }
  }

  private func insert(_ row: inout StoreRow) throws(InventoryError) {
    let key = LevelKey(item: try row.id(), location: try row.id())
    let (version, updatedAt) = (try row.integer(), try row.instant())
    var quantities = Quantities()
    for balance in Balance.all { quantities[balance] = try row.integer() }
    var policy = StockPolicy()
    policy.reorderPoint = try row.optionalInteger()
    policy.safetyStock = try row.integer()
    policy.bin = try row.optionalText()
    named.insert(try NamedLocation(&row))
    entries[key] = Entry(
      isStored: true, version: version, updatedAt: updatedAt, before: quantities, after: quantities,
      policy: policy)
  }

  private func insertMissing(_ key: LevelKey) {
    entries[key] = Entry(
      isStored: false, version: 0, updatedAt: Instant(microseconds: 0), before: Quantities(),
      after: Quantities(), policy: StockPolicy())
  }

  private static let columns = """
    stock_level.item_id,
    stock_level.location_id,
    stock_level.version,
    stock_level.updated_at,
    \(Balance.all.map { "stock_level.\($0.name)" }.joined(separator: ",\n")),
    stock_level.reorder_point,
    stock_level.safety_stock,
    stock_level.bin
    """

  private static let select = """
    select
      \(columns),
      \(NamedLocation.columns)
    from stock_level
    join location on location.id = stock_level.location_id
    """

  private static let lockLevel = StoreSQL(
    """
    \(select)
    where stock_level.item_id = $1
      and stock_level.location_id = $2
    """, lock: .update("stock_level"))

  private static let lockItem = StoreSQL(
    """
    \(select)
    where stock_level.item_id = $1
    order by stock_level.item_id, stock_level.location_id
    """, lock: .update("stock_level"))
}
