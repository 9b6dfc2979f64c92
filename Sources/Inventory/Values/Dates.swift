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

  /// The day of an instant where clocks are so many seconds ahead of UTC.
  public init(_ instant: Instant, secondsEastOfUTC offset: Int) {
    let seconds = GregorianCalendar.floorDivide(Int(instant.microseconds), by: 1_000_000).quotient + offset
    let (year, month, day) = GregorianCalendar.date(
      dayNumber: GregorianCalendar.floorDivide(seconds, by: 86_400).quotient)
    number = Int64(year * 10_000 + month * 100 + day)
  }

  /// Reads `YYYY-MM-DD`. Throws `bad-date` or `no-such-day`.
  public init(_ text: String) throws(InvalidValue) {
    let hyphen = UInt8(ascii: "-")
    var reader = ASCIIReader(text)
    guard let year = reader.digits(4), reader.take(hyphen), let month = reader.digits(2),
      reader.take(hyphen), let day = reader.digits(2), reader.isAtEnd
    else {
      throw InvalidValue(
        code: "bad-date", detail: "\(quoted(text)) is not a day in the form YYYY-MM-DD, such as 2008-09-14.")
    }
    try GregorianCalendar.validate(year: year, month: month, day: day)
    number = Int64(year * 10000 + month * 100 + day)
  }

  /// `YYYY-MM-DD`.
  public var description: String { PartialDate(stored: number).description }
}

extension PartialDate: CustomStringConvertible {
  /// Trusts a number that comes from the database.
  public init(stored number: Int64) { self.number = number }

  /// Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, with a leading `-` before Christ. Throws `bad-date` or
  /// `no-such-day`.
  public init(_ text: String) throws(InvalidValue) {
    guard let (year, month, day) = Self.parts(of: text) else {
      throw InvalidValue(
        code: "bad-date",
        detail: "\(quoted(text)) is not a date in the form YYYY, YYYY-MM or YYYY-MM-DD"
          + " (before Christ -YYYY), such as 2008-09.")
    }
    try GregorianCalendar.validate(year: year, month: month ?? 1, day: day ?? 1)
    number = Int64(year * 10000 + (month ?? 0) * 100 + (day ?? 0))
  }

  /// The text form.
  public var description: String {
    let (year, rest) = GregorianCalendar.floorDivide(Int(number), by: 10000)
    var bytes: [UInt8] = []
    if year < 0 { bytes.append(UInt8(ascii: "-")) }
    bytes.append(padded: abs(year), to: 4)
    for part in [rest / 100, rest % 100] where part > 0 {
      bytes.append(UInt8(ascii: "-"))
      bytes.append(padded: part, to: 2)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func parts(of text: String) -> (year: Int, month: Int?, day: Int?)? {
    let hyphen = UInt8(ascii: "-")
    var reader = ASCIIReader(text)
    let isNegative = reader.take(hyphen)
    // ISO 8601 knows no year -0000.
    guard let magnitude = reader.digits(4), !isNegative || magnitude > 0 else { return nil }
    let year = isNegative ? -magnitude : magnitude
    if reader.isAtEnd { return (year, nil, nil) }
    guard reader.take(hyphen), let month = reader.digits(2) else { return nil }
    if reader.isAtEnd { return (year, month, nil) }
    guard reader.take(hyphen), let day = reader.digits(2), reader.isAtEnd else { return nil }
    return (year, month, day)
  }
}
