internal import Inventory

/// Finds the items of the conditions in which copies come back, and makes those that are missing.
struct ItemConditions {
  /// Copies of one book that differ from each other in nothing that a buyer must know.
  private struct Key: Hashable {
    var book: BookID
    var condition: Condition
    var flags: String
  }

  private let transaction: any StoreTransaction
  private var made: [Key: NamedItem] = [:]
  /// To be run before anything refers to the items.
  private(set) var insertions: [StoreStatement] = []

  init(_ transaction: any StoreTransaction) { self.transaction = transaction }

  /// The item of the same book with the same flags in this condition: the item itself, the oldest one there is,
  /// or a new one.
  mutating func item(
    like item: NamedItem, in condition: Condition?
  ) async throws(InventoryError) -> NamedItem {
    guard let condition else { return item }
    // Looked for again where it is missing: whoever makes it keeps others from making it, too.
    let queue = transaction.nameQueue("item \(item.bookID) \(condition.rawValue)").map { [$0] } ?? []
    var flags = ""
    for earlier in queue.isEmpty ? [[]] : [[], queue] {
      let find = StoreStatement(ItemConditionSQL.find, [.id(item.id), .text(condition.rawValue)])
      guard var row = try await transaction.run(earlier + [find]).last?.first else {
        throw .unexpected("the item \(item.id) is gone")
      }
      flags = try row.text()
      if let id = try row.optionalID(ItemIDKind.self) {
        var found = item
        found.id = id
        found.sku = try row.text()
        found.backorderLimit = try row.integer()
        return found
      }
    }
    var found = item
    let key = Key(book: item.bookID, condition: condition, flags: flags)
    if let item = made[key] { return item }
    let now = try await transaction.now()
    found.id = .generate(at: now)
    found.sku = try await freeSKU(of: item, condition, or: found.id)
    found.backorderLimit = 0
    made[key] = found
    insertions.append(
      StoreStatement(
        ItemConditionSQL.insert,
        [
          .id(found.id), .id(found.bookID), .text(found.sku), .text(condition.rawValue), .text(flags),
          .instant(now),
        ]))
    return found
  }

  /// `9780439023481-good`, with a number behind it when another item has that, at last the identifier. An item
  /// that takes the SKU at the same moment ends this attempt at the unique constraint.
  private func freeSKU(
    of item: NamedItem, _ condition: Condition, or id: ItemID
  ) async throws(InventoryError) -> String {
    let base = "\(item.isbn?.digits ?? item.bookID.description)-\(condition.rawValue)"
    let candidates = [base] + (2...ItemConditionSQL.candidates).map { "\(base)-\($0)" }
    var taken = Set(made.values.map(\.sku))
    for var row in try await transaction.run(
      StoreStatement(ItemConditionSQL.taken, candidates.map { .text($0) }))
    {
      taken.insert(try row.text())
    }
    return candidates.first { !taken.contains($0) } ?? id.description
  }
}

private enum ItemConditionSQL {
  static let find = StoreSQL(
    """
    select
      item.flags,
      used.id,
      used.sku,
      used.backorder_limit
    from item
    left join item as used
      on used.book_id = item.book_id
      and used.condition = $2
      and used.flags = item.flags
    where item.id = $1
    order by
      case when used.id = item.id then 0 else 1 end,
      used.id
    limit 1
    """)

  /// How many SKUs are tried.
  static let candidates = 9

  static let taken = StoreSQL("select sku from item where sku in (\(Ledger.placeholders(candidates)))")

  static let insert = StoreSQL(
    """
    insert into item (
      id, book_id, sku, condition, flags, price_amount, price_currency, backorder_limit, version, created_at,
      updated_at
    )
    values ($1, $2, $3, $4, $5, null, null, 0, 1, $6, $6)
    """)
}
