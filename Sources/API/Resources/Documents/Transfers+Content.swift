internal import Inventory
internal import JSON

extension Transfers {
  private static let quantity = Member.required(
    "quantity", .integer(1...Adjustment.maximumQuantity), "How many copies.")
  private static let line = Format<ItemQuantity>.object(
    .named("TransferLineInput", .object([Documents.item.property, quantity.property]))
  ) { reader in
    let item = reader.value(of: Documents.item)
    let quantity = reader.value(of: quantity)
    guard let item, let quantity else { return nil }
    return ItemQuantity(item: item, quantity: quantity)
  }

  private static let from = Member.required(
    "from", .locationReference, "Where the copies are: the location's id or code.")
  private static let to = Member.required(
    "to", .locationReference, "Where they are to be: the location's id or code.")
  private static let lines = Member.required(
    "lines", .list(of: line, count: 1...Adjustment.maximumLines), "Each item at most once.")

  static let input = Format<TransferRequest>.object(
    .named(
      "TransferInput",
      .object([
        from.property, to.property, lines.property, Documents.reference.property, Documents.note.property,
      ]))
  ) { reader in
    let from = reader.value(of: from)
    let to = reader.value(of: to)
    let lines = reader.value(of: lines)
    let reference = reader.value(of: Documents.reference)
    let note = reader.value(of: Documents.note)
    if let lines { Documents.reportRepeated(lines.map(\.item), in: "lines", reader.issues) }
    guard let from, let to, let lines else { return nil }
    return TransferRequest(
      from: from, to: to, reference: reference, note: note, lines: lines, origin: Origin(actor: ""))
  }

  // MARK: Receipts

  /// What arrived; nil is everything.
  struct Arrival: Sendable {
    var lines: [ItemQuantity]?
    var close: Bool
  }

  private static let arrived = Member.required(
    "quantity", .integer(0...Adjustment.maximumQuantity), "How many copies arrived.")
  private static let arrivedLine = Format<ItemQuantity>.object(
    .named("TransferArrivalLine", .object([Documents.item.property, arrived.property]))
  ) { reader in
    let item = reader.value(of: Documents.item)
    let quantity = reader.value(of: arrived)
    guard let item, let quantity else { return nil }
    return ItemQuantity(item: item, quantity: quantity)
  }
  private static let arrivedLines = Member.optional(
    "lines", .list(of: arrivedLine, count: 1...Adjustment.maximumLines),
    "What arrived; without it everything that is under way.")
  private static let close = Member<Bool>.defaulted(
    "close", .boolean, true,
    "Nothing more will come: what is missing is written off. Without it the rest stays under way.",
    isWriteOnly: true)

  static let arrival = Format<Arrival>.object(
    .named("TransferArrival", .object([arrivedLines.property, close.property]))
  ) { reader in
    let lines = reader.value(of: arrivedLines)
    if let lines { Documents.reportRepeated(lines.map(\.item), in: "lines", reader.issues) }
    return Arrival(lines: lines, close: reader.value(of: close) ?? true)
  }

  /// A request that says nothing more.
  static let nothing = Format<Bool>.object(.named("TransferAction", .object([]))) { _ in true }

  // MARK: Output

  static let schema = Schema.named(
    "Transfer",
    .object(
      [
        Schema.Property("id", .identifier("trf"), isRequired: true),
        Schema.Property("state", .values(TransferState.allCases.map(\.rawValue)), isRequired: true),
        Schema.Property(
          "from", Schema.text(LocationCode.length).about("The code, as it is now."), isRequired: true),
        Schema.Property(
          "to", Schema.text(LocationCode.length).about("The code, as it is now."), isRequired: true),
        Schema.Property("lines", .list(of: outputLine), isRequired: true),
      ] + Documents.properties))

  private static let outputLine = Schema.named(
    "TransferLine",
    .object(
      Documents.lineProperties + [
        Schema.Property("quantity", Schema.copies.about("To be moved."), isRequired: true),
        Schema.Property("shipped", Schema.copies.about("That left."), isRequired: true),
        Schema.Property("in_transit", Schema.copies.about("Under way."), isRequired: true),
        Schema.Property("received", Schema.copies.about("That arrived."), isRequired: true),
        Schema.Property(
          "variance",
          Schema.integer(-Adjustment.maximumQuantity...Adjustment.maximumQuantity).about(
            "That arrived beyond what was shipped; negative: written off."), isRequired: true),
        Schema.Property(
          "returned", Schema.copies.about("That went back to where they came from."), isRequired: true),
      ]))

  static func write(_ transfer: Transfer, to json: inout JSONWriter) {
    json.beginObject()
    json.member("id", transfer.id)
    json.member("state", transfer.state.rawValue)
    json.plainMember("from", transfer.fromCode)
    json.plainMember("to", transfer.toCode)
    json.name("lines")
    json.beginArray()
    for (index, line) in transfer.lines.enumerated() {
      json.beginObject()
      json.member("index", Int64(index))
      json.member("item", line.itemID)
      json.member("sku", line.sku)
      json.member("quantity", line.quantity)
      json.member("shipped", line.shipped)
      json.member("in_transit", line.inTransit)
      json.member("received", line.received)
      json.member("variance", line.variance)
      json.member("returned", line.returned)
      json.endObject()
    }
    json.endArray()
    json.member("reference", transfer.reference)
    json.member("note", transfer.note)
    json.member("actor", transfer.actor)
    json.member("version", transfer.version)
    json.member("created_at", transfer.createdAt)
    json.member("updated_at", transfer.updatedAt)
    json.endObject()
  }
}
