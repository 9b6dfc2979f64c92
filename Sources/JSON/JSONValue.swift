/// A JSON value. Numbers keep their text, so that nothing passes through a binary fraction.
public enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// A number as it was written, such as `-12` or `1.50e3`.
  case number(String)
  case string(String)
  case array([JSONValue])
  /// Members in the order they were written; names are unique.
  case object([JSONMember])
}

/// A member of an object.
public struct JSONMember: Hashable, Sendable {
  /// The name, unescaped.
  public let name: String
  /// What it stands for.
  public let value: JSONValue

  /// From its parts.
  public init(name: String, value: JSONValue) {
    self.name = name
    self.value = value
  }
}
