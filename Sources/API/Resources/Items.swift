internal import HTTP
internal import Inventory
internal import JSON

/// What is stocked: `/v1/items`.
enum Items {
  static let routes = [
    Route(
      .post, "/v1/items", "createItem", tag: .items, summary: "Add a condition of a book",
      about: "Every book has an item in condition new from the start; used copies need one of their own.",
      conditions: [.preferMinimal],
      body: Route.Body(mediaTypes: [MediaType.json], schema: input.schema, example: Examples.itemInput),
      answers: [.created(schema, "The item.", example: Examples.item, fields: [.location, .etag])],
      problems: [.duplicateSKU, .bookArchived], scope: .catalogWrite, handler: create),
    Route(
      .get, "/v1/items", "listItems", tag: .items, summary: "List items", about: "In the order of their ids.",
      parameters: [book.declaration, condition.declaration] + Lists.parameters,
      answers: [
        .ok(
          Lists.schema(of: schema), "A page of items.", example: Lists.example(Examples.item), fields: [.link]
        )
      ], scope: .catalogRead, handler: list),
    Route(
      .get, "/v1/items/{item}", "getItem", tag: .items, summary: "Read an item", about: "By id or by SKU.",
      parameters: [item], conditions: [.ifNoneMatch],
      answers: [.ok(schema, "The item.", example: Examples.item, fields: [.etag]), .notModified],
      scope: .catalogRead, handler: read),
    Route(
      .patch, "/v1/items/{item}", "changeItem", tag: .items, summary: "Change an item",
      about: "A merge patch (RFC 7396). Without If-Match it is applied to whatever the item is at.",
      parameters: [item], conditions: [.ifMatch, .preferMinimal],
      body: Route.Body(
        mediaTypes: [MediaType.mergePatch, MediaType.json], schema: patchSchema,
        example: ["condition": "good", "flags": ["signed"]]),
      answers: [
        .ok(schema, "The item as it is now.", example: Examples.item, fields: [.etag]),
        .noContent("Changed; Prefer asked for no content.", fields: [.etag, .preferenceApplied]),
      ], problems: [.duplicateSKU, .editConflict], scope: .catalogWrite, handler: change),
    Route(
      .get, "/v1/items/{item}/stock", "getItemStock", tag: .items, summary: "Read an item's levels",
      about: "At every location where the item was ever stocked; with as_of, where it had been stocked then.",
      parameters: [stockedItem, StockLevels.asOf.declaration],
      answers: [
        .ok(Lists.schema(of: StockLevels.schema), "The levels.", example: Lists.example(Examples.level))
      ], scope: .stockRead, handler: levels),
  ]

  // MARK: Declarations

  private static let item = Parameter.path(
    "item", "The item's id or SKU; of a book's new item the ISBN in any spelling.",
    example: .string(Examples.usedSKU))
  private static let stockedItem = Parameter.path(
    "item", "The item's id or SKU; of a book's new item the ISBN in any spelling.",
    example: .string(Examples.isbn))
  private static let book = QueryParameter<BookReference>(
    "book", .text(1...100), "Of this book: its id or ISBN.", example: .string(Examples.isbn)
  ) { text throws(InvalidValue) in try BookReference(text) }
  private static let condition = QueryParameter<Condition>.oneOf("condition", "In this condition.")

  private static let bookID = Member.required(
    "book_id", .bookReference, "The book that it is a copy of: its id or its ISBN.")
  private static let sku = Member.required(
    "sku",
    .parsed(
      Schema(.string(Schema.Text(length: SKU.length, pattern: SKU.pattern))).example(
        .string(Examples.usedSKU))
    ) { text throws(InvalidValue) in try SKU.new(text) }, "The stock keeping unit, unique.")
  private static let conditionMember = Member<Condition>.defaulted(
    "condition", .oneOf, "new", "In the words of the used-book trade.")
  private static let flags = Member<[ItemFlag]>.defaulted(
    "flags", .list(of: .oneOf, count: 0...ItemFlag.allCases.count), [], "What else a buyer must know.")
  private static let price = Member.optional(
    "price", .money, "Overrides the book's list price; null does not.")
  private static let backorderLimit = Member.defaulted(
    "backorder_limit", .integer(0...Adjustment.maximumQuantity), 0,
    "How many copies may be promised beyond what there is.")

  private static let detailProperties = [
    sku.property, conditionMember.property, flags.property, price.property, backorderLimit.property,
  ]

  private static let notes: [String: MemberNote] = {
    let names = ["id", "version", "created_at", "updated_at"]
    var notes = Dictionary(uniqueKeysWithValues: names.map { ($0, MemberNote.readOnly) })
    notes["stock"] = MemberNote(code: "read-only", detail: "Quantities are changed by POST /v1/adjustments.")
    return notes
  }()

  static let input = Format<(BookReference, ItemDetails)>.object(
    .named("ItemInput", .object([bookID.property] + detailProperties)), notes: notes
  ) { reader in
    let book = reader.value(of: bookID)
    let details = readDetails(reader)
    guard let book, let details else { return nil }
    return (book, details)
  }

  private static let details = Format<ItemDetails>.object(
    .object(detailProperties),
    notes: notes.merging([
      "book_id": MemberNote(code: "read-only", detail: "An item stays with its book; add another one.")
    ]) { first, _ in first }, readDetails)

  private static let patchSchema = details.schema.mergePatch(named: "ItemPatch")

  private static func readDetails(_ reader: ObjectReader) -> ItemDetails? {
    var details = ItemDetails(sku: reader.value(of: sku) ?? "")
    details.condition = reader.value(of: conditionMember) ?? .new
    let flags = reader.value(of: flags) ?? []
    reader.issues.reportRepeated(flags, member: "flags", "The same flag")
    details.flags = ItemFlag.allCases.filter(flags.contains)
    details.price = reader.value(of: price)
    details.backorderLimit = reader.value(of: backorderLimit) ?? 0
    return reader.issues.isEmpty ? details : nil
  }

  // MARK: Output

  private static let outputProperties =
    [
      Schema.Property("id", .identifier("itm"), isRequired: true),
      Schema.Property("book_id", .identifier("bk"), isRequired: true),
    ]
    + detailProperties.map { Schema.Property($0.name, $0.schema, isRequired: true) }
    + StoredFields.properties

  /// An item as answers show it.
  static let schema = Schema.named("Item", .object(outputProperties))

  /// An item inside a book.
  static let expandedSchema = Schema.named(
    "BookItem",
    .object(
      outputProperties + [
        Schema.Property(
          "stock", .list(of: StockLevels.schema).about("With expand=items.stock."), isRequired: false)
      ]))

  static func write(_ item: Item, levels: [StockLevel]? = nil, to json: inout JSONWriter) {
    json.beginObject()
    json.member("id", item.id)
    json.member("book_id", item.bookID)
    writeDetails(item.details, to: &json)
    json.member("version", item.version)
    json.member("created_at", item.createdAt)
    json.member("updated_at", item.updatedAt)
    if let levels {
      json.name("stock")
      json.beginArray()
      for level in levels { StockLevels.write(level, to: &json) }
      json.endArray()
    }
    json.endObject()
  }

  private static func writeDetails(_ details: ItemDetails, to json: inout JSONWriter) {
    json.member("sku", details.sku)
    json.member("condition", details.condition.rawValue)
    json.name("flags")
    json.beginArray()
    for flag in details.flags { json.string(flag.rawValue) }
    json.endArray()
    json.member("price", details.price)
    json.member("backorder_limit", details.backorderLimit)
  }

  // MARK: Handlers

  private static func create(_ call: Call) async throws -> Response {
    let (reference, details) = try await call.content(input)
    guard let book = try await call.repository.book(reference) else {
      throw Problem(
        .invalidContent, "There is no book \(quoted(reference.description)).",
        errors: [
          FieldError(.pointer("/book_id"), "not-found", "There is no book \(quoted(reference.description)).")
        ])
    }
    let item = try await call.repository.createItem(details, book: book.id)
    return call.created(bytes(of: item), at: "/v1/items/\(item.id)", etag: EntityTag(version: item.version))
  }

  private static func list(_ call: Call) async throws -> Response {
    var query = ItemQuery()
    query.condition = try call.query(condition)
    if let reference = try call.query(book) {
      guard let found = try await call.repository.book(reference) else {
        throw Problem(book, "not-found", "There is no book \(quoted(reference.description)).")
      }
      query.book = found.id
    }
    let page = try await call.repository.items(query, page: call.page())
    return call.list(page) { item, json in write(item, to: &json) }
  }

  private static func read(_ call: Call) async throws -> Response {
    let item = try await find(call)
    let tag = EntityTag(version: item.version)
    return try call.notModified(tag) ?? .json(bytes(of: item), etag: tag)
  }

  private static func change(_ call: Call) async throws -> Response {
    let patch = try await call.json()
    let item = try await call.edit {
      try await find(call)
    } _: { item in
      let issues = Issues()
      MergePatch.reportUnknownRemovals(patch, schema: details.schema, notes: notes, issues: issues)
      let present = JSONValue(written: { json in
        json.beginObject()
        writeDetails(item.details, to: &json)
        json.endObject()
      })
      let changed = try Call.read(MergePatch.apply(patch, to: present), details, issues: issues)
      guard changed != item.details else { return item }
      return try await call.repository.replaceItem(item.id, with: changed, version: item.version)
    }
    return call.changed(bytes(of: item), etag: EntityTag(version: item.version))
  }

  private static func levels(_ call: Call) async throws -> Response {
    let item = try await find(call)
    if let instant = try call.query(StockLevels.asOf) {
      var query = StockQuery()
      query.item = item.id
      let page = try await call.repository.levels(query, asOf: instant, page: PageRequest(limit: .max - 1))
      return call.list(page) { level, json in StockLevels.writePast(level, to: &json) }
    }
    let levels = try await call.repository.levels(of: [item.id])[item.id] ?? []
    return call.list(Page(elements: levels, next: nil)) { level, json in
      StockLevels.write(level, to: &json)
    }
  }

  private static func find(_ call: Call) async throws -> Item {
    guard let item = try await call.repository.item(call.itemReference()) else {
      throw InventoryError.notFound(.item, call.path[0])
    }
    return item
  }

  private static func bytes(of item: Item) -> [UInt8] {
    var json = JSONWriter()
    write(item, to: &json)
    return json.bytes
  }
}
