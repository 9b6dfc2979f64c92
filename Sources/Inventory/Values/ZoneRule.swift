/// How the clocks of a zone go in all years that its table does not list: the TZ string of POSIX with the
/// extensions of RFC 8536 §3.3.1, such as `CET-1CEST,M3.5.0,M10.5.0/3`.
struct ZoneRule: Hashable, Sendable {
  /// Summer time, which may also be winter's: when it begins and ends.
  struct Summer: Hashable, Sendable {
    /// Seconds east of UTC.
    var offset: Int
    var start: Change
    var end: Change
  }

  /// A day of the year, and when on it.
  struct Change: Hashable, Sendable {
    enum Day: Hashable, Sendable {
      /// 1–365; 29 February is never counted.
      case julian(Int)
      /// 0–365; 29 February is counted.
      case ofYear(Int)
      /// Weekday 0 (Sunday) to 6 in week 1–5 of a month; week 5 is the last one.
      case weekday(Int, week: Int, month: Int)
    }

    var day: Day
    /// Seconds after midnight of that day's local time; may lie on other days.
    var time: Int
  }

  /// Seconds east of UTC.
  var offset: Int
  var summer: Summer?

  /// Seconds east of UTC at so many seconds after 1970.
  func secondsEast(at seconds: Int) -> Int {
    guard let summer else { return offset }
    let day = GregorianCalendar.floorDivide(seconds + offset, by: 86_400).quotient
    let year = GregorianCalendar.date(dayNumber: day).year
    // Changes of a year may lie in its neighbours, where a time is beyond its day. An end and a start at the
    // same moment are summer all year (RFC 8536 §3.3.1), so the start counts.
    var latest: (at: Int, isStart: Bool)?
    for year in (year - 1)...(year + 1) {
      for (change, isStart, before) in [(summer.end, false, summer.offset), (summer.start, true, offset)] {
        let at = change.day.number(in: year) * 86_400 + change.time - before
        guard at <= seconds else { continue }
        if latest.map({ at > $0.at || (at == $0.at && isStart) }) ?? true { latest = (at, isStart) }
      }
    }
    return latest?.isStart == true ? summer.offset : offset
  }
}

extension ZoneRule.Change.Day {
  /// Days since 1970-01-01.
  func number(in year: Int) -> Int {
    switch self {
    case .julian(let day):
      let isBehindLeapDay = GregorianCalendar.isLeapYear(year) && day >= 60
      return GregorianCalendar.dayNumber(year: year, month: 1, day: 1) + day - 1 + (isBehindLeapDay ? 1 : 0)
    case .ofYear(let day): return GregorianCalendar.dayNumber(year: year, month: 1, day: 1) + day
    case .weekday(let weekday, let week, let month):
      let first = GregorianCalendar.dayNumber(year: year, month: month, day: 1)
      // 1970-01-01 was a Thursday.
      let firstWeekday = GregorianCalendar.floorDivide(first + 4, by: 7).remainder
      let day = GregorianCalendar.floorDivide(weekday - firstWeekday, by: 7).remainder + (week - 1) * 7
      return first + (day < GregorianCalendar.days(inMonth: month, of: year) ? day : day - 7)
    }
  }
}

extension ZoneRule {
  /// Nil for what is no such string, and where the days of summer time are left to the system.
  init?(_ text: some Collection<UInt8>) {
    var reader = RuleReader(text: Array(text))
    guard reader.skipName(), let west = reader.duration(hours: 0...24) else { return nil }
    offset = -west
    guard !reader.isAtEnd else { return }
    guard reader.skipName() else { return nil }
    var summerOffset = offset + 3600
    if reader.next != UInt8(ascii: ",") {
      guard let west = reader.duration(hours: 0...24) else { return nil }
      summerOffset = -west
    }
    guard let start = reader.change(), let end = reader.change(), reader.isAtEnd else { return nil }
    summer = Summer(offset: summerOffset, start: start, end: end)
  }
}

/// Takes a TZ string apart.
private struct RuleReader {
  let text: [UInt8]
  var position = 0

  var next: UInt8? { position < text.count ? text[position] : nil }
  var isAtEnd: Bool { position == text.count }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// Three letters or more, or anything between angle brackets.
  mutating func skipName() -> Bool {
    if take("<") {
      while let byte = next, byte != UInt8(ascii: ">") { position += 1 }
      return take(">")
    }
    let start = position
    while let byte = next, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) { position += 1 }
    return position - start >= 3
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int? {
    var value = 0
    let start = position
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), position - start < 4 {
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
      position += 1
    }
    return position > start && range.contains(value) ? value : nil
  }

  /// `[+-]hh[:mm[:ss]]` in seconds.
  mutating func duration(hours: ClosedRange<Int>) -> Int? {
    let isNegative = take("-")
    if !isNegative { _ = take("+") }
    guard let hour = number(hours) else { return nil }
    var seconds = hour * 3600
    for unit in [60, 1] where take(":") {
      guard let part = number(0...59) else { return nil }
      seconds += part * unit
    }
    return isNegative ? -seconds : seconds
  }

  mutating func change() -> ZoneRule.Change? {
    guard take(","), let day = day() else { return nil }
    guard take("/") else { return ZoneRule.Change(day: day, time: 2 * 3600) }
    return duration(hours: 0...167).map { ZoneRule.Change(day: day, time: $0) }
  }

  private mutating func day() -> ZoneRule.Change.Day? {
    if take("J") { return number(1...365).map { .julian($0) } }
    guard take("M") else { return number(0...365).map { .ofYear($0) } }
    guard let month = number(1...12), take("."), let week = number(1...5), take("."),
      let weekday = number(0...6)
    else { return nil }
    return .weekday(weekday, week: week, month: month)
  }
}
