/// How the clocks of a place go: a compiled file of the IANA time zone database, TZif (RFC 8536).
public struct ZoneClock: Hashable, Sendable {
  /// Clocks that are always so many seconds ahead of UTC.
  public init(secondsEast: Int) {
    changes = []
    offsetsAfter = []
    first = secondsEast
    rule = nil
  }

  /// When clocks change, in seconds after 1970, ascending.
  private let changes: [Int64]
  /// Seconds east of UTC from each change on.
  private let offsetsAfter: [Int]
  /// Seconds east of UTC before the first change.
  private let first: Int
  /// Behind the last change.
  private let rule: ZoneRule?

  /// Seconds that clocks are ahead of UTC at an instant.
  public func secondsEast(at instant: Instant) -> Int {
    let seconds = GregorianCalendar.floorDivide(Int(instant.microseconds), by: 1_000_000).quotient
    guard let last = changes.last else { return rule?.secondsEast(at: seconds) ?? first }
    if seconds >= last, let rule { return rule.secondsEast(at: seconds) }
    var (low, high) = (0, changes.count)
    while low < high {
      let middle = (low + high) / 2
      if changes[middle] <= Int64(seconds) { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? first : offsetsAfter[low - 1]
  }

  /// The calendar day of an instant.
  public func day(of instant: Instant) -> CalendarDate {
    CalendarDate(instant, secondsEastOfUTC: secondsEast(at: instant))
  }
}

extension ZoneClock {
  /// Reads a file; nil when it is no TZif file, is cut, contradicts itself, or counts leap seconds.
  public init?(tzif bytes: [UInt8]) {
    var reader = TZifReader(bytes: bytes)
    guard let old = reader.header() else { return nil }
    guard old.version >= UInt8(ascii: "2") else {
      guard let table = reader.table(old, timeSize: 4) else { return nil }
      self.init(table, rule: nil)
      return
    }
    // The first table is for programs that know only 32 bits.
    guard reader.skip(old.size(timeSize: 4)), let header = reader.header(), header.version == old.version,
      let table = reader.table(header, timeSize: 8), let footer = reader.footer()
    else { return nil }
    guard !footer.isEmpty else {
      self.init(table, rule: nil)
      return
    }
    guard let rule = ZoneRule(footer) else { return nil }
    self.init(table, rule: rule)
  }

  private init?(_ table: TZifReader.Table, rule: ZoneRule?) {
    guard zip(table.changes, table.changes.dropFirst()).allSatisfy(<),
      table.types.allSatisfy({ $0 < table.offsets.count }),
      // RFC 8536 §3.2: a day and a bit.
      table.offsets.allSatisfy({ (-89_999...93_599).contains($0) })
    else { return nil }
    changes = table.changes
    offsetsAfter = table.types.map { table.offsets[$0] }
    first = table.offsets[0]
    self.rule = rule
  }
}

/// Takes a TZif file apart (RFC 8536 §3.1, §3.2).
private struct TZifReader {
  struct Header {
    var version: UInt8
    var utIndicators: Int
    var standardIndicators: Int
    var leapSeconds: Int
    var changes: Int
    var types: Int
    var characters: Int

    func size(timeSize: Int) -> Int {
      changes * (timeSize + 1) + types * 6 + characters + leapSeconds * (timeSize + 4) + standardIndicators
        + utIndicators
    }
  }

  struct Table {
    var changes: [Int64]
    var types: [Int]
    var offsets: [Int]
  }

  let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func skip(_ count: Int) -> Bool {
    guard bytes.count - position >= count else { return false }
    position += count
    return true
  }

  /// A big-endian number with its sign.
  private mutating func number(_ size: Int) -> Int64 {
    var value: Int64 = size == 4 && bytes[position] & 0x80 != 0 ? -1 : 0
    for _ in 0..<size {
      value = value << 8 | Int64(bytes[position])
      position += 1
    }
    return value
  }

  mutating func header() -> Header? {
    guard bytes.count - position >= 44, bytes[position..<(position + 4)].elementsEqual("TZif".utf8) else {
      return nil
    }
    let version = bytes[position + 4]
    position += 20
    var counts: [Int] = []
    for _ in 0..<6 { counts.append(Int(number(4))) }
    // More than any zone has, and far from overflowing a sum.
    guard counts.allSatisfy({ (0...1_000_000).contains($0) }), counts[4] > 0, counts[4] <= 256 else {
      return nil
    }
    return Header(
      version: version, utIndicators: counts[0], standardIndicators: counts[1], leapSeconds: counts[2],
      changes: counts[3], types: counts[4], characters: counts[5])
  }

  mutating func table(_ header: Header, timeSize: Int) -> Table? {
    guard header.leapSeconds == 0, bytes.count - position >= header.size(timeSize: timeSize) else {
      return nil
    }
    let end = position + header.size(timeSize: timeSize)
    var table = Table(changes: [], types: [], offsets: [])
    for _ in 0..<header.changes { table.changes.append(number(timeSize)) }
    for _ in 0..<header.changes {
      table.types.append(Int(bytes[position]))
      position += 1
    }
    for _ in 0..<header.types {
      table.offsets.append(Int(number(4)))
      position += 2
    }
    position = end
    return table
  }

  /// The text between the two line ends at the end of the file.
  mutating func footer() -> ArraySlice<UInt8>? {
    let lineEnd = UInt8(ascii: "\n")
    guard position < bytes.count, bytes[position] == lineEnd,
      let end = bytes[(position + 1)...].firstIndex(of: lineEnd)
    else { return nil }
    return bytes[(position + 1)..<end]
  }
}
