internal import HTTP
internal import Inventory
internal import JSON

/// Copies ordered from suppliers: `/v1/purchase-orders`.
enum PurchaseOrders {
  private static let path = [
    Parameter.path(
      "order", "The order's id.", example: .string(Examples.purchaseOrderID.description))
  ]

  static let routes = [
    Route(
      .post, "/v1/purchase-orders", "createPurchaseOrder", tag: .purchasing, summary: "Order copies",
      about: "The copies are incoming until a receipt brings them or the order is cancelled.",
      conditions: [.preferMinimal, .idempotencyKey],
      body: Route.Body(
        mediaTypes: [MediaType.json], schema: input.schema, example: Examples.purchaseOrderInput),
      answers: [
        .created(
          schema, "The order.", example: Examples.purchaseOrder, fields: [.location, .idempotentReplayed]),
        .ok(
          schema, "The order was there before.", example: Examples.purchaseOrder,
          fields: [.idempotentReplayed]),
      ],
      problems: [.referenceInUse, .quantityTooLarge], scope: .purchasingWrite, handler: create),
    Route(
      .get, "/v1/purchase-orders", "listPurchaseOrders", tag: .purchasing,
      summary: "List purchase orders", about: "Newest first.",
      parameters: [
        state.declaration, Supply.supplierFilter.declaration, Supply.referenceFilter.declaration,
        Supply.locationFilter.declaration,
      ] + Lists.parameters,
      answers: [
        .ok(
          Lists.schema(of: schema), "A page of orders.", example: Lists.example(Examples.purchaseOrder),
          fields: [.link])
      ], scope: .stockRead, handler: list),
    Route(
      .get, "/v1/purchase-orders/{order}", "getPurchaseOrder", tag: .purchasing,
      summary: "Read a purchase order", about: "With what came and what is outstanding.", parameters: path,
      answers: [.ok(schema, "The order.", example: Examples.purchaseOrder)], scope: .stockRead,
      handler: read),
  ]

  static let cancellation = Route(
    .post, "/v1/purchase-orders/{order}/cancel", "cancelPurchaseOrder", tag: .purchasing,
    summary: "Cancel a purchase order",
    about:
      "What is outstanding is no longer incoming. The order is cancelled, or closed when some copies had "
      + "come; again changes nothing.",
    parameters: path, conditions: [.preferMinimal, .idempotencyKey],
    body: Route.Body(
      mediaTypes: [MediaType.json], schema: nothing.schema, example: [:], isOptional: true),
    answers: [
      .ok(
        schema, "The order as it is now.", example: Examples.cancelledPurchaseOrder,
        fields: [.idempotentReplayed])
    ],
    problems: [.invalidState], scope: .purchasingWrite, handler: cancel)

  // MARK: Declarations

  private static let state = QueryParameter<PurchaseOrderState>.oneOf("state", "In this state.")

  private static let supplier = Member.required("supplier", .line(1...255), "From whom, in your words.")
  private static let location = Member.defaulted(
    "location", .locationReference, .string(Location.mainCode), "Where the copies are to come.")
  private static let expectedAt = Member.optional("expected_at", .instant, "When the copies are to come.")
  private static let line = Format<ItemQuantity>.object(
    .named("PurchaseOrderLineInput", .object([Supply.item.property, Supply.quantity.property]))
  ) { reader in
    let item = reader.value(of: Supply.item)
    let quantity = reader.value(of: Supply.quantity)
    guard let item, let quantity else { return nil }
    return ItemQuantity(item: item, quantity: quantity)
  }
  private static let lines = Member.required(
    "lines", .list(of: line, count: 1...Adjustment.maximumLines), "Each item at most once.")

  static let input = Format<PurchaseOrderRequest>.object(
    .named(
      "PurchaseOrderInput",
      .object([
        supplier.property, location.property, Supply.reference.property, expectedAt.property,
        Supply.note.property, lines.property,
      ]))
  ) { reader in
    let supplier = reader.value(of: supplier)
    let location = reader.value(of: location)
    let reference = reader.value(of: Supply.reference)
    let expectedAt = reader.value(of: expectedAt)
    let note = reader.value(of: Supply.note)
    let lines = reader.value(of: lines)
    if let lines { reader.issues.reportRepeated(lines.map(\.item), "item") }
    guard let supplier, let lines, reader.issues.isEmpty else { return nil }
    return PurchaseOrderRequest(
      supplier: supplier, location: location ?? .code(Location.mainCode), reference: reference,
      expectedAt: expectedAt, note: note, lines: lines, origin: Origin(actor: ""))
  }

  /// The content of a request that says everything by its path.
  private static let nothing = Format<Bool>.object(.named("Nothing", .object([]))) { _ in true }

  // MARK: Output

  static let schema = Schema.named(
    "PurchaseOrder",
    .object(
      Supply.head("po") + [
        Schema.Property("state", .values(PurchaseOrderState.allCases.map(\.rawValue)), isRequired: true),
        Schema.Property("supplier", .text(1...255), isRequired: true),
        Schema.Property("expected_at", Supply.instant.orNull, isRequired: true),
        Schema.Property("lines", .list(of: lineSchema), isRequired: true),
      ] + StoredFields.properties))

  private static let lineSchema = Schema.named(
    "PurchaseOrderLine",
    .object(
      Supply.lineHead + [
        Schema.Property("received", Schema.copies.about("Came so far."), isRequired: true),
        Schema.Property("cancelled", Schema.copies.about("Called off."), isRequired: true),
        Schema.Property("outstanding", Schema.copies.about("Still to come."), isRequired: true),
      ]))

  static func write(_ order: PurchaseOrder, to json: inout JSONWriter) {
    json.beginObject()
    json.member("id", order.id)
    json.documentMembers(
      reference: order.reference, note: order.note, locationID: order.locationID,
      locationCode: order.locationCode)
    json.member("state", order.state.rawValue)
    json.member("supplier", order.supplier)
    json.member("expected_at", order.expectedAt)
    json.name("lines")
    json.beginArray()
    for (index, line) in order.lines.enumerated() {
      json.beginObject()
      json.lineMembers(index: index, item: line.itemID, sku: line.sku, quantity: line.quantity)
      json.member("received", line.received)
      json.member("cancelled", line.cancelled)
      json.member("outstanding", line.outstanding)
      json.endObject()
    }
    json.endArray()
    json.member("version", order.version)
    json.member("created_at", order.createdAt)
    json.member("updated_at", order.updatedAt)
    json.endObject()
  }

  // MARK: Handlers

  private static func create(_ call: Call) async throws -> Response {
    var (request, content) = try await call.contentWithBytes(input)
    request.origin = call.origin
    return try await call.once(
      content,
      answer: { result in
        Supply.answer(result, at: "/v1/purchase-orders/\(result.document.id)") { write($0, to: &$1) }
      },
      { [request] once in try await call.repository.createPurchaseOrder(request, once: once) })
  }

  private static func list(_ call: Call) async throws -> Response {
    var query = DocumentQuery<PurchaseOrderState>()
    query.state = try call.query(state)
    query.supplier = try call.query(Supply.supplierFilter)
    query.reference = try call.query(Supply.referenceFilter)
    query.location = try await call.location(Supply.locationFilter)?.id
    let page = try await call.repository.purchaseOrders(query, page: call.page())
    return call.list(page) { order, json in write(order, to: &json) }
  }

  private static func read(_ call: Call) async throws -> Response {
    guard let id = PurchaseOrderID(call.path[0]), let order = try await call.repository.purchaseOrder(id)
    else { throw InventoryError.notFound(.purchaseOrder, call.path[0]) }
    var json = JSONWriter(capacity: 1024)
    write(order, to: &json)
    return .json(json.bytes)
  }

  private static func cancel(_ call: Call) async throws -> Response {
    let (_, content) = try await call.optionalContent(nothing)
    guard let id = PurchaseOrderID(call.path[0]) else {
      throw InventoryError.notFound(.purchaseOrder, call.path[0])
    }
    return try await call.once(
      content,
      answer: { order in
        Supply.answer(DocumentResult(document: order, isNew: false), at: "") { write($0, to: &$1) }
      },
      { once in
        try await call.repository.cancelPurchaseOrder(
          PurchaseOrderCancellation(id: id, origin: call.origin), once: once)
      })
  }
}
