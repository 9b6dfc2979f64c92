extension ImportRecord {
  /// The document of the first quantity's movement.
  public var document: String { "import:\(sender):\(reference)" }

  /// The first quantity as an adjustment of the book's oldest item in new condition; nil when there is none
  /// to write. Its movement has the kind `opening` and the ``document``.
  public func opening(of item: ItemID) -> Adjustment? {
    guard let quantity, quantity != 0 else { return nil }
    let line = AdjustmentLine(item: .id(item), location: location, bucket: .onHand, change: .delta(quantity))
    return Adjustment(reason: .opening, reference: reference, actor: "import", lines: [line])
  }
}

extension InventoryError {
  /// Why a record of a file is rejected, when the error is about the record; nil when it is about the
  /// database, which ends the batch.
  public var importRejection: InvalidValue? {
    switch self {
    case .duplicateISBN(let isbn, let twin):
      return InvalidValue(code: "duplicate-isbn", detail: "ISBN \(isbn.digits) is the ISBN of book \(twin)")
    case .duplicateSKU(let sku, let twin):
      return InvalidValue(code: "duplicate-sku", detail: "SKU \(sku) is the SKU of item \(twin)")
    case .bookArchived(let book):
      return InvalidValue(code: "book-archived", detail: "book \(book) is archived and cannot be changed")
    case .unknownLines(let problems):
      guard let problem = problems.first else { return nil }
      let code = "\(problem.field.rawValue)-\(problem.code.rawValue)"
      let detail =
        switch problem.code {
        case .inactive: "location \(problem.value) is not active and takes no new stock"
        default: "there is no \(problem.field.rawValue) \(problem.value)"
        }
      return InvalidValue(code: code, detail: detail)
    case .refused(let refusals):
      guard let refusal = refusals.first else { return nil }
      return InvalidValue(
        code: refusal.code.rawValue,
        detail: "the first quantity must be between 0 and \(Adjustment.maximumQuantity)")
    case .notFound(.item, _):
      return InvalidValue(
        code: "no-new-item", detail: "the book has no item in new condition to put the first quantity on")
    default: return nil
    }
  }
}
