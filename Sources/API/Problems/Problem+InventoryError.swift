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
    case .unavailable(_, let retryAfter):
      // The reason names hosts and states of the inside; it is for the log.
      self.init(
        .unavailable, "The database cannot take the request now; try again in \(retryAfter) s.",
        fields: ["retry-after": String(retryAfter)])
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
    }
  }
}

extension FieldError {
  init(_ problem: LineProblem) {
    let name = quoted(problem.value)
    let detail =
      switch (problem.code, problem.field) {
      case (.notFound, .item): "There is no item \(name)."
      case (.notFound, .location): "There is no location \(name)."
      case (.archived, _): "The book of the item \(name) is archived; it takes no stock."
      case (.inactive, _): "The location \(name) is not active; it takes no new stock."
      case (.duplicate, _): "An earlier line changes the same bucket of the same item at the same location."
      }
    self.init(
      .pointer("/lines/\(problem.index)/\(problem.field.rawValue)"), problem.code.rawValue, detail)
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
