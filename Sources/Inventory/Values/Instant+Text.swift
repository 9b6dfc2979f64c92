extension Instant: CustomStringConvertible {
  /// Reads RFC 3339 with an offset or Z; a local time is refused. Fractions beyond microseconds are cut.
  ///
  /// Years 0001–9999. The second 60 is refused: clocks that count as Unix time does cannot say it, and it
  /// would have to become a neighbour in silence. Throws `bad-instant`, `missing-offset`, `no-such-day`,
  /// `no-such-time`.
  public init(_ text: String) throws(InvalidValue) {
    guard text.utf8.count <= Self.maximumTextLength, let parts = Parts(text) else {
      throw InvalidValue(
        code: "bad-instant",
        detail: "\(quoted(text)) is not an instant of RFC 3339, such as 2026-11-24T16:15:06Z.")
    }
    try GregorianCalendar.validate(year: parts.year, month: parts.month, day: parts.day)
    guard parts.hour < 24, parts.minute < 60, parts.second < 60 else {
      throw InvalidValue(
        code: "no-such-time", detail: "\(quoted(text)) is no time of day; the last is 23:59:59.999999.")
    }
    guard let offset = parts.offsetMinutes else {
      throw InvalidValue(
        code: "missing-offset",
        detail: "\(quoted(text)) has no offset from UTC; add Z or an offset such as +01:00.")
    }
    guard offset.hours < 24, offset.minutes < 60 else {
      throw InvalidValue(
        code: "no-such-time", detail: "The offset of \(quoted(text)) goes beyond 23:59.")
    }
    let day = GregorianCalendar.dayNumber(year: parts.year, month: parts.month, day: parts.day)
    let minute = parts.hour * 60 + parts.minute - offset.sign * (offset.hours * 60 + offset.minutes)
    let second = Int64(day) * 86400 + Int64(minute * 60 + parts.second)
    self.init(microseconds: second * 1_000_000 + Int64(parts.microsecond))
    guard self >= Self.earliest, self <= Self.latest else {
      throw InvalidValue(
        code: "no-such-day", detail: "\(quoted(text)) lies outside of the years 0001 to 9999 in UTC.")
    }
  }

  /// RFC 3339 in UTC with six decimals: `2026-11-24T16:15:06.123456Z`.
  public var description: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the text form, without an intermediate string.
  public func append(to bytes: inout [UInt8]) {
    let clamped = Int(min(max(self, Self.earliest), Self.latest).microseconds)
    let (dayNumber, rest) = GregorianCalendar.floorDivide(clamped, by: 86_400_000_000)
    let (year, month, day) = GregorianCalendar.date(dayNumber: dayNumber)
    let second = rest / 1_000_000
    appendPair(year / 100, to: &bytes)
    appendPair(year % 100, to: &bytes)
    bytes.append(UInt8(ascii: "-"))
    appendPair(month, to: &bytes)
    bytes.append(UInt8(ascii: "-"))
    appendPair(day, to: &bytes)
    bytes.append(UInt8(ascii: "T"))
    appendPair(second / 3600, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    appendPair(second / 60 % 60, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    appendPair(second % 60, to: &bytes)
    bytes.append(UInt8(ascii: "."))
    let microsecond = rest % 1_000_000
    appendPair(microsecond / 10000, to: &bytes)
    appendPair(microsecond / 100 % 100, to: &bytes)
    appendPair(microsecond % 100, to: &bytes)
    bytes.append(UInt8(ascii: "Z"))
  }

  private func appendPair(_ value: Int, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "0") + UInt8(value / 10))
    bytes.append(UInt8(ascii: "0") + UInt8(value % 10))
  }

  /// 0001-01-01T00:00:00Z; text forms end here, as RFC 3339 has four digits for the year.
  static let earliest = Instant(microseconds: -62_135_596_800_000_000)
  /// 9999-12-31T23:59:59.999999Z.
  static let latest = Instant(microseconds: 253_402_300_799_999_999)
  private static let maximumTextLength = 64
}

/// The parts of an RFC 3339 text, not yet judged.
private struct Parts {
  var year = 0
  var month = 0
  var day = 0
  var hour = 0
  var minute = 0
  var second = 0
  var microsecond = 0
  /// Nil when the text ends before it.
  var offsetMinutes: (sign: Int, hours: Int, minutes: Int)?

  init?(_ text: String) {
    var reader = ASCIIReader(text)
    guard let year = reader.digits(4), reader.take(UInt8(ascii: "-")), let month = reader.digits(2),
      reader.take(UInt8(ascii: "-")), let day = reader.digits(2),
      reader.take(UInt8(ascii: "T")) || reader.take(UInt8(ascii: "t")),
      let hour = reader.digits(2), reader.take(UInt8(ascii: ":")), let minute = reader.digits(2),
      reader.take(UInt8(ascii: ":")), let second = reader.digits(2)
    else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
    (self.hour, self.minute, self.second) = (hour, minute, second)
    if reader.take(UInt8(ascii: ".")) {
      guard let fraction = Self.microseconds(from: &reader) else { return nil }
      microsecond = fraction
    }
    if reader.isAtEnd { return }
    if reader.take(UInt8(ascii: "Z")) || reader.take(UInt8(ascii: "z")) {
      offsetMinutes = (1, 0, 0)
    } else {
      let isNegative = reader.take(UInt8(ascii: "-"))
      guard isNegative || reader.take(UInt8(ascii: "+")), let hours = reader.digits(2),
        reader.take(UInt8(ascii: ":")), let minutes = reader.digits(2)
      else { return nil }
      offsetMinutes = (isNegative ? -1 : 1, hours, minutes)
    }
    guard reader.isAtEnd else { return nil }
  }

  /// One digit or more; those behind the sixth are cut.
  private static func microseconds(from reader: inout ASCIIReader) -> Int? {
    guard var value = reader.digit() else { return nil }
    var count = 1
    while let digit = reader.digit() {
      guard count < 6 else { continue }
      value = value * 10 + digit
      count += 1
    }
    while count < 6 {
      value *= 10
      count += 1
    }
    return value
  }
}
