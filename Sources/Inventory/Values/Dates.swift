/// A day of the proleptic Gregorian calendar.
public struct CalendarDate: Hashable, Comparable, Sendable {
  /// `year × 10000 + month × 100 + day`; how the database keeps it. Year 0000–9999.
  public let number: Int64

  /// By value.
  public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// A year, a month or a day; what is known of a publication date.
///
/// Years −9999 to 9999 (astronomical: 0 is 1 BC). Text forms `2008`, `2008-09`, `2008-09-14`, `-0720`.
public struct PartialDate: Hashable, Comparable, Sendable {
  /// `year × 10000 + month × 100 + day`, with 0 for what is not known; sorts as time does and is how the
  /// database keeps it.
  public let number: Int64

  /// By value.
  public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

extension CalendarDate: CustomStringConvertible {
  /// Trusts a number that comes from the database.
  public init(stored number: Int64) { self.number = number }
  /// Reads `YYYY-MM-DD`.
  public init(_ text: String) throws(InvalidValue) { throw InvalidValue(code: "todo", detail: text) }
  /// `YYYY-MM-DD`.
  public var description: String { "" }
}

extension PartialDate: CustomStringConvertible {
  /// Trusts a number that comes from the database.
  public init(stored number: Int64) { self.number = number }
  /// Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, with a leading `-` before Christ.
  public init(_ text: String) throws(InvalidValue) { throw InvalidValue(code: "todo", detail: text) }
  /// The text form.
  public var description: String { "" }
}
