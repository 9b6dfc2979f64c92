internal import Inventory
internal import JSON

extension Books {
  /// A book as answers show it.
  static let schema: Schema = {
    let required = detailProperties.map { property in
      Schema.Property(property.name, property.schema, isRequired: true)
    }
    let isbn10 = Schema.text(pattern: "^[0-9]{9}[0-9X]$").orNull
      .about("The ten-character form; null where there is none, as for 979.")
    return .named(
      "Book",
      .object(
        [Schema.Property("id", .identifier("bk"), isRequired: true)] + required[..<1]
          + [Schema.Property("isbn10", isbn10, isRequired: true)] + required[1...] + StoredFields.properties
          + [
            Schema.Property(
              "archived_at",
              Schema.text(format: "date-time").orNull.about("When it was taken out of the catalogue."),
              isRequired: true),
            Schema.Property(
              "stock", StockLevels.totalsSchema.about("With expand=stock: sums over items and locations."),
              isRequired: false),
            Schema.Property(
              "items", .list(of: Items.expandedSchema).about("With expand=items or expand=items.stock."),
              isRequired: false),
          ]))
  }()

  /// Writes a book with what was asked for besides.
  static func write(_ book: Book, _ expansion: BookExpansion = .none, to json: inout JSONWriter) {
    json.beginObject()
    json.member("id", book.id)
    json.plainMember("isbn", book.details.isbn?.digits)
    json.plainMember("isbn10", book.details.isbn?.isbn10)
    writeDetails(book.details, to: &json)
    json.member("version", book.version)
    json.member("created_at", book.createdAt)
    json.member("updated_at", book.updatedAt)
    json.member("archived_at", book.archivedAt)
    if let totals = expansion.stock {
      json.name("stock")
      StockLevels.write(totals[book.id] ?? StockTotals(), to: &json)
    }
    if let items = expansion.items {
      json.name("items")
      json.beginArray()
      for item in items[book.id] ?? [] {
        Items.write(item, levels: expansion.levels.map { $0[item.id] ?? [] }, to: &json)
      }
      json.endArray()
    }
    json.endObject()
  }

  /// The editable members as a value, for merge patches.
  static func editable(_ details: BookDetails) -> JSONValue {
    JSONValue(written: { json in
      json.beginObject()
      json.plainMember("isbn", details.isbn?.digits)
      writeDetails(details, to: &json)
      json.endObject()
    })
  }

  private static func writeDetails(_ details: BookDetails, to json: inout JSONWriter) {
    json.member("title", details.title)
    json.member("subtitle", details.subtitle)
    json.name("contributors")
    json.beginArray()
    for contributor in details.contributors {
      json.beginObject()
      json.member("role", contributor.role.rawValue)
      json.member("name", contributor.name)
      json.endObject()
    }
    json.endArray()
    json.member("publisher", details.publisher)
    json.plainMember("product_form", details.productForm?.code)
    json.plainMember("language", details.language?.text)
    json.plainMember("publication_date", details.publicationDate?.description)
    json.plainMember("on_sale_date", details.onSaleDate?.description)
    json.name("subjects")
    json.beginArray()
    for subject in details.subjects {
      json.beginObject()
      json.member("scheme", subject.scheme.rawValue)
      json.member("code", subject.code)
      json.member("main", subject.main)
      json.endObject()
    }
    json.endArray()
    json.member("price", details.price)
    json.name("identifiers")
    json.beginArray()
    for identifier in details.identifiers {
      json.beginObject()
      json.member("type", identifier.type)
      json.member("value", identifier.value)
      json.endObject()
    }
    json.endArray()
    json.name("metadata")
    json.beginObject()
    // In a fixed order, so that the same book is the same bytes.
    for (key, value) in details.metadata.sorted(by: { $0.key < $1.key }) {
      json.name(escaping: key)
      json.string(value)
    }
    json.endObject()
  }
}

/// What was read besides books because the client asked for it.
struct BookExpansion: Sendable {
  var stock: [BookID: StockTotals]?
  var items: [BookID: [Item]]?
  var levels: [ItemID: [StockLevel]]?

  static let none = BookExpansion()

  /// What a client may ask for.
  enum Part: String, CaseIterable, Sendable {
    case stock, items
    case itemsStock = "items.stock"
  }

  private init() {}

  /// Reads it for a page of books, in at most one query per part and thousand items.
  init(_ parts: [Part], of books: [Book], from repository: any InventoryRepository) async throws {
    guard !parts.isEmpty, !books.isEmpty else { return }
    let ids = books.map(\.id)
    if parts.contains(.stock) { stock = try await repository.stockTotals(of: ids) }
    guard parts.contains(.items) || parts.contains(.itemsStock) else { return }
    let items = try await repository.items(of: ids)
    self.items = items
    guard parts.contains(.itemsStock) else { return }
    let itemIDs = items.values.flatMap { $0.map(\.id) }.sorted()
    var levels: [ItemID: [StockLevel]] = [:]
    for start in stride(from: 0, to: itemIDs.count, by: Self.maximumItems) {
      let some = Array(itemIDs[start..<min(start + Self.maximumItems, itemIDs.count)])
      levels.merge(try await repository.levels(of: some)) { first, _ in first }
    }
    self.levels = levels
  }

  private static let maximumItems = 1000
}
