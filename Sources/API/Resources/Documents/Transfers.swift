internal import HTTP
internal import Inventory
internal import JSON

/// Copies on their way between locations: `/v1/transfers`.
enum Transfers {
  private static let path = [
    Parameter.path("transfer", "The transfer's id.", example: .string(Examples.transferID.description))
  ]
  private static let state = QueryParameter<TransferState>.oneOf("state", "In this state.")

  static let routes = [
    Route(
      .post, "/v1/transfers", "createTransfer", tag: .transfers, summary: "Prepare a transfer",
      about: "A draft, which moves and holds nothing. The same reference with the same places and lines is "
        + "the same transfer: 200 with what is there.",
      conditions: [.preferMinimal, .idempotencyKey],
      body: Route.Body(mediaTypes: [MediaType.json], schema: input.schema, example: Examples.transferInput),
      answers: [
        .created(
          schema, "The draft.", example: Examples.transfer, fields: [.location, .idempotentReplayed]),
        .ok(
          schema, "The transfer was there before.", example: Examples.transfer,
          fields: [.idempotentReplayed]),
      ], problems: [.referenceInUse], scope: .stockAdjust, handler: create),
    Route(
      .get, "/v1/transfers", "listTransfers", tag: .transfers, summary: "List transfers",
      about: "Newest first.",
      parameters: [
        state.declaration, Documents.referenceFilter.declaration, Documents.locationFilter.declaration,
      ] + Lists.parameters,
      answers: [
        .ok(
          Lists.schema(of: schema), "A page of transfers.", example: Lists.example(Examples.transfer),
          fields: [.link])
      ], scope: .stockRead, handler: list),
    Route(
      .get, "/v1/transfers/{transfer}", "getTransfer", tag: .transfers, summary: "Read a transfer",
      about: "With what became of each line.", parameters: path, conditions: [.ifNoneMatch],
      answers: [.ok(schema, "The transfer.", example: Examples.transfer, fields: [.etag]), .notModified],
      scope: .stockRead, handler: read),
    action(
      "ship", "shipTransfer", "Ship a transfer",
      "Takes the copies off the shelf at from: only those that are neither held nor unavailable, but safety "
        + "stock may go. They are in_transit at to.", body: nothing.schema, example: [:],
      problems: [.insufficientStock, .heldStock, .quantityTooLarge, .invalidState], handler: ship),
    action(
      "receive", "receiveTransfer", "Receive a transfer",
      "Without lines everything as it was shipped. What is missing at the end is received and written off, "
        + "what is too much is found: by movements of the kind transfer_variance, so that the way is always empty.",
      body: arrival.schema, example: ["lines": [["item": .string(Examples.isbn), "quantity": 2]]],
      problems: [.quantityTooLarge, .invalidState], handler: receive),
    action(
      "cancel", "cancelTransfer", "Cancel a transfer",
      "What is under way goes back to where it came from.", body: nothing.schema, example: [:],
      problems: [.quantityTooLarge, .invalidState], handler: cancel),
  ]

  private static func action(
    _ name: String, _ operationID: String, _ summary: String, _ about: String, body: Schema,
    example: JSONValue, problems: [ProblemCode], handler: @escaping Route.Handler
  ) -> Route {
    Route(
      .post, "/v1/transfers/{transfer}/\(name)", operationID, tag: .transfers, summary: summary,
      about: about, parameters: path, conditions: [.preferMinimal, .idempotencyKey],
      body: Route.Body(
        mediaTypes: [MediaType.json], schema: body, example: example, isOptional: true),
      answers: [
        .ok(schema, "As it is now.", example: Examples.transfer, fields: [.idempotentReplayed])
      ], problems: problems, scope: .stockAdjust, handler: handler)
  }

  // MARK: Handlers

  private static func create(_ call: Call) async throws -> Response {
    var (request, content) = try await call.contentWithBytes(input)
    request.origin = call.origin
    return try await call.once(content, answer: answer) { [request] once in
      try await call.repository.createTransfer(request, once: once)
    }
  }

  @Sendable private static func answer(_ result: DocumentResult<Transfer>) -> StoredAnswer {
    StoredAnswer(
      status: result.isNew ? 201 : 200,
      location: result.isNew ? "/v1/transfers/\(result.document.id)" : nil,
      body: String(decoding: bytes(of: result.document), as: UTF8.self))
  }

  @Sendable private static func answer(_ transfer: Transfer) -> StoredAnswer {
    StoredAnswer(
      status: 200, location: nil, body: String(decoding: bytes(of: transfer), as: UTF8.self))
  }

  private static func bytes(of transfer: Transfer) -> [UInt8] {
    var json = JSONWriter(capacity: 512 + 192 * transfer.lines.count)
    write(transfer, to: &json)
    return json.bytes
  }

  private static func list(_ call: Call) async throws -> Response {
    let query = try await call.documentQuery(state: state)
    let page = try await call.repository.transfers(query, page: call.page())
    return call.list(page) { transfer, json in write(transfer, to: &json) }
  }

  private static func read(_ call: Call) async throws -> Response {
    guard let transfer = try await call.repository.transfer(try call.id(.transfer)) else {
      throw InventoryError.notFound(.transfer, call.path[0])
    }
    let bytes = bytes(of: transfer)
    // The codes of the locations can change without it.
    let tag = EntityTag(version: transfer.version, digestOf: bytes)
    return try call.notModified(tag) ?? .json(bytes, etag: tag)
  }

  private static func ship(_ call: Call) async throws -> Response {
    let (_, content) = try await call.optionalContent(nothing)
    return try await change(call, .ship, content)
  }

  private static func receive(_ call: Call) async throws -> Response {
    let (arrival, content) = try await call.optionalContent(arrival)
    return try await change(call, .receive(arrival.lines, close: arrival.close), content)
  }

  private static func cancel(_ call: Call) async throws -> Response {
    let (_, content) = try await call.optionalContent(nothing)
    return try await change(call, .cancel, content)
  }

  private static func change(
    _ call: Call, _ action: TransferChange.Action, _ content: Content
  ) async throws -> Response {
    let change = TransferChange(id: try call.id(.transfer), action: action, origin: call.origin)
    return try await call.once(content, answer: answer) { once in
      try await call.repository.changeTransfer(change, once: once)
    }
  }
}
