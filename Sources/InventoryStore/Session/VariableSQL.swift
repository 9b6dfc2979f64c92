internal import Inventory

/// A statement with conditions that may be left out. Every combination is a text of its own, so that each gets
/// the plan that fits it.
struct VariableSQL: Sendable {
  private let variants: [StoreSQL]

  /// `$1` to `$fixed` are always there; in a condition `?` stands for its next value. `text` makes the statement
  /// of the conjunction.
  init(fixed: Int, conditions: [String], _ text: (String) -> String) {
    variants = (0..<(1 << conditions.count)).map { combination in
      var next = fixed
      var kept: [String] = []
      for (index, condition) in conditions.enumerated() where combination & (1 << index) != 0 {
        let parts = condition.split(separator: "?", omittingEmptySubsequences: false)
        kept.append(
          parts.dropFirst().reduce(String(parts[0])) { text, part in
            next += 1
            return text + "$\(next)" + part
          })
      }
      return StoreSQL(text(kept.isEmpty ? "true" : kept.joined(separator: "\n  and ")))
    }
  }

  /// The statement with the conditions that have values; `conditions` in the order of the declaration.
  func statement(_ fixed: [StoreValue], _ conditions: [[StoreValue]?]) -> StoreStatement {
    var values = fixed
    var combination = 0
    for (index, condition) in conditions.enumerated() {
      guard let condition else { continue }
      combination |= 1 << index
      values += condition
    }
    return StoreStatement(variants[combination], values)
  }
}

extension Page {
  /// A page made of up to `limit + 1` rows: the one too many only tells that there is a next page.
  init(_ rows: [Element], limit: Int, key: (Element) -> PageKey) {
    let shown = rows.prefix(limit)
    self.init(elements: Array(shown), next: rows.count > limit ? shown.last.map(key) : nil)
  }
}

extension PageRequest {
  /// The key's parts, where its value is a text.
  var textKey: [StoreValue]? {
    guard let after, case .text(let text) = after.value else { return nil }
    return [.text(text), .text(after.id)]
  }

  /// One row more than wanted.
  var rows: StoreValue { .count(limit + 1) }
}
