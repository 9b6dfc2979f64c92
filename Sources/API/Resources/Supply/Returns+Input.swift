internal import Inventory
internal import JSON

extension Returns {
  /// Where a customer's copies are put, in the words of the API.
  enum Place: String, CaseIterable {
    case stock, inspection, damaged

    init?(_ bucket: Bucket) {
      switch bucket {
      case .onHand: self = .stock
      case .inspection: self = .inspection
      case .damaged: self = .damaged
      case .heldBack: return nil
      }
    }

    var bucket: Bucket {
      switch self {
      case .stock: .onHand
      case .inspection: .inspection
      case .damaged: .damaged
      }
    }
  }

  /// A line of either kind.
  private struct Line: Sendable {
    var item: ItemReference
    var quantity: Int64
    var into: Place?
    /// True when none was sent, not when a wrong one was.
    var lacksPlace: Bool
    var condition: Condition?
    var from: Bucket?
  }

  private static let into = Member<Place>.optional(
    "into", .oneOf, "kind customer, required: for sale again (stock), to be inspected, or as damaged.")
  private static let condition = Member<Condition>.optional(
    "condition", .oneOf,
    "kind customer: the condition that the copies are in now; without it they are what was sold.")
  private static let from = Member<Bucket>.optional(
    "from", .oneOf, "kind supplier: where the copies are now; without it where the receipt had put them.")

  private static let line = Format<Line>.object(
    .named(
      "ReturnLineInput",
      .object([
        Supply.item.property, Supply.quantity.property, into.property, condition.property, from.property,
      ]))
  ) { reader in
    let item = reader.value(of: Supply.item)
    let quantity = reader.value(of: Supply.quantity)
    let mistakes = reader.issues.count
    let place = reader.value(of: into)
    let lacksPlace = place == nil && reader.issues.count == mistakes
    let condition = reader.value(of: condition)
    let from = reader.value(of: from)
    guard let item, let quantity else { return nil }
    return Line(
      item: item, quantity: quantity, into: place, lacksPlace: lacksPlace, condition: condition, from: from)
  }

  private static let kind = Member<ReturnKind>.required(
    "kind", .oneOf, "customer: copies come back. supplier: copies of a receipt go back.")
  private static let location = Member.optional(
    "location", .locationReference, "kind customer: where the copies came; main unless said otherwise.")
  private static let receipt = Member.optional(
    "receipt", Supply.id(ReceiptIDKind.self), "kind supplier, required: the id of the receipt.")
  private static let force = Member.optional(
    "force", .boolean, "kind supplier: also after returnable_until.")
  private static let reason = Member<AdjustmentReason>.defaulted("reason", .oneOf, "returned", "Why.")
  private static let lines = Member.required(
    "lines", .list(of: line, count: 1...Adjustment.maximumLines),
    "Each item at most once for each place or condition.")

  static let input = Format<ReturnRequest>.object(
    .named(
      "ReturnInput",
      .object([
        kind.property, location.property, receipt.property, force.property, Supply.reference.property,
        reason.property, Supply.note.property, lines.property,
      ]))
  ) { reader in
    let kind = reader.value(of: kind)
    let head = Head(
      location: reader.value(of: location), receipt: reader.value(of: receipt),
      force: reader.value(of: force), reference: reader.value(of: Supply.reference),
      reason: reader.value(of: reason) ?? .returned, note: reader.value(of: Supply.note))
    let lines = reader.value(of: lines)
    guard let kind, let lines else { return nil }
    switch kind {
    case .customer: return customer(head, lines, reader.issues)
    case .supplier: return supplier(head, lines, reader.issues, hasReceipt: reader.has(receipt))
    }
  }

  /// What is said once.
  private struct Head {
    var location: LocationReference?
    var receipt: ReceiptID?
    var force: Bool?
    var reference: String?
    var reason: AdjustmentReason
    var note: String?
  }

  private static func customer(_ head: Head, _ lines: [Line], _ issues: Issues) -> ReturnRequest? {
    issues.reject("receipt", head.receipt, unless: .supplier)
    issues.reject("force", head.force, unless: .supplier)
    issues.inLines(lines) { line in
      issues.reject("from", line.from, unless: .supplier)
      if line.lacksPlace {
        issues.report(
          member: "into", "required", "A customer's copies need a place: stock, inspection, damaged.")
      }
    }
    struct Key: Hashable {
      let item: ItemReference
      let into: Place?
      let condition: Condition?
    }
    issues.reportRepeated(
      lines.map { Key(item: $0.item, into: $0.into, condition: $0.condition) },
      "item, place and condition")
    guard issues.isEmpty else { return nil }
    return .customer(
      CustomerReturnRequest(
        location: head.location ?? .code(Location.mainCode), reference: head.reference, reason: head.reason,
        note: head.note,
        lines: lines.map { line in
          CustomerReturnRequest.Line(
            item: line.item, quantity: line.quantity, into: line.into?.bucket ?? .onHand,
            condition: line.condition)
        }, origin: Origin(actor: "")))
  }

  private static func supplier(
    _ head: Head, _ lines: [Line], _ issues: Issues, hasReceipt: Bool
  ) -> ReturnRequest? {
    issues.reject("location", head.location, unless: .customer)
    if !hasReceipt {
      issues.report(
        member: "receipt", "required", "Copies go back to a supplier by the receipt they came with.")
    }
    issues.inLines(lines) { line in
      issues.reject("into", line.into, unless: .customer)
      issues.reject("condition", line.condition, unless: .customer)
    }
    struct Key: Hashable {
      let item: ItemReference
      let from: Bucket?
    }
    issues.reportRepeated(lines.map { Key(item: $0.item, from: $0.from) }, "item and bucket")
    guard let receipt = head.receipt else {
      if hasReceipt, issues.isEmpty {
        issues.report(member: "receipt", "required", "The receipt must not be null.")
      }
      return nil
    }
    guard issues.isEmpty else { return nil }
    return .supplier(
      SupplierReturnRequest(
        receipt: receipt, reference: head.reference, reason: head.reason, note: head.note,
        force: head.force ?? false,
        lines: lines.map { line in
          SupplierReturnRequest.Line(item: line.item, quantity: line.quantity, from: line.from)
        }, origin: Origin(actor: "")))
  }
}

extension Issues {
  /// Reports a member that only the other kind of return has.
  fileprivate func reject<Value>(_ member: String, _ value: Value?, unless kind: ReturnKind) {
    guard value != nil else { return }
    report(member: member, "other-kind", "Only a return of the kind \(kind.rawValue) has this.")
  }

  fileprivate func inLines<Line>(_ lines: [Line], _ check: (Line) -> Void) {
    within("lines") {
      for (index, line) in lines.enumerated() { within(index) { check(line) } }
    }
  }
}
