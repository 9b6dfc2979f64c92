public import Inventory

extension PostgresRepository {
  /// See ``ItemRepository``.
  public func item(_ reference: ItemReference) async throws(InventoryError) -> Item? {
    try await run { (database) throws(DatabaseError) in try await database.item(reference) }
  }

  /// See ``ItemRepository``.
  public func items(_ query: ItemQuery, page: PageRequest) async throws(InventoryError) -> Page<Item> {
    try await run { (database) throws(DatabaseError) in
      var list = ListStatement()
      if let book = query.book { list.require("book_id = \(list.bind(.id(book)))") }
      if let condition = query.condition {
        list.require("condition = \(list.bind(.text(condition.rawValue)))")
      }
      if let after = page.after { list.require("id > \(list.bind(.text(after.id)))") }
      let limit = list.bind(.integer(Int64(page.limit) + 1))
      let items = try await database.slowRead(
        list.statement(
          """
          select
            \(Item.columns)
          from item
          where \(list.conjunction)
          order by id
          limit \(limit)
          """)
      ).rows(Item.init)
      return Page(items, limit: page.limit) { item in
        PageKey(value: .text(item.id.description), id: item.id.description)
      } element: {
        $0
      }
    }
  }

  /// See ``ItemRepository``.
  public func createItem(_ details: ItemDetails, book: BookID) async throws(InventoryError) -> Item {
    try await run { [clock] (database) throws(DatabaseError) in
      let insertion = ItemSQL.insertion(of: details, as: .generate(at: clock.now()), book: book)
      do throws(DatabaseError) {
        if let item = try await database.write([insertion]).only().first(Item.init) { return item }
      } catch {
        throw try await database.explained(error, sku: details.sku)
      }
      // No row: the book is not there or archived, and neither ever changes back.
      guard try await database.book(.id(book)) != nil else {
        throw .answer(.notFound(.book, book.description))
      }
      throw .answer(.bookArchived(book))
    }
  }

  /// See ``ItemRepository``.
  public func replaceItem(
    _ id: ItemID, with details: ItemDetails, version: Int64
  ) async throws(InventoryError) -> Item {
    try await run { (database) throws(DatabaseError) in
      do throws(DatabaseError) {
        let update = Statement(ItemSQL.update, [.id(id), .integer(version)] + details.values)
        if let item = try await database.write([update]).only().first(Item.init) { return item }
      } catch {
        throw try await database.explained(error, sku: details.sku)
      }
      guard let present = try await database.item(.id(id)) else {
        throw .answer(.notFound(.item, id.description))
      }
      throw .answer(.versionMismatch(current: present.version))
    }
  }
}

extension LoopDatabase {
  func item(_ reference: ItemReference) async throws(DatabaseError) -> Item? {
    switch reference {
    case .id(let id): try await read(ItemSQL.byID, [.id(id)]).first(Item.init)
    case .sku(let sku): try await read(ItemSQL.bySKU, [.text(sku)]).first(Item.init)
    }
  }

  /// The domain's word for an SKU that is taken; other errors as they are.
  fileprivate func explained(
    _ error: DatabaseError, sku: String
  ) async throws(DatabaseError) -> DatabaseError {
    guard case .server(let reason) = error, reason.constraint == "item_sku_unique",
      let twin = try await item(.sku(sku))
    else { return error }
    return .answer(.duplicateSKU(sku, twin: twin.id))
  }
}

enum ItemSQL {
  static let byID = SQL(
    """
    select
      \(Item.columns)
    from item
    where id = $1
    """)

  static let bySKU = SQL(
    """
    select
      \(Item.columns)
    from item
    where sku = $1
    """)

  /// Returns the item; no row when the book is not there or archived.
  static func insertion(of details: ItemDetails, as id: ItemID, book: BookID) -> Statement {
    Statement(insert, [.id(id), .id(book)] + details.values)
  }

  /// The share of the book's lock keeps it from being archived meanwhile.
  private static let insert = SQL(
    """
    with parent as (
      select
        id,
        is_active
      from book
      where id = $2
      for key share
    )
    insert into item (
      id,
      book_id,
      sku,
      condition,
      flags,
      price_amount,
      price_currency,
      backorder_limit,
      version,
      created_at,
      updated_at
    )
    select $1, parent.id, $3, $4, $5, $6, $7, $8, 1, moment.now, moment.now
    from parent, (select now_microseconds() as now) as moment
    where parent.is_active
    returning
      \(Item.columns)
    """)

  static let update = SQL(
    """
    update item
    set sku = $3,
      condition = $4,
      flags = $5,
      price_amount = $6,
      price_currency = $7,
      backorder_limit = $8,
      version = version + 1,
      updated_at = now_microseconds()
    where id = $1
      and version = $2
    returning
      \(Item.columns)
    """)
}
