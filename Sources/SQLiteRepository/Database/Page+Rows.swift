internal import Inventory

extension Page {
  /// A page made of up to `limit + 1` rows: the one too many only tells that there is a next page.
  init<Row>(_ rows: [Row], limit: Int, key: (Row) -> PageKey, element: (Row) -> Element) {
    let shown = rows.prefix(limit)
    self.init(elements: shown.map(element), next: rows.count > limit ? shown.last.map(key) : nil)
  }
}

extension PageKey.Value {
  var argument: SQLiteValue {
    switch self {
    case .text(let text): .text(text)
    case .integer(let number): .integer(number)
    }
  }
}
