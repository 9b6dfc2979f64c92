internal import HTTP
internal import Inventory
internal import JSON

/// How many copies are where: `/v1/stock`.
enum StockLevels {
  static let routes = [
    Route(
      .get, "/v1/stock", "listStock", tag: .stock, summary: "List levels",
      about: "One row for each item and location that was ever stocked, in the order of item and location.",
      parameters: [
        item.declaration, book.declaration, isbn.declaration, location.declaration,
        availableAtMost.declaration, belowReorder.declaration, asOf.declaration,
      ] + Lists.parameters,
      answers: [
        .ok(
          Lists.schema(of: schema), "A page of levels.", example: Lists.example(Examples.level),
          fields: [.link]), .csv("All levels, in RFC 4180 with a header line."),
      ], scope: .stockRead, handler: list),
    Route(
      .get, "/v1/stock/{item}/{location}", "getLevel", tag: .stock, summary: "Read a level",
      about: "Zeros and version 0 where nothing was ever stocked. With as_of zeros where nothing was stocked "
        + "yet, and no ETag.",
      parameters: path + [asOf.declaration], conditions: [.ifNoneMatch],
      answers: [.ok(schema, "The level.", example: Examples.level, fields: [.etag]), .notModified],
      scope: .stockRead, handler: read),
    Route(
      .patch, "/v1/stock/{item}/{location}", "changePolicy", tag: .stock, summary: "Change a level's policy",
      about: "A merge patch (RFC 7396) of reorder point, safety stock and bin. Quantities are never changed "
        + "so: they need a reason, and POST /v1/adjustments takes it.",
      parameters: path, conditions: [.ifMatch, .preferMinimal],
      body: Route.Body(
        mediaTypes: [MediaType.mergePatch, MediaType.json], schema: patchSchema,
        example: ["reorder_point": 3, "safety_stock": 1, "bin": "A-12"]),
      answers: [
        .ok(schema, "The level as it is now.", example: Examples.level, fields: [.etag]),
        .noContent("Changed; Prefer asked for no content.", fields: [.etag, .preferenceApplied]),
      ], problems: [.bookArchived, .editConflict], scope: .stockAdjust, handler: change),
  ]

  // MARK: Declarations

  private static let path = [
    Parameter.path(
      "item", "The item's id or SKU; of a book's new item the ISBN in any spelling.",
      example: .string(Examples.isbn)),
    Parameter.path("location", "The location's id or code.", example: "main"),
  ]

  private static let item = QueryParameter<ItemReference>(
    "item", .text(1...100), "Of this item: its id or SKU."
  ) { text throws(InvalidValue) in try ItemReference(text) }
  private static let book = QueryParameter<BookReference>(
    "book", .text(1...100), "Of the items of this book: its id or ISBN."
  ) { text throws(InvalidValue) in try BookReference(text) }
  private static let isbn = QueryParameter<ISBN>(
    "isbn", .text(10...100), "Of the items of the book with this ISBN.", example: .string(Examples.isbn)
  ) { text throws(InvalidValue) in try ISBN(text) }
  private static let location = QueryParameter<LocationReference>(
    "location", .text(1...32), "At this location: its id or code.", example: "main"
  ) { text throws(InvalidValue) in try LocationReference(text) }
  private static let availableAtMost = QueryParameter<Int64>.integer(
    "available[lte]", 0...Adjustment.maximumQuantity, "At most so many copies are available.")
  private static let belowReorder = QueryParameter<Bool>.boolean(
    "below_reorder", "true: available is at or below the reorder point; false: it is not, or there is none.")
  static let asOf = QueryParameter<Instant>(
    "as_of", .text(format: "date-time"),
    "The quantities at that instant, by what had been recorded then. Of the policy the ledgers know nothing: it "
      + "is null and 0, available leaves it out, and version and updated_at are null."
  ) { text throws(InvalidValue) in try Instant(text) }

  private static let reorderPoint = Member.optional(
    "reorder_point", .integer(0...Adjustment.maximumQuantity),
    "Reorder when available is at or below this; null is not to watch.")
  private static let safetyStock = Member.defaulted(
    "safety_stock", .integer(0...Adjustment.maximumQuantity), 0, "Copies that are never promised.")
  private static let bin = Member.optional("bin", .line(1...40), "The shelf.")

  static let policyProperties = [reorderPoint.property, safetyStock.property, bin.property]

  private static let notes: [String: MemberNote] = {
    let fixed = [
      "item_id", "sku", "book_id", "isbn", "location_id", "location_code", "version", "updated_at",
    ]
    var notes = Dictionary(uniqueKeysWithValues: fixed.map { ($0, MemberNote.readOnly) })
    let quantity = MemberNote(
      code: "quantity", detail: "Quantities are changed by POST /v1/adjustments, with a reason.")
    let quantities = ["on_hand", "unavailable", "held", "available", "incoming", "in_transit", "backordered"]
    for name in quantities { notes[name] = quantity }
    return notes
  }()

  static let policy = Format<StockPolicy>.object(.object(policyProperties), notes: notes) { reader in
    var policy = StockPolicy()
    policy.reorderPoint = reader.value(of: reorderPoint)
    policy.safetyStock = reader.value(of: safetyStock) ?? 0
    policy.bin = reader.value(of: bin)
    return reader.issues.isEmpty ? policy : nil
  }

  private static let patchSchema = policy.schema.mergePatch(named: "StockPolicyPatch")

  // MARK: Handlers

  private static func list(_ call: Call) async throws -> Response {
    var query = StockQuery()
    query.item = try await call.item(item)?.id
    query.location = try await call.location(location)?.id
    query.availableAtMost = try call.query(availableAtMost)
    query.belowReorder = try call.query(belowReorder)
    let isbn = try call.query(isbn)
    let reference = try call.query(book)
    if isbn != nil, reference != nil {
      throw Problem(Self.isbn, "exclusive", "book and isbn say the same; give one of them.")
    }
    if let reference = reference ?? isbn.map(BookReference.isbn) {
      guard let found = try await call.repository.book(reference) else {
        throw Problem(
          parameters: [
            FieldError(
              .parameter(isbn == nil ? "book" : "isbn"), "not-found",
              "There is no book \(quoted(reference.description)).")
          ])
      }
      query.book = found.id
    }
    guard let instant = try call.query(asOf) else {
      return try await call.table(table, write: { level, json in write(level, to: &json) }) { [query] page in
        try await call.repository.levels(query, page: page)
      }
    }
    for (name, isThere) in [
      (availableAtMost.name, query.availableAtMost != nil), (belowReorder.name, query.belowReorder != nil),
    ] where isThere {
      throw Problem(parameters: [
        FieldError(.parameter(name), "not-with-as-of", "\(name) is of the present; leave it out with as_of.")
      ])
    }
    return try await call.table(pastTable, write: { level, json in writePast(level, to: &json) }) {
      [query] page in
      try await call.repository.levels(query, asOf: instant, page: page)
    }
  }

  private static func read(_ call: Call) async throws -> Response {
    if let instant = try call.query(asOf) {
      let level = try await call.repository.level(
        call.itemReference(0), at: call.locationReference(1), asOf: instant)
      var json = JSONWriter()
      writePast(level, to: &json)
      return .json(json.bytes)
    }
    let (bytes, tag) = represent(try await find(call))
    return try call.notModified(tag) ?? .json(bytes, etag: tag)
  }

  private static func change(_ call: Call) async throws -> Response {
    let patch = try await call.json()
    let level = try await call.edit {
      try await find(call)
    } _: { level in
      let issues = Issues()
      MergePatch.reportUnknownRemovals(patch, schema: policy.schema, notes: notes, issues: issues)
      let present = JSONValue(written: { json in
        json.beginObject()
        writePolicy(level.policy, to: &json)
        json.endObject()
      })
      let changed = try Call.read(MergePatch.apply(patch, to: present), policy, issues: issues)
      guard changed != level.policy else { return level }
      return try await call.repository.replacePolicy(
        PolicyChange(
          item: level.itemID, location: level.locationID, policy: changed, version: level.version,
          origin: call.origin))
    }
    let (bytes, tag) = represent(level)
    return call.changed(bytes, etag: tag)
  }

  private static func find(_ call: Call) async throws -> StockLevel {
    try await call.repository.level(call.itemReference(0), at: call.locationReference(1))
  }

  /// SKU, ISBN and the location's code are of other rows, so the version alone does not tell the bytes.
  private static func represent(_ level: StockLevel) -> ([UInt8], EntityTag) {
    var json = JSONWriter()
    write(level, to: &json)
    return (json.bytes, EntityTag(version: level.version, digestOf: json.bytes))
  }
}

extension Call {
  /// The item that a filter names; a filter that names nothing is an error, not an empty list.
  func item(_ parameter: QueryParameter<ItemReference>) async throws -> Item? {
    guard let reference = try query(parameter) else { return nil }
    guard let item = try await repository.item(reference) else {
      throw Problem(parameter, "not-found", "There is no item \(quoted(reference.description)).")
    }
    return item
  }

  /// The location that a filter names.
  func location(_ parameter: QueryParameter<LocationReference>) async throws -> Location? {
    guard let reference = try query(parameter) else { return nil }
    guard let location = try await repository.location(reference) else {
      throw Problem(parameter, "not-found", "There is no location \(quoted(reference.description)).")
    }
    return location
  }
}
