internal import Inventory
internal import JSON

/// A line of a document, as JSON inside the document's row.
protocol StoredLine {
  /// Nil for JSON of another shape.
  init?(stored value: JSONValue)
  /// Writes the members of the line's object.
  func writeMembers(to json: inout JSONWriter)
}

extension StockDocument {
  /// The lines, as their type reads them.
  func lines<Line: StoredLine>(as _: Line.Type = Line.self) throws(InventoryError) -> [Line] {
    var read: [Line] = []
    for value in try StoredLines.elements(lines) {
      guard let line = Line(stored: value) else { throw StoredLines.unreadable(lines) }
      read.append(line)
    }
    return read
  }

  /// Replaces the lines.
  mutating func set(lines new: [some StoredLine]) {
    var json = JSONWriter(capacity: 128 * new.count)
    json.beginArray()
    for line in new {
      json.beginObject()
      line.writeMembers(to: &json)
      json.endObject()
    }
    json.endArray()
    lines = String(decoding: json.bytes, as: UTF8.self)
  }

  /// The object of ``details``.
  func detailsObject() throws(InventoryError) -> JSONValue {
    guard let value = try? JSONValue(parsing: Array(details.utf8)), case .object = value else {
      throw StoredLines.unreadable(details)
    }
    return value
  }

  /// Replaces the object of ``details``; `write` writes its members.
  mutating func set(details write: (inout JSONWriter) -> Void) {
    var json = JSONWriter(capacity: 128)
    json.beginObject()
    write(&json)
    json.endObject()
    details = String(decoding: json.bytes, as: UTF8.self)
  }
}

extension JSONValue {
  func bool(_ name: String) -> Bool? {
    guard case .bool(let flag)? = member(name) else { return nil }
    return flag
  }

  func id<Kind>(_ name: String, _ kind: Kind.Type = Kind.self) -> Identifier<Kind>? {
    text(name).flatMap { Identifier<Kind>($0) }
  }

  func instant(_ name: String) -> Instant? { integer(name).map { Instant(microseconds: $0) } }
}
