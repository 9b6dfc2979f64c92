internal import Inventory
internal import JSON

/// Lines that are kept as JSON inside the row of their document.
enum StoredLines {
  /// The elements of a stored list; throws `unexpected` when it is none.
  static func elements(_ text: String) throws(InventoryError) -> [JSONValue] {
    guard case .array(let values)? = try? JSONValue(parsing: Array(text.utf8)) else {
      throw unreadable(text)
    }
    return values
  }

  static func unreadable(_ text: String) -> InventoryError {
    .unexpected("the database holds JSON of another shape: \(text.prefix(200))")
  }
}

extension JSONValue {
  func member(_ name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  func text(_ name: String) -> String? {
    guard case .string(let text)? = member(name) else { return nil }
    return text
  }

  func integer(_ name: String) -> Int64? {
    guard case .number(let text)? = member(name) else { return nil }
    return Int64(text)
  }
}
