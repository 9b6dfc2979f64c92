internal import HTTP
internal import Inventory
internal import JSON

/// Copies that came from suppliers: `/v1/receipts`.
enum Receipts {
  static let routes = [
    Route(
      .post, "/v1/receipts", "createReceipt", tag: .purchasing, summary: "Take copies in",
      about:
        "The copies are on hand; those that came damaged, or are to be inspected, are not for sale. With an "
        + "order what was outstanding is no longer incoming, and more than that is refused unless allow_over. "
        + "Copies that somebody waits for are given to the oldest reservation.",
      conditions: [.preferMinimal, .idempotencyKey],
      body: Route.Body(mediaTypes: [MediaType.json], schema: input.schema, example: Examples.receiptInput),
      answers: [
        .created(
          schema, "What came.", example: Examples.receipt, fields: [.location, .idempotentReplayed]),
        .ok(
          schema, "The receipt was there before.", example: Examples.receipt, fields: [.idempotentReplayed]),
      ],
      problems: [.referenceInUse, .overReceipt, .quantityTooLarge, .invalidState], scope: .purchasingWrite,
      handler: create),
    Route(
      .get, "/v1/receipts", "listReceipts", tag: .purchasing, summary: "List receipts",
      about: "Newest first.",
      parameters: [
        order.declaration, Supply.supplierFilter.declaration, Supply.referenceFilter.declaration,
        Supply.locationFilter.declaration,
      ] + Lists.parameters,
      answers: [
        .ok(
          Lists.schema(of: schema), "A page of receipts.", example: Lists.example(Examples.receipt),
          fields: [.link])
      ], scope: .stockRead, handler: list),
    Route(
      .get, "/v1/receipts/{receipt}", "getReceipt", tag: .purchasing, summary: "Read a receipt",
      about: "With what went back to the supplier since.",
      parameters: [
        .path("receipt", "The receipt's id.", example: .string(Examples.receiptID.description))
      ],
      answers: [.ok(schema, "The receipt.", example: Examples.receipt)], scope: .stockRead, handler: read),
  ]

  // MARK: Declarations

  private static let order = Supply.idFilter(
    "purchase_order", "Of this order: its id.", PurchaseOrderIDKind.self)

  /// The states in which copies come.
  private enum Arrival: String, CaseIterable {
    case onHand = "on_hand"
    case damaged, inspection

    var bucket: Bucket {
      switch self {
      case .onHand: .onHand
      case .damaged: .damaged
      case .inspection: .inspection
      }
    }
  }

  private static let bucket = Member<Arrival>.defaulted(
    "bucket", .oneOf, "on_hand", "on_hand is fit for sale; the others are on hand, but not for sale.")
  private static let returnableUntil = Member.optional(
    "returnable_until", .instant, "Until when the supplier takes the copies back; null: without end.")
  private static let line = Format<ReceiptRequest.Line>.object(
    .named(
      "ReceiptLineInput",
      .object([
        Supply.item.property, Supply.quantity.property, bucket.property, returnableUntil.property,
      ]))
  ) { reader in
    let item = reader.value(of: Supply.item)
    let quantity = reader.value(of: Supply.quantity)
    let arrival = reader.value(of: bucket)
    let returnableUntil = reader.value(of: returnableUntil)
    guard let item, let quantity else { return nil }
    return ReceiptRequest.Line(
      item: item, quantity: quantity, bucket: arrival?.bucket ?? .onHand, returnableUntil: returnableUntil)
  }
  private static let lines = Member.required(
    "lines", .list(of: line, count: 1...Adjustment.maximumLines), "Each bucket of an item at most once.")
  private static let purchaseOrder = Member.optional(
    "purchase_order", Supply.id(PurchaseOrderIDKind.self), "The id of the order that is answered.")
  private static let location = Member.optional(
    "location", .locationReference, "Where the copies came; as the order says, without an order main.")
  private static let supplier = Member.optional(
    "supplier", .line(1...255), "From whom; with an order that says it.")
  private static let allowOver = Member<Bool>.defaulted(
    "allow_over", .boolean, false, "Take in what is more than what was ordered.", isWriteOnly: true)

  static let input = Format<ReceiptRequest>.object(
    .named(
      "ReceiptInput",
      .object([
        purchaseOrder.property, location.property, supplier.property, Supply.reference.property,
        Supply.note.property, allowOver.property, lines.property,
      ]))
  ) { reader in
    let order = reader.value(of: purchaseOrder)
    let supplier = reader.value(of: supplier)
    let lines = reader.value(of: lines)
    var request = ReceiptRequest(lines: lines ?? [], origin: Origin(actor: ""))
    request.purchaseOrder = order
    request.location = reader.value(of: location)
    request.supplier = supplier
    request.reference = reader.value(of: Supply.reference)
    request.note = reader.value(of: Supply.note)
    request.allowOver = reader.value(of: allowOver) ?? false
    if order != nil, supplier != nil {
      reader.issues.report(
        member: "supplier", "said-by-order", "The order says from whom; leave this out.")
    }
    struct Key: Hashable {
      let item: ItemReference
      let bucket: Bucket
    }
    if let lines {
      reader.issues.reportRepeated(
        lines.map { Key(item: $0.item, bucket: $0.bucket) }, "bucket of the same item")
    }
    return lines == nil || !reader.issues.isEmpty ? nil : request
  }

  // MARK: Output

  static let schema = Schema.named(
    "Receipt",
    .object(
      Supply.head("rcp") + [
        Schema.Property("purchase_order", Schema.identifier("po").orNull, isRequired: true),
        Schema.Property("supplier", Schema.text(1...255).orNull, isRequired: true),
        Schema.Property("lines", .list(of: lineSchema), isRequired: true),
      ] + StoredFields.properties))

  private static let lineSchema = Schema.named(
    "ReceiptLine",
    .object(
      Supply.lineHead + [
        Schema.Property("bucket", .values(Bucket.allCases.map(\.rawValue)), isRequired: true),
        Schema.Property("returnable_until", Supply.instant.orNull, isRequired: true),
        Schema.Property("returned", Schema.copies.about("Went back to the supplier."), isRequired: true),
        Schema.Property(
          "reversed", Schema.copies.about("Never came: their movement was reversed."), isRequired: true),
      ]))

  static func write(_ receipt: Receipt, to json: inout JSONWriter) {
    json.beginObject()
    json.member("id", receipt.id)
    json.documentMembers(
      reference: receipt.reference, note: receipt.note, locationID: receipt.locationID,
      locationCode: receipt.locationCode)
    json.plainMember("purchase_order", receipt.purchaseOrder?.description)
    json.member("supplier", receipt.supplier)
    json.name("lines")
    json.beginArray()
    for (index, line) in receipt.lines.enumerated() {
      json.beginObject()
      json.lineMembers(index: index, item: line.itemID, sku: line.sku, quantity: line.quantity)
      json.member("bucket", line.bucket.rawValue)
      json.member("returnable_until", line.returnableUntil)
      json.member("returned", line.returned)
      json.member("reversed", line.reversed)
      json.endObject()
    }
    json.endArray()
    json.member("version", receipt.version)
    json.member("created_at", receipt.createdAt)
    json.member("updated_at", receipt.updatedAt)
    json.endObject()
  }

  // MARK: Handlers

  private static func create(_ call: Call) async throws -> Response {
    var (request, content) = try await call.contentWithBytes(input)
    request.origin = call.origin
    return try await call.once(
      content,
      answer: { result in
        Supply.answer(result, at: "/v1/receipts/\(result.document.id)") { write($0, to: &$1) }
      },
      { [request] once in try await call.repository.createReceipt(request, once: once) })
  }

  private static func list(_ call: Call) async throws -> Response {
    var query = DocumentQuery<BookedState>()
    query.parent = try call.query(order)?.description
    query.supplier = try call.query(Supply.supplierFilter)
    query.reference = try call.query(Supply.referenceFilter)
    query.location = try await call.location(Supply.locationFilter)?.id
    let page = try await call.repository.receipts(query, page: call.page())
    return call.list(page) { receipt, json in write(receipt, to: &json) }
  }

  private static func read(_ call: Call) async throws -> Response {
    guard let id = ReceiptID(call.path[0]), let receipt = try await call.repository.receipt(id) else {
      throw InventoryError.notFound(.receipt, call.path[0])
    }
    var json = JSONWriter(capacity: 1024)
    write(receipt, to: &json)
    return .json(json.bytes)
  }
}
