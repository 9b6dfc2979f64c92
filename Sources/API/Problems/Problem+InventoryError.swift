internal import HTTP
internal import Inventory
internal import JSON

extension Problem {
  /// The one table from the domain's errors to problems; nil for what clients must not see.
  init?(_ error: InventoryError) {
    switch error {
    case .notFound(let type, let name):
      self.init(.notFound, "There is no \(type.rawValue) \(quoted(name)).")
    case .duplicateISBN(let isbn, let twin):
      self.init(
        .duplicateISBN, "The book \(twin) has the ISBN \(isbn.digits).",
        errors: [FieldError(.pointer("/isbn"), "duplicate-isbn", "\(isbn.digits) is the ISBN of \(twin).")])
      nameTwin(twin.description, at: "/v1/books/")
    case .duplicateSKU(let sku, let twin):
      self.init(
        .duplicateSKU, "The item \(twin) has the SKU \(quoted(sku)).",
        errors: [FieldError(.pointer("/sku"), "duplicate-sku", "\(quoted(sku)) is the SKU of \(twin).")])
      nameTwin(twin.description, at: "/v1/items/")
    case .duplicateLocationCode(let code, let twin):
      self.init(
        .duplicateLocationCode, "The location \(twin) has the code \(quoted(code)).",
        errors: [
          FieldError(.pointer("/code"), "duplicate-location-code", "\(quoted(code)) is the code of \(twin).")
        ])
      nameTwin(twin.description, at: "/v1/locations/")
    case .versionMismatch(let current):
      let tag = EntityTag(version: current)
      self.init(
        .preconditionFailed, "It is now at \(tag), which If-Match does not name.",
        fields: ["etag": tag.description])
    case .locationNotAllowed(let code):
      self.init(.forbidden, "The API key may not change quantities at \(quoted(code)).")
    case .unknownLocations(let locations):
      let errors = locations.sorted { $0.key < $1.key }.map { index, name in
        FieldError(.pointer("/locations/\(index)"), "not-found", "There is no location \(quoted(name)).")
      }
      self.init(.invalidContent, errors.first?.detail ?? "", errors: errors)
    case .bookArchived(let book):
      self.init(.bookArchived, "The book \(book) is archived; it can no longer be changed or stocked.")
    case .bookHasStock(let book, let onHand, let held):
      self.init(
        .bookHasStock,
        "The book \(book) has \(onHand) copies on hand and \(held) held; take them out first.")
      extensions = [
        JSONMember(name: "on_hand", value: .number(String(onHand))),
        JSONMember(name: "held", value: .number(String(held))),
      ]
    case .unknownLines(let lines):
      self.init(
        .invalidContent, Self.refusal(of: lines.count),
        errors: lines.map(FieldError.init))
    case .refused(let lines): self.init(refused: lines)
    case .referenceInUse(let type, let reference, let twin):
      self.init(
        .referenceInUse,
        "The \(type.rawValue) \(twin) has the reference \(quoted(reference)) and other lines.",
        errors: [
          FieldError(.pointer("/reference"), "reference-in-use", "\(quoted(reference)) is that of \(twin).")
        ])
      nameTwin(twin, at: "/v1/\(type.path)/")
    case .invalidState(let type, let id, let state):
      self.init(.invalidState, "The \(type.rawValue) \(id) is \(state), which does not allow this.")
      extensions = [JSONMember(name: "state", value: .string(state))]
    case .reservationExpired(let id, let lines):
      self.init(refused: lines)
      code = .reservationExpired
      detail =
        lines.isEmpty
        ? "The reservation \(id) has run out. Confirm it to have its copies held again, if they are there."
        : "The reservation \(id) has run out, and not all of its copies are there any more."
    case .expiryNotInFuture(let now):
      self.init(
        .invalidContent, "The end must be in the future; it is \(now) now.",
        errors: [FieldError(.pointer("/expires_at"), "not-in-future", "It is \(now) now.")])
    case .instantInFuture(let now):
      self.init(parameters: [
        FieldError(.parameter("as_of"), "in-future", "It is \(now) now; as_of asks for the past.")
      ])
    case .embargoed(let lines):
      self.init(
        .embargoed, "\(lines.count == 1 ? "1 line is" : "\(lines.count) lines are") not for sale yet.",
        errors: lines.map { line in
          FieldError(
            .pointer("/lines/\(line.index)"), "embargoed",
            "The first day of sale is \(line.onSaleDate), which has not come at \(line.location).")
        })
    case .alreadyReversed(let movement, let twin):
      self.init(.alreadyReversed, "The movement \(movement) was reversed by \(twin).")
      nameTwin(twin.description, at: "/v1/movements/")
    case .notReversible(let movement, let kind):
      self.init(
        .notReversible,
        "The movement \(movement) is of the kind \(kind.rawValue); what undoes it is a document of its own.")
    case .returnWindowClosed(let lines):
      self.init(
        .returnWindowClosed, Self.refusal(of: lines.count),
        errors: lines.map { line in
          FieldError(
            .pointer("/lines/\(line.index)"), "return-window-closed",
            "The copies could be returned until \(line.returnableUntil).")
        })
    case .idempotencyKeyReused:
      self.init(
        .idempotencyKeyReused, "The key was used for another request; send a new one.",
        errors: [FieldError(.header("Idempotency-Key"), "idempotency-key-reused", "Use a new key.")])
    case .idempotencyKeyInUse(let retryAfter):
      self.init(
        .idempotencyKeyInUse, "The first request with this key is still running.",
        fields: ["retry-after": String(retryAfter)])
    case .unavailable(_, let retryAfter):
      // The reason names hosts and states of the inside; it is for the log.
      self.init(
        .unavailable, "The database cannot take the request now; try again in \(retryAfter) s.",
        fields: ["retry-after": String(retryAfter)])
    case .outcomeUnknown:
      self.init(
        .outcomeUnknown, "The database was lost while it committed; try again with the same key in 1 s.",
        fields: ["retry-after": "1"])
    case .unexpected: return nil
    }
  }

  private mutating func nameTwin(_ id: String, at path: String) {
    extensions = [JSONMember(name: "twin", value: ["id": .string(id), "href": .string(path + id)])]
  }

  /// The code is that of the first line at fault; `lines` has the figures of each.
  private init(refused lines: [LineRefusal]) {
    let first = lines.first?.code ?? .insufficientStock
    self.init(
      ProblemCode(first), Self.refusal(of: lines.count),
      errors: lines.map(FieldError.init))
    guard !lines.isEmpty else { return }
    extensions = [
      JSONMember(
        name: "lines",
        value: .array(
          lines.map { line in
            [
              "index": .number(String(line.index)), "code": .string(line.code.rawValue),
              "wanted": .number(String(line.wanted)), "available": .number(String(line.available)),
            ]
          }))
    ]
  }

  private static func refusal(of lines: Int) -> String {
    "\(lines == 1 ? "1 line" : "\(lines) lines") cannot be applied; nothing was changed."
  }
}

extension ProblemCode {
  /// The codes of refused lines are also problem codes.
  init(_ code: LineRefusal.Code) {
    switch code {
    case .insufficientStock: self = .insufficientStock
    case .heldStock: self = .heldStock
    case .stockChanged: self = .stockChanged
    case .quantityTooLarge: self = .quantityTooLarge
    case .exceedsRemainder: self = .exceedsRemainder
    case .overReceipt: self = .overReceipt
    }
  }
}

extension RecordType {
  /// The part of a path that names the collection.
  fileprivate var path: String { rawValue.replacing(" ", with: "-") + "s" }
}

extension FieldError {
  init(_ problem: LineProblem) {
    let name = quoted(problem.value)
    let detail =
      switch (problem.code, problem.field) {
      case (.notFound, .item), (.notFound, .items): "There is no item \(name)."
      case (.archived, _): "The book of the item \(name) is archived; it takes no stock."
      case (.inactive, _): "The location \(name) is not active; it takes no new stock."
      case (.notFound, .receipt): "There is no receipt \(name)."
      case (.notFound, .purchaseOrder): "There is no purchase order \(name)."
      case (.notFound, _): "There is no location \(name)."
      case (.duplicate, _): "An earlier line changes the same bucket of the same item at the same location."
      case (.notOnDocument, _): "The document has no line of the item \(name)."
      case (.sameLocation, _): "Copies would go where they are."
      case (.tooMany, _): "There are more than \(Count.maximumLines) items; name those to be counted."
      case (.inFuture, _): "This lies in the future."
      }
    let field = problem.field.rawValue
    let place =
      switch (problem.index, problem.field) {
      case (nil, _): "/\(field)"
      // A list of names, without lines.
      case (let index?, .items): "/\(field)/\(index)"
      case (let index?, _): "/lines/\(index)/\(field)"
      }
    self.init(.pointer(place), problem.code.rawValue, detail)
  }

  init(_ refusal: LineRefusal) {
    let (wanted, available) = (refusal.wanted, refusal.available)
    let detail =
      switch refusal.code {
      case .insufficientStock: "\(wanted) wanted, \(available) available."
      case .heldStock: "\(wanted) wanted, but only \(available) are not held."
      case .stockChanged: "\(wanted) expected, but it is \(available) now."
      case .quantityTooLarge:
        "The balance is \(available); it may not exceed \(Adjustment.maximumQuantity)."
      case .exceedsRemainder: "\(wanted) wanted, but only \(available) left."
      case .overReceipt: "\(wanted) received, but only \(available) outstanding."
      }
    self.init(.pointer("/lines/\(refusal.index)"), refusal.code.rawValue, detail)
  }
}

/// A client's text inside a sentence, cut so that an answer does not repeat a whole request.
func quoted(_ text: String) -> String {
  let limit = 80
  let scalars = text.unicodeScalars
  guard scalars.count > limit else { return "“\(text)”" }
  return "“" + String(String.UnicodeScalarView(scalars.prefix(limit))) + "…”"
}
