/// An International Standard Book Number (ISO 2108), kept as its 13 digits.
public struct ISBN: Hashable, Comparable, Sendable {
  /// 13 decimal digits, such as `9780439023481`.
  public let digits: String

  init(known digits: String) { self.digits = digits }

  /// By value.
  public static func < (left: Self, right: Self) -> Bool { left.digits < right.digits }
}

extension ISBN {
  /// Trusts 13 digits that come from the database.
  public init(stored digits: String) { self.init(known: digits) }

  /// Reads an ISBN in any spelling.
  public init(_ text: String) throws(InvalidValue) { throw InvalidValue(code: "todo", detail: text) }

  /// The ten-character form; nil for 979, which has none.
  public var isbn10: String? { nil }
}
