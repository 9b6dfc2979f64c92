internal import HTTP
internal import Inventory
internal import JSON

/// Copies that customers give back, or that go back to suppliers: `/v1/returns`.
enum Returns {
  static let routes = [
    Route(
      .post, "/v1/returns", "createReturn", tag: .purchasing, summary: "Book a return",
      about:
        "kind customer: copies come back, for sale again, to be inspected, or as damaged; with condition as "
        + "copies of the book's item of that condition, which is made when it is missing. kind supplier: copies "
        + "of a receipt go back, not more than came and are not back yet, and not after returnable_until unless "
        + "force. Only free copies can go.",
      conditions: [.preferMinimal, .idempotencyKey],
      body: Route.Body(mediaTypes: [MediaType.json], schema: input.schema, example: Examples.returnInput),
      answers: [
        .created(
          schema, "The return.", example: Examples.customerReturn, fields: [.location, .idempotentReplayed]),
        .ok(
          schema, "The return was there before.", example: Examples.customerReturn,
          fields: [.idempotentReplayed]),
      ],
      problems: [
        .referenceInUse, .insufficientStock, .heldStock, .quantityTooLarge, .exceedsRemainder,
        .returnWindowClosed,
      ], scope: .stockAdjust, handler: create),
    Route(
      .get, "/v1/returns", "listReturns", tag: .purchasing, summary: "List returns",
      about: "Newest first.",
      parameters: [
        kindFilter.declaration, receiptFilter.declaration, Supply.supplierFilter.declaration,
        Supply.referenceFilter.declaration, Supply.locationFilter.declaration,
      ] + Lists.parameters,
      answers: [
        .ok(
          Lists.schema(of: schema), "A page of returns.", example: Lists.example(Examples.customerReturn),
          fields: [.link])
      ], scope: .stockRead, handler: list),
    Route(
      .get, "/v1/returns/{return}", "getReturn", tag: .purchasing, summary: "Read a return",
      about: "A return never changes.",
      parameters: [.path("return", "The return's id.", example: .string(Examples.returnID.description))],
      answers: [.ok(schema, "The return.", example: Examples.customerReturn)], scope: .stockRead,
      handler: read),
  ]

  private static let kindFilter = QueryParameter<ReturnKind>.oneOf("kind", "Of this kind.")
  private static let receiptFilter = Supply.idFilter(
    "receipt", "Of copies of this receipt: its id.", ReceiptIDKind.self)

  // MARK: Output

  static let schema = Schema.named(
    "Return",
    .object(
      Supply.head("ret") + [
        Schema.Property("kind", .values(ReturnKind.allCases.map(\.rawValue)), isRequired: true),
        Schema.Property("reason", .openValues(AdjustmentReason.allCases.map(\.rawValue)), isRequired: true),
        Schema.Property("receipt", Schema.identifier("rcp").orNull, isRequired: true),
        Schema.Property("supplier", Schema.text(1...255).orNull, isRequired: true),
        Schema.Property("lines", .list(of: lineSchema), isRequired: true),
        Schema.Property("created_at", Supply.instant, isRequired: true),
      ]))

  private static let lineSchema = Schema.named(
    "ReturnLine",
    .object(
      Supply.lineHead + [
        Schema.Property(
          "into",
          Schema.values(Place.allCases.map(\.rawValue)).orNull.about("Where a customer's copies were put."),
          isRequired: true),
        Schema.Property(
          "from",
          Schema.values(Bucket.allCases.map(\.rawValue)).orNull.about(
            "Where a supplier's copies were taken from; null: from where the receipt had put them."),
          isRequired: true),
      ]))

  static func write(_ stockReturn: StockReturn, to json: inout JSONWriter) {
    let isCustomer = stockReturn.kind == .customer
    json.beginObject()
    json.member("id", stockReturn.id)
    json.documentMembers(
      reference: stockReturn.reference, note: stockReturn.note, locationID: stockReturn.locationID,
      locationCode: stockReturn.locationCode)
    json.member("kind", stockReturn.kind.rawValue)
    json.member("reason", stockReturn.reason.rawValue)
    json.plainMember("receipt", stockReturn.receipt?.description)
    json.member("supplier", stockReturn.supplier)
    json.name("lines")
    json.beginArray()
    for (index, line) in stockReturn.lines.enumerated() {
      json.beginObject()
      json.lineMembers(index: index, item: line.itemID, sku: line.sku, quantity: line.quantity)
      json.member("into", isCustomer ? line.bucket.flatMap(Place.init)?.rawValue : nil)
      json.member("from", isCustomer ? nil : line.bucket?.rawValue)
      json.endObject()
    }
    json.endArray()
    json.member("created_at", stockReturn.createdAt)
    json.endObject()
  }

  // MARK: Handlers

  private static func create(_ call: Call) async throws -> Response {
    var (request, content) = try await call.contentWithBytes(input)
    request.setOrigin(call.origin)
    return try await call.once(
      content,
      answer: { result in
        Supply.answer(result, at: "/v1/returns/\(result.document.id)") { write($0, to: &$1) }
      },
      { [request] once in try await call.repository.createReturn(request, once: once) })
  }

  private static func list(_ call: Call) async throws -> Response {
    var query = DocumentQuery<BookedState>()
    query.parent = try call.query(receiptFilter)?.description
    query.supplier = try call.query(Supply.supplierFilter)
    query.reference = try call.query(Supply.referenceFilter)
    query.location = try await call.location(Supply.locationFilter)?.id
    let page = try await call.repository.stockReturns(
      query, kind: call.query(kindFilter), page: call.page())
    return call.list(page) { stockReturn, json in write(stockReturn, to: &json) }
  }

  private static func read(_ call: Call) async throws -> Response {
    guard let id = StockReturnID(call.path[0]), let found = try await call.repository.stockReturn(id) else {
      throw InventoryError.notFound(.stockReturn, call.path[0])
    }
    var json = JSONWriter(capacity: 1024)
    write(found, to: &json)
    return .json(json.bytes)
  }
}

extension ReturnRequest {
  fileprivate mutating func setOrigin(_ origin: Origin) {
    switch self {
    case .customer(var request):
      request.origin = origin
      self = .customer(request)
    case .supplier(var request):
      request.origin = origin
      self = .supplier(request)
    }
  }
}
