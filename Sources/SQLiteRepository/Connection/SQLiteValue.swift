internal import Inventory

/// What is bound to a parameter of a statement.
enum SQLiteValue: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  case null
  case integer(Int64)
  case text(String)

  init(stringLiteral value: String) { self = .text(value) }
  init(integerLiteral value: Int64) { self = .integer(value) }

  init(_ value: Int64?) { self = value.map(Self.integer) ?? .null }
  init(_ value: String?) { self = value.map(Self.text) ?? .null }
  init(_ value: Int) { self = .integer(Int64(value)) }
  init(_ value: Bool) { self = .integer(value ? 1 : 0) }
  init(_ value: Instant) { self = .integer(value.microseconds) }
  init<Kind>(_ value: Identifier<Kind>) { self = .text(value.description) }
}
