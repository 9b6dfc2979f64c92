internal import HTTP
internal import Inventory
internal import JSON

/// Stocktakes: `/v1/counts`.
enum Counts {
  private static let path = [
    Parameter.path("count", "The count's id.", example: .string(Examples.countID.description))
  ]
  private static let state = QueryParameter<CountState>.oneOf("state", "In this state.")

  static let routes = [
    Route(
      .post, "/v1/counts", "createCount", tag: .counts, summary: "Begin a count",
      about: "Nothing stops meanwhile: what is sold after a shelf was counted is taken into account. The "
        + "same reference with the same place and items is the same count: 200 with what is there.",
      conditions: [.preferMinimal, .idempotencyKey],
      body: Route.Body(mediaTypes: [MediaType.json], schema: input.schema, example: Examples.countInput),
      answers: [
        .created(
          schema, "The count.", example: Examples.count, fields: [.location, .idempotentReplayed]),
        .ok(
          schema, "The count was there before.", example: Examples.count, fields: [.idempotentReplayed]),
      ], problems: [.referenceInUse], scope: .stockAdjust, handler: create),
    Route(
      .get, "/v1/counts", "listCounts", tag: .counts, summary: "List counts",
      about: "Newest first, without their lines.",
      parameters: [
        state.declaration, Documents.referenceFilter.declaration, Documents.locationFilter.declaration,
      ] + Lists.parameters,
      answers: [
        .ok(
          Lists.schema(of: summarySchema), "A page of counts.",
          example: Lists.example(Examples.countSummary), fields: [.link])
      ], scope: .stockRead, handler: list),
    Route(
      .get, "/v1/counts/{count}", "getCount", tag: .counts, summary: "Read a count",
      about: "With what was expected and what was found; while a blind count is open, only what was found.",
      parameters: path, conditions: [.ifNoneMatch],
      answers: [.ok(schema, "The count.", example: Examples.count, fields: [.etag]), .notModified],
      scope: .stockRead, handler: read),
    Route(
      .put, "/v1/counts/{count}/lines", "recordCount", tag: .counts, summary: "Note what was found",
      about: "Part of the items is enough; an item again replaces what was noted of it. "
        + "Prefer: return=minimal leaves the long answer out.", parameters: path,
      conditions: [.preferMinimal],
      body: Route.Body(
        mediaTypes: [MediaType.json], schema: found.schema,
        example: ["lines": [["item": .string(Examples.isbn), "counted": 1]]]),
      answers: [
        .ok(schema, "The count as it is now.", example: Examples.count),
        .noContent("Noted; Prefer asked for no content.", fields: [.preferenceApplied]),
      ], problems: [.invalidState], scope: .stockAdjust, handler: record),
    Route(
      .post, "/v1/counts/{count}/complete", "completeCount", tag: .counts, summary: "Complete a count",
      about: "Writes what was counted less what the ledger says was on hand at that moment, as movements of "
        + "the kind count. Where promised copies are missing it is refused, unless forced.",
      parameters: path, conditions: [.preferMinimal, .idempotencyKey],
      body: Route.Body(
        mediaTypes: [MediaType.json], schema: completion.schema, example: ["uncounted": "keep"],
        isOptional: true),
      answers: [
        .ok(
          resultSchema, "The count and its movements.", example: Examples.completedCount,
          fields: [.idempotentReplayed])
      ], problems: [.insufficientStock, .heldStock, .quantityTooLarge, .bookArchived, .invalidState],
      scope: .stockAdjust, handler: complete),
    Route(
      .post, "/v1/counts/{count}/cancel", "cancelCount", tag: .counts, summary: "Cancel a count",
      about: "What was noted changes nothing.", parameters: path,
      conditions: [.preferMinimal, .idempotencyKey],
      body: Route.Body(
        mediaTypes: [MediaType.json], schema: nothing.schema, example: [:], isOptional: true),
      answers: [.ok(schema, "As it is now.", example: Examples.count, fields: [.idempotentReplayed])],
      problems: [.invalidState], scope: .stockAdjust, handler: cancel),
  ]

  // MARK: Handlers

  private static func create(_ call: Call) async throws -> Response {
    var (request, content) = try await call.contentWithBytes(input)
    request.origin = call.origin
    return try await call.once(content, answer: answerCreated) { [request] once in
      try await call.repository.createCount(request, once: once)
    }
  }

  @Sendable private static func answerCreated(_ result: DocumentResult<Count>) -> StoredAnswer {
    StoredAnswer(
      status: result.isNew ? 201 : 200,
      location: result.isNew ? "/v1/counts/\(result.document.id)" : nil,
      body: String(decoding: bytes(of: result.document), as: UTF8.self))
  }

  @Sendable private static func answerCancelled(_ result: CountResult) -> StoredAnswer {
    StoredAnswer(
      status: 200, location: nil, body: String(decoding: bytes(of: result.count), as: UTF8.self))
  }

  @Sendable private static func answerCompleted(_ result: CountResult) -> StoredAnswer {
    let bytes = bytes(of: result.count, movements: result.movements)
    return StoredAnswer(status: 200, location: nil, body: String(decoding: bytes, as: UTF8.self))
  }

  private static func bytes(of count: Count, movements: [Movement]? = nil) -> [UInt8] {
    var json = JSONWriter(capacity: 512 + 192 * count.lines.count + 768 * (movements?.count ?? 0))
    write(count, movements: movements, to: &json)
    return json.bytes
  }

  private static func list(_ call: Call) async throws -> Response {
    let query = try await call.documentQuery(state: state)
    let page = try await call.repository.counts(query, page: call.page())
    return call.list(page) { count, json in write(count, withLines: false, to: &json) }
  }

  private static func read(_ call: Call) async throws -> Response {
    guard let count = try await call.repository.count(try call.id(.count)) else {
      throw InventoryError.notFound(.count, call.path[0])
    }
    let bytes = bytes(of: count)
    // The code of the location can change without it.
    let tag = EntityTag(version: count.version, digestOf: bytes)
    return try call.notModified(tag) ?? .json(bytes, etag: tag)
  }

  private static func record(_ call: Call) async throws -> Response {
    let items = try await call.content(found)
    let change = CountChange(id: try call.id(.count), action: .record(items), origin: call.origin)
    guard case .done(let result) = try await call.repository.changeCount(change, once: nil) else {
      throw InventoryError.unexpected("an answer was replayed without a key")
    }
    guard !call.prefersMinimal else {
      return Response(.noContent, fields: ["preference-applied": "return=minimal"])
    }
    return .json(bytes(of: result.count))
  }

  private static func complete(_ call: Call) async throws -> Response {
    let (action, content) = try await call.optionalContent(completion)
    let change = CountChange(id: try call.id(.count), action: action, origin: call.origin)
    return try await call.once(content, answer: answerCompleted) { once in
      try await call.repository.changeCount(change, once: once)
    }
  }

  private static func cancel(_ call: Call) async throws -> Response {
    let (_, content) = try await call.optionalContent(nothing)
    let change = CountChange(id: try call.id(.count), action: .cancel, origin: call.origin)
    return try await call.once(content, answer: answerCancelled) { once in
      try await call.repository.changeCount(change, once: once)
    }
  }
}
