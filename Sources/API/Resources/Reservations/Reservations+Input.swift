internal import Inventory
internal import JSON

extension Reservations {
  private static let item = Member.required(
    "item", .itemReference, "The item's id or SKU; of a book's new item the ISBN in any spelling.")
  private static let location = Member.optional(
    "location", .locationReference, "The location's id or code; without it the service chooses.")
  private static let quantity = Member.required(
    "quantity", .integer(1...Adjustment.maximumQuantity), "How many copies.")

  private static let line = Format<HoldLine>.object(
    .named("HoldLine", .object([item.property, quantity.property, location.property]))
  ) { reader in
    let item = reader.value(of: item)
    let location = reader.value(of: location)
    let quantity = reader.value(of: quantity)
    guard let item, let quantity else { return nil }
    return HoldLine(item: item, location: location, quantity: quantity)
  }

  private static let lines = Member.required(
    "lines", .list(of: line, count: 1...Adjustment.maximumLines),
    "Each item at a location, or anywhere, at most once.")

  private static let reference = Member.optional(
    "reference", .line(1...255), "Your own number, such as of a cart or an order.")
  private static let note = Member.optional("note", .lines(1...1000), "A remark for people.")
  private static let expiresIn = Member.optional(
    "expires_in", .integer(1...31_536_000),
    "Seconds from now, by the database's clock. Either this or expires_at; neither is never.")
  private static let expiresAt = Member.optional(
    "expires_at", .instant, "When the hold ends; in the future, at most 366 days from now.")
  private static let partial = Member<Bool>.defaulted(
    "partial", .boolean, false, "Hold what is there, if it is not everything.")
  private static let allowBackorder = Member<Bool>.defaulted(
    "allow_backorder", .boolean, false, "Wait for what is not there, within the item's backorder_limit.")
  private static let replace = Member<Bool>.defaulted(
    "replace", .boolean, false, "Release what has the same reference and other lines, and hold this instead.",
    isWriteOnly: true)

  static let input = Format<ReservationRequest>.object(
    .named(
      "ReservationInput",
      .object([
        reference.property, lines.property, expiresIn.property, expiresAt.property, partial.property,
        allowBackorder.property, replace.property, note.property,
      ]))
  ) { reader in
    let expiry = readExpiry(reader) ?? .never
    let lines = reader.value(of: lines)
    var request = ReservationRequest(
      reference: reader.value(of: reference), lines: lines ?? [], origin: Origin(actor: ""))
    request.note = reader.value(of: note)
    request.expiry = expiry
    request.partial = reader.value(of: partial) ?? false
    request.allowBackorder = reader.value(of: allowBackorder) ?? false
    request.replace = reader.value(of: replace) ?? false
    if let lines { reportRepeated(lines, reader.issues) }
    if request.replace, request.reference == nil {
      reader.issues.report(member: "reference", "required", "replace needs the reference to replace.")
    }
    return lines == nil || !reader.issues.isEmpty ? nil : request
  }

  static let availabilityInput = Format<[HoldLine]>.object(
    .named("AvailabilityInput", .object([lines.property]))
  ) { reader in
    let lines = reader.value(of: lines)
    if let lines { reportRepeated(lines, reader.issues) }
    return lines
  }

  private static func reportRepeated(_ lines: [HoldLine], _ issues: Issues) {
    struct Key: Hashable {
      let item: ItemReference
      let location: LocationReference?
    }
    var first: [Key: Int] = [:]
    for (index, line) in lines.enumerated() {
      let key = Key(item: line.item, location: line.location)
      guard let earlier = first[key] else {
        first[key] = index
        continue
      }
      issues.within("lines") {
        issues.within(index) {
          issues.report(
            "duplicate-line",
            "/lines/\(earlier) and /lines/\(index) name the same item at the same location; make one line of them."
          )
        }
      }
    }
  }

  // MARK: Ends

  /// Nil when neither member was sent.
  private static func readExpiry(_ reader: ObjectReader) -> Expiry? {
    let seconds = reader.value(of: expiresIn)
    let instant = reader.value(of: expiresAt)
    if seconds != nil, instant != nil {
      reader.issues.report(
        member: "expires_at", "several-ends", "Send either expires_in or expires_at, not both.")
    }
    if let seconds { return .after(microseconds: seconds * 1_000_000) }
    if let instant { return .at(instant) }
    return reader.has(expiresIn) || reader.has(expiresAt) ? .never : nil
  }

  /// The content of a confirmation.
  static let expiryInput = Format<Expiry>.object(
    .named("ReservationConfirmation", .object([expiresIn.property, expiresAt.property]))
  ) { reader in readExpiry(reader) ?? .never }

  /// What an edit changes; an outer nil leaves it as it is.
  struct Edit: Sendable {
    var expiry: Expiry?
    var note: String??
  }

  static let editInput = Format<Edit>.object(
    .named("ReservationEdit", .object([expiresIn.property, expiresAt.property, note.property]))
  ) { reader in
    Edit(expiry: readExpiry(reader), note: reader.has(note) ? .some(reader.value(of: note)) : nil)
  }

  // MARK: Parts

  /// Nil is everything.
  struct Parts: Sendable {
    var lines: [PartLine]?
  }

  private static let index = Member.required(
    "index", .integer(0...Int64(Adjustment.maximumLines - 1)), "The line of the reservation, from 0.")
  private static let partLine = Format<PartLine>.object(
    .named("PartLine", .object([index.property, quantity.property, location.property]))
  ) { reader in
    let index = reader.value(of: index)
    let quantity = reader.value(of: quantity)
    let location = reader.value(of: location)
    guard let index, let quantity else { return nil }
    return PartLine(index: Int(index), location: location, quantity: quantity)
  }
  private static let partLines = Member.optional(
    "lines", .list(of: partLine, count: 1...Adjustment.maximumLines),
    "Parts of lines; without it everything.")

  static let partsInput = Format<Parts>.object(
    .named("ReservationParts", .object([partLines.property]))
  ) { reader in Parts(lines: reader.value(of: partLines)) }
}
