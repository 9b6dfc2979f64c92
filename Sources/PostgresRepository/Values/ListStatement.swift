internal import Inventory

/// Puts together the SQL of a list whose conditions depend on what is asked for. Values are always bound.
struct ListStatement {
  private var conditions: [String] = []
  private var values: [Value] = []

  /// Takes a value and returns the parameter that stands for it.
  mutating func bind(_ value: Value) -> String {
    values.append(value)
    return "$\(values.count)"
  }

  /// Only rows for which the condition is true.
  mutating func require(_ condition: String) { conditions.append(condition) }

  /// All that is required, as one condition.
  var conjunction: String { conditions.isEmpty ? "true" : conditions.joined(separator: "\n  and ") }

  /// The statement with this text and the values bound so far.
  func statement(_ sql: String) -> Statement { Statement(once: sql, values) }
}

extension Page {
  /// A page made of up to `limit + 1` rows: the one too many only tells that there is a next page.
  init<Row>(_ rows: [Row], limit: Int, key: (Row) -> PageKey, element: (Row) -> Element) {
    let shown = rows.prefix(limit)
    self.init(elements: shown.map(element), next: rows.count > limit ? shown.last.map(key) : nil)
  }
}

extension PageKey.Value {
  var bound: Value {
    switch self {
    case .text(let text): .text(text)
    case .integer(let number): .integer(number)
    }
  }
}
