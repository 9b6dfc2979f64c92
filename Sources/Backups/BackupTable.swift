internal import JSON

/// A table of a backup: its rows have these columns, in this order.
public struct BackupTable: Hashable, Sendable {
  /// The table's name in the database.
  public var name: String
  /// The columns' names in the database.
  public var columns: [String]

  /// From its parts.
  public init(name: String, columns: [String]) {
    self.name = name
    self.columns = columns
  }
}

extension BackupTable {
  /// What stands behind `table ` in a file.
  var json: [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.member("name", name)
    json.name("columns")
    json.beginArray()
    for column in columns { json.string(column) }
    json.endArray()
    json.endObject()
    return json.bytes
  }

  /// Nil where the text is not such an object.
  init?(json bytes: [UInt8]) {
    guard let members = JSONMembers(bytes), let name = members.text("name"),
      case .array(let values) = members["columns"]
    else { return nil }
    var columns: [String] = []
    for value in values {
      guard case .string(let column) = value, !columns.contains(column) else { return nil }
      columns.append(column)
    }
    guard !name.isEmpty, !columns.isEmpty else { return nil }
    self.init(name: name, columns: columns)
  }
}

/// The members of an object, by name.
struct JSONMembers {
  private let members: [JSONMember]

  /// Nil where the bytes are something else.
  init?(_ bytes: [UInt8]) {
    guard let value = try? JSONValue(parsing: bytes), case .object(let members) = value else { return nil }
    self.members = members
  }

  var all: [JSONMember] { members }

  subscript(name: String) -> JSONValue? { members.first { $0.name == name }?.value }

  func text(_ name: String) -> String? {
    guard case .string(let text) = self[name] else { return nil }
    return text
  }

  func integer(_ name: String) -> Int? {
    guard case .number(let text) = self[name] else { return nil }
    return Int(text)
  }
}
