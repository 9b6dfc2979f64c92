internal import HTTP
internal import Inventory
internal import JSON

/// The ledger: `/v1/movements`.
enum Movements {
  static let routes = [
    Route(
      .get, "/v1/movements", "listMovements", tag: .movements, summary: "List movements",
      about: "Newest first, by sequence.",
      parameters: [
        item.declaration, location.declaration, kind.declaration, reason.declaration, reference.declaration,
        recordedAtLeast.declaration, recordedAtMost.declaration, occurredAtLeast.declaration,
        occurredAtMost.declaration,
      ] + Lists.parameters,
      answers: [
        .ok(
          Lists.schema(of: schema), "A page of movements.", example: Lists.example(Examples.movement),
          fields: [.link])
      ], scope: .stockRead, handler: list),
    Route(
      .get, "/v1/movements/{movement}", "getMovement", tag: .movements, summary: "Read a movement",
      about: "A movement never changes.",
      parameters: [
        .path("movement", "The movement's id.", example: .string(Examples.movementID.description))
      ],
      conditions: [.ifNoneMatch],
      answers: [.ok(schema, "The movement.", example: Examples.movement, fields: [.etag]), .notModified],
      scope: .stockRead, handler: read),
    Route(
      .post, "/v1/movements/{movement}/reverse", "reverseMovement", tag: .movements,
      summary: "Reverse a movement",
      about:
        "History is never changed: a row of the kind reversal says the opposite, and its document is the "
        + "movement that it takes back. It is judged like an adjustment, and each movement is reversed once. "
        + "What transfers and sales moved is undone by documents of their own.",
      parameters: [
        .path("movement", "The movement's id.", example: .string(Examples.movementID.description))
      ],
      conditions: [.preferMinimal, .idempotencyKey],
      body: Route.Body(
        mediaTypes: [MediaType.json], schema: reversalInput.schema,
        example: ["reason": "correction", "note": "booked on the wrong shelf"], isOptional: true),
      answers: [
        .created(
          schema, "The reversing row.", example: Examples.reversal,
          fields: [.location, .idempotentReplayed])
      ],
      problems: [
        .alreadyReversed, .notReversible, .insufficientStock, .heldStock, .quantityTooLarge,
        .exceedsRemainder, .bookArchived, .invalidState,
      ], scope: .stockAdjust, handler: reverse),
  ]

  // MARK: Declarations

  private static let item = QueryParameter<ItemReference>(
    "item", .text(1...100), "Of this item: its id or SKU.", example: .string(Examples.isbn)
  ) { text throws(InvalidValue) in try ItemReference(text) }
  private static let location = QueryParameter<LocationReference>(
    "location", .text(1...32), "At this location: its id or code."
  ) { text throws(InvalidValue) in try LocationReference(text) }
  private static let kind = QueryParameter<MovementKind>.oneOf("kind", "Written by this kind of document.")
  private static let reason = QueryParameter<AdjustmentReason>.oneOf("reason", "For this reason.")
  private static let reference = QueryParameter<String>.text(
    "reference", 1...255, "With exactly this reference.")
  private static let recordedAtLeast = QueryParameter<Instant>.instant(
    "recorded_at[gte]", "Recorded then or later.")
  private static let recordedAtMost = QueryParameter<Instant>.instant(
    "recorded_at[lte]", "Recorded then or earlier.")
  private static let occurredAtLeast = QueryParameter<Instant>.instant(
    "occurred_at[gte]", "Happened then or later.")
  private static let occurredAtMost = QueryParameter<Instant>.instant(
    "occurred_at[lte]", "Happened then or earlier.")

  /// Why, and a remark.
  private struct ReversalInput: Sendable {
    var reason: AdjustmentReason
    var note: String?
  }

  private static let reversalReason = Member<AdjustmentReason>.defaulted(
    "reason", .oneOf, "correction", "Why.")
  private static let reversalNote = Member.optional("note", .lines(1...1000), "A remark for people.")
  private static let reversalInput = Format<ReversalInput>.object(
    .named("ReversalInput", .object([reversalReason.property, reversalNote.property]))
  ) { reader in
    ReversalInput(
      reason: reader.value(of: reversalReason) ?? .correction, note: reader.value(of: reversalNote))
  }

  // MARK: Output

  static let schema = Schema.named(
    "Movement",
    .object([
      Schema.Property("id", .identifier("mov"), isRequired: true),
      Schema.Property(
        "sequence", Schema.integer(1...Int64.max).about("Grows with each row; gaps mean nothing."),
        isRequired: true),
      Schema.Property("item_id", .identifier("itm"), isRequired: true),
      Schema.Property("sku", Schema.text(SKU.length).about("As it is now."), isRequired: true),
      Schema.Property("location_id", .identifier("loc"), isRequired: true),
      Schema.Property(
        "location_code", Schema.text(LocationCode.length).about("As it is now."), isRequired: true),
      Schema.Property("bucket", .values(Bucket.allCases.map(\.rawValue)), isRequired: true),
      Schema.Property(
        "quantity",
        Schema.integer(-Adjustment.maximumQuantity...Adjustment.maximumQuantity).about(
          "The change in copies."),
        isRequired: true),
      Schema.Property("balance_after", Schema.copies.about("Of the bucket."), isRequired: true),
      Schema.Property("kind", .openValues(MovementKind.allCases.map(\.rawValue)), isRequired: true),
      Schema.Property(
        "reason", .openValues(AdjustmentReason.allCases.map(\.rawValue)), isRequired: true),
      Schema.Property("reference", Schema.text(1...255).orNull, isRequired: true),
      Schema.Property("note", Schema.text(1...1000).orNull, isRequired: true),
      Schema.Property("actor", Schema.text(1...255).about("Who did it."), isRequired: true),
      Schema.Property(
        "request_id", Schema.text(1...128).orNull.about("Of the request that wrote it, as in the log."),
        isRequired: true),
      Schema.Property(
        "document", Schema.text(1...600).about("Such as the id of the adjustment."), isRequired: true),
      Schema.Property(
        "line", Schema.integer(0...Int64(Int32.max)).about("Of the document, from 0."), isRequired: true),
      Schema.Property(
        "recorded_at", Schema.text(format: "date-time").about("By the service."), isRequired: true),
      Schema.Property(
        "occurred_at", Schema.text(format: "date-time").about("By the client."), isRequired: true),
    ]))

  static func write(_ movement: Movement, to json: inout JSONWriter) {
    json.beginObject()
    json.member("id", movement.id)
    json.member("sequence", movement.sequence)
    json.member("item_id", movement.itemID)
    json.member("sku", movement.sku)
    json.member("location_id", movement.locationID)
    json.plainMember("location_code", movement.locationCode)
    json.member("bucket", movement.bucket.rawValue)
    json.member("quantity", movement.quantity)
    json.member("balance_after", movement.balanceAfter)
    json.member("kind", movement.kind.rawValue)
    json.member("reason", movement.reason.rawValue)
    json.member("reference", movement.reference)
    json.member("note", movement.note)
    json.member("actor", movement.actor)
    json.member("request_id", movement.requestID)
    json.member("document", movement.document)
    json.member("line", Int64(movement.line))
    json.member("recorded_at", movement.recordedAt)
    json.member("occurred_at", movement.occurredAt)
    json.endObject()
  }

  // MARK: Handlers

  private static func list(_ call: Call) async throws -> Response {
    var query = MovementQuery()
    query.item = try await call.item(item)?.id
    query.location = try await call.location(location)?.id
    query.kind = try call.query(kind)
    query.reason = try call.query(reason)
    query.reference = try call.query(reference)
    query.recordedAtLeast = try call.query(recordedAtLeast)
    query.recordedAtMost = try call.query(recordedAtMost)
    query.occurredAtLeast = try call.query(occurredAtLeast)
    query.occurredAtMost = try call.query(occurredAtMost)
    let page = try await call.repository.movements(query, page: call.page(sortedBy: .integer))
    return call.list(page) { movement, json in write(movement, to: &json) }
  }

  private static func read(_ call: Call) async throws -> Response {
    guard let id = MovementID(call.path[0]), let movement = try await call.repository.movement(id) else {
      throw InventoryError.notFound(.movement, call.path[0])
    }
    var json = JSONWriter()
    write(movement, to: &json)
    // The row never changes, but SKU and code beside it can.
    let tag = EntityTag(version: 1, digestOf: json.bytes)
    return try call.notModified(tag) ?? .json(json.bytes, etag: tag)
  }

  private static func reverse(_ call: Call) async throws -> Response {
    let (input, content) = try await call.optionalContent(reversalInput)
    guard let id = MovementID(call.path[0]) else { throw InventoryError.notFound(.movement, call.path[0]) }
    let reversal = Reversal(id, reason: input.reason, note: input.note, origin: call.origin)
    do {
      return try await call.once(content, answer: answer) { once in
        try await call.repository.reverse(reversal, once: once)
      }
    } catch InventoryError.refused(let lines) {
      // The request has no lines that a pointer could name.
      var problem = Problem(InventoryError.refused(lines))
      problem?.errors = []
      throw problem ?? Problem(.internalError, "")
    }
  }

  @Sendable private static func answer(_ movement: Movement) -> StoredAnswer {
    var json = JSONWriter()
    write(movement, to: &json)
    return StoredAnswer(
      status: Status.created.code, location: "/v1/movements/\(movement.id)",
      body: String(decoding: json.bytes, as: UTF8.self))
  }
}
