public import Inventory
internal import StoredJSON

extension SQLiteRepository {
  /// See ``ItemRepository``.
  public func createItem(_ details: ItemDetails, book: BookID) async throws(InventoryError) -> Item {
    try await database.write { [clock] (connection) throws(InventoryError) in
      guard let stored = try connection.book(book) else { throw .notFound(.book, book.description) }
      guard stored.archivedAt == nil else { throw .bookArchived(book) }
      if let twin = try connection.item(sku: details.sku) {
        throw .duplicateSKU(details.sku, twin: twin.id)
      }
      let now = clock.now()
      let item = Item(
        id: .generate(at: now), bookID: book, details: details, version: 1, createdAt: now, updatedAt: now)
      try connection.insert(item)
      return item
    }
  }

  /// See ``ItemRepository``.
  public func item(_ reference: ItemReference) async throws(InventoryError) -> Item? {
    try await database.read { (connection) throws(InventoryError) in try connection.item(reference) }
  }

  /// See ``ItemRepository``.
  public func items(_ query: ItemQuery, page: PageRequest) async throws(InventoryError) -> Page<Item> {
    try await database.read { (connection) throws(InventoryError) in
      var conditions = ["true"]
      var arguments: [SQLiteValue] = []
      if let book = query.book {
        conditions.append("book_id = ?")
        arguments.append(SQLiteValue(book))
      }
      if let condition = query.condition {
        conditions.append("condition = ?")
        arguments.append(.text(condition.rawValue))
      }
      if let after = page.after {
        conditions.append("id > ?")
        arguments.append(.text(after.id))
      }
      let items = try connection.all(
        """
        select
          \(Item.columns)
        from item
        where \(conditions.joined(separator: "\n  and "))
        order by id
        limit ?
        """, arguments + [SQLiteValue(page.limit + 1)], Item.init)
      return Page(items, limit: page.limit) { item in
        PageKey(value: .text(item.id.description), id: item.id.description)
      } element: {
        $0
      }
    }
  }

  /// See ``ItemRepository``.
  public func replaceItem(
    _ id: ItemID, with details: ItemDetails, version: Int64
  ) async throws(InventoryError) -> Item {
    try await database.write { [clock] (connection) throws(InventoryError) in
      guard var item = try connection.item(id) else { throw .notFound(.item, id.description) }
      guard item.version == version else { throw .versionMismatch(current: item.version) }
      if let twin = try connection.item(sku: details.sku), twin.id != id {
        throw .duplicateSKU(details.sku, twin: twin.id)
      }
      let now = clock.now()
      let changed = try connection.run(
        """
        update item
        set sku = ?,
          condition = ?,
          flags = ?,
          price_amount = ?,
          price_currency = ?,
          backorder_limit = ?,
          version = version + 1,
          updated_at = ?
        where id = ?
          and version = ?
        """, details.arguments + [SQLiteValue(now), SQLiteValue(id), .integer(version)])
      guard changed == 1 else { throw .unexpected("item \(id) changed under the write lock") }
      item.details = details
      item.version += 1
      item.updatedAt = now
      return item
    }
  }
}

extension Connection {
  func item(_ reference: ItemReference) throws(InventoryError) -> Item? {
    switch reference {
    case .id(let id): try item(id)
    case .sku(let sku): try item(sku: sku)
    }
  }

  func item(_ id: ItemID) throws(InventoryError) -> Item? {
    try first(Self.itemByID, [SQLiteValue(id)], Item.init)
  }

  private static let itemByID = SQL.constant(
    """
    select
      \(Item.columns)
    from item
    where id = ?
    """)

  func item(sku: String) throws(InventoryError) -> Item? {
    try first(Self.itemBySKU, [.text(sku)], Item.init)
  }

  private static let itemBySKU = SQL.constant(
    """
    select
      \(Item.columns)
    from item
    where sku = ?
    """)

  /// By identifier, so the item that came with the book is the first.
  func items(of book: BookID) throws(InventoryError) -> [Item] {
    try all(Self.itemsOfBook, [SQLiteValue(book)], Item.init)
  }

  private static let itemsOfBook = SQL.constant(
    """
    select
      \(Item.columns)
    from item
    where book_id = ?
    order by id
    """)

  func insert(_ item: Item) throws(InventoryError) {
    try run(
      Self.insertItem,
      [
        SQLiteValue(item.id), SQLiteValue(item.bookID), .integer(item.version), SQLiteValue(item.createdAt),
        SQLiteValue(item.updatedAt),
      ] + item.details.arguments)
  }

  private static let insertItem = SQL.constant(
    """
    insert into item (
      id,
      book_id,
      version,
      created_at,
      updated_at,
      sku,
      condition,
      flags,
      price_amount,
      price_currency,
      backorder_limit
    ) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """)
}

extension Item {
  /// The columns that ``init(_:)`` reads, in its order.
  static let columns = """
    item.id,
    item.book_id,
    item.version,
    item.created_at,
    item.updated_at,
    item.sku,
    item.condition,
    item.flags,
    item.price_amount,
    item.price_currency,
    item.backorder_limit
    """

  /// Reads the columns of ``columns``.
  init(_ row: inout Row) throws(InventoryError) {
    let id: ItemID = try row.identifier()
    let bookID: BookID = try row.identifier()
    let version = row.integer()
    let createdAt = row.instant()
    let updatedAt = row.instant()
    var details = ItemDetails(sku: row.text())
    details.condition = try row.word()
    details.flags = try row.json(empty: [], StoredJSON.flags)
    details.price = try row.price()
    details.backorderLimit = row.integer()
    self.init(
      id: id, bookID: bookID, details: details, version: version, createdAt: createdAt, updatedAt: updatedAt)
  }
}

extension ItemDetails {
  /// The values of sku, condition, flags, price_amount, price_currency, backorder_limit.
  fileprivate var arguments: [SQLiteValue] {
    [
      .text(sku), .text(condition.rawValue), .text(StoredJSON.text(flags)), SQLiteValue(price?.amount),
      SQLiteValue(price?.currency.code), .integer(backorderLimit),
    ]
  }
}
