public import Inventory

/// An item that a line names, with what the rules need to know of it.
public struct NamedItem: Hashable, Sendable {
  /// Names the item.
  public var id: ItemID
  /// Its SKU.
  public var sku: String
  /// Its book.
  public var bookID: BookID
  /// The book's ISBN.
  public var isbn: ISBN?
  /// True when the book takes no stock any more.
  public var isArchived: Bool
  /// How many copies may be promised beyond what is there.
  public var backorderLimit: Int64
  /// The first day of sale.
  public var onSaleDate: PartialDate?
}

/// A location that a line names.
public struct NamedLocation: Hashable, Sendable {
  /// Names the location.
  public var id: LocationID
  /// Its code.
  public var code: String
  /// False when it takes no new stock and promises none.
  public var isActive: Bool
  /// Lower serves first.
  public var priority: Int64
  /// Whose days its days are.
  public var timeZone: String
}

/// What lines name, looked up in the transaction. Books stay active until it ends.
public struct NamedRecords: Sendable {
  /// By every reference that was asked for, and by identifier.
  public private(set) var items: [ItemReference: NamedItem] = [:]
  /// By every reference that was asked for, and by identifier.
  public private(set) var locations: [LocationReference: NamedLocation] = [:]

  /// An item by identifier.
  public func item(_ id: ItemID) -> NamedItem? { items[.id(id)] }
  /// A location by identifier.
  public func location(_ id: LocationID) -> NamedLocation? { locations[.id(id)] }

  mutating func insert(_ item: NamedItem) {
    items[.id(item.id)] = item
    items[.sku(item.sku)] = item
  }

  mutating func insert(_ location: NamedLocation) {
    locations[.id(location.id)] = location
    locations[.code(location.code)] = location
  }
}

extension StoreTransaction {
  /// Looks up what lines name, in one round trip. `alsoRunning` are statements of the caller that need no
  /// answer to it; their rows come back, too.
  func named(
    items: Set<ItemReference>, locations: Set<LocationReference>, alsoRunning others: [StoreStatement] = []
  ) async throws(InventoryError) -> (NamedRecords, others: [[StoreRow]]) {
    // In a fixed order, so that books are locked in the same order everywhere.
    let items = items.sorted { $0.description < $1.description }
    let statements =
      items.map { StoreStatement(NamedItem.select($0), [.text($0.description)]) }
      + locations.map { StoreStatement(NamedLocation.select($0), [.text($0.description)]) }
    let results = try await run(others + statements)
    guard results.count == others.count + statements.count else {
      throw .unexpected("\(results.count) results of \(others.count + statements.count) statements")
    }
    var named = NamedRecords()
    for rows in results[others.count...].prefix(items.count) {
      guard var row = rows.first else { continue }
      named.insert(try NamedItem(&row))
    }
    for rows in results[(others.count + items.count)...] {
      guard var row = rows.first else { continue }
      named.insert(try NamedLocation(&row))
    }
    return (named, Array(results.prefix(others.count)))
  }
}

extension NamedItem {
  fileprivate static func select(_ reference: ItemReference) -> StoreSQL {
    switch reference {
    case .id: byID
    case .sku: bySKU
    }
  }

  private static let columns = """
    select
      item.id,
      item.sku,
      item.book_id,
      book.isbn,
      book.archived_at is not null,
      item.backorder_limit,
      book.on_sale_date
    from item
    join book on book.id = item.book_id
    """
  // A locked row is read as it is at last, even when the statement had to wait for it; archiving locks it, too.
  private static let byID = StoreSQL("\(columns) where item.id = $1", lock: .keyShare("book"))
  private static let bySKU = StoreSQL("\(columns) where item.sku = $1", lock: .keyShare("book"))

  init(_ row: inout StoreRow) throws(InventoryError) {
    id = try row.id()
    sku = try row.text()
    bookID = try row.id()
    isbn = try row.optionalText().map { ISBN(stored: $0) }
    isArchived = try row.bool()
    backorderLimit = try row.integer()
    onSaleDate = try row.optionalInteger().map { PartialDate(stored: $0) }
  }
}

extension NamedLocation {
  fileprivate static func select(_ reference: LocationReference) -> StoreSQL {
    switch reference {
    case .id: byID
    case .code: byCode
    }
  }

  static let columns = """
    location.id,
    location.code,
    location.active,
    location.priority,
    location.time_zone
    """
  private static let byID = StoreSQL("select \(columns) from location where id = $1")
  private static let byCode = StoreSQL("select \(columns) from location where code = $1")

  init(_ row: inout StoreRow) throws(InventoryError) {
    id = try row.id()
    code = try row.text()
    isActive = try row.bool()
    priority = try row.integer()
    timeZone = try row.text()
  }
}
