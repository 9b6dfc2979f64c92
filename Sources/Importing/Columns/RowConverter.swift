internal import Inventory

/// What a row of a file asks for.
struct ConvertedRow: Sendable {
  var reference: String
  var overlay: BookOverlay
  var quantity: Int64?
  var location: LocationReference
}

/// Makes records of rows, by the mapping of the file and the options of the run.
struct RowConverter {
  let mapping: ColumnMapping
  let options: Importer.Options

  /// The longest reference, in characters.
  static let maximumReference = 200

  /// Throws the first reason why the row cannot be taken, with the column's name.
  func convert(_ fields: [String]) throws(InvalidValue) -> ConvertedRow {
    let row = Row(mapping: mapping, fields: fields)
    var overlay = BookOverlay()
    overlay.isbn = try row.value(of: .isbn) { (cell) throws(InvalidValue) in try ISBNCell(cell).usable() }
    overlay.title = try row.line(.title, limit: BookLimits.title)
    overlay.subtitle = try row.line(.subtitle, limit: BookLimits.subtitle)
    overlay.contributors = try row.value(of: .contributors, NameList.contributors) ?? []
    overlay.publisher = try row.line(.publisher, limit: BookLimits.publisher)
    overlay.productForm = try row.value(of: .productForm, ProductFormCell.read)
    overlay.language = try row.value(of: .language) { (cell) throws(InvalidValue) in try LanguageTag(cell) }
    overlay.publicationDate = try row.value(of: .publicationDate) { (cell) throws(InvalidValue) in
      try PartialDate(DateCell.normalised(cell))
    }
    overlay.onSaleDate = try row.value(of: .onSaleDate) { (cell) throws(InvalidValue) in
      try CalendarDate(DateCell.normalised(cell))
    }
    overlay.price = try price(row)
    for case .identifier(let type) in mapping.assignments.map(\.field) {
      guard let value = try row.line(.identifier(type), limit: BookLimits.identifierValue) else { continue }
      overlay.identifiers.append(BookIdentifier(type: type, value: value))
    }
    for case .metadata(let key) in mapping.assignments.map(\.field) {
      overlay.metadata[key] = try row.line(.metadata(key), limit: BookLimits.metadataValue)
    }
    return ConvertedRow(
      reference: try reference(row, overlay.isbn), overlay: overlay,
      quantity: try row.value(of: .quantity, Self.quantity) ?? options.quantity,
      location: try row.line(.location, limit: 32).map { .code($0) } ?? options.location)
  }

  private func reference(_ row: Row, _ isbn: ISBN?) throws(InvalidValue) -> String {
    if let reference = try row.line(.reference, limit: Self.maximumReference) { return reference }
    guard let isbn else {
      throw InvalidValue(
        code: "no-reference", detail: "The row has neither a reference nor an ISBN to be known by.")
    }
    return isbn.digits
  }

  private func price(_ row: Row) throws(InvalidValue) -> Money? {
    let currency = try row.value(of: .currency) { (cell) throws(InvalidValue) in try Currency(cell) }
    return try row.value(of: .price) { (cell) throws(InvalidValue) in
      guard let currency = currency ?? options.currency else {
        throw InvalidValue(
          code: "missing-currency", detail: "The price has no currency; give a column or --currency.")
      }
      return try Money(decimal: cell, currency: currency)
    }
  }

  private static func quantity(_ cell: String) throws(InvalidValue) -> Int64 {
    let text = withoutSpreadsheetMarks(cell)
    guard text.utf8.allSatisfy({ 48...57 ~= $0 }), let quantity = Int64(text),
      quantity <= Adjustment.maximumQuantity
    else {
      throw InvalidValue(
        code: "bad-quantity",
        detail:
          "A quantity is a whole number from 0 to \(Adjustment.maximumQuantity), not “\(cell.prefix(40))”.")
    }
    return quantity
  }
}

/// The cells of one record.
private struct Row {
  let mapping: ColumnMapping
  let fields: [String]

  /// The first usable value of the field's columns; nil when they are all empty. When none is usable, the
  /// first one that is not empty says why.
  func value<Value>(
    of field: ImportField, _ read: (String) throws(InvalidValue) -> Value?
  ) throws(InvalidValue) -> Value? {
    var reason: InvalidValue?
    for column in mapping.columns(of: field) {
      let cell = withoutFormulaGuard(trimmed(fields[column.index]))
      if cell.isEmpty { continue }
      do throws(InvalidValue) {
        if let value = try read(cell) { return value }
      } catch {
        reason = reason ?? InvalidValue(code: error.code, detail: "Column \(column.name): \(error.detail)")
      }
    }
    if let reason { throw reason }
    return nil
  }

  func line(_ field: ImportField, limit: Int) throws(InvalidValue) -> String? {
    try value(of: field) { (cell) throws(InvalidValue) in try singleLine(cell, limit: limit) }
  }
}
