/// Reads comma-separated values (RFC 4180) from pieces of a file, wherever they are cut.
///
/// UTF-8 with or without a byte order mark; lines end with CRLF, LF or CR; quoted fields may contain quotation
/// marks (doubled), delimiters and line ends. Empty lines are skipped. The first record decides how many
/// columns there are. A record that breaks the rules is handed out as malformed, and reading goes on with the
/// next line.
///
///     var reader = CSVReader()
///     for chunk in chunks { handle(reader.feed(chunk)) }
///     handle(reader.finish())
public struct CSVReader: Sendable {
  /// What is read and how much of it is held.
  public struct Options: Hashable, Sendable {
    /// What stands between fields: comma, semicolon or tab.
    public var delimiter: UInt8 = UInt8(ascii: ",")
    /// The longest field, in bytes.
    public var maximumField = 64 * 1024
    /// The longest record, in bytes without quotation marks and delimiters.
    public var maximumRecord = 1024 * 1024
    /// The most columns.
    public var maximumColumns = 1000

    /// Comma and the usual limits.
    public init() {}
  }

  /// What was found.
  public enum Element: Hashable, Sendable {
    case record(CSVRecord)
    case malformed(CSVProblem)
  }

  enum State {
    case fieldStart, unquoted, quoted
    /// Behind a quotation mark in a quoted field: its end, or the first half of a doubled one.
    case quoteSeen
    /// Behind a fault, until the line ends.
    case skipping(CSVProblem)
  }

  let options: Options
  var state = State.fieldStart
  /// The fields of the record that is being read, one behind the other, and where each ends.
  var content: [UInt8] = []
  var fieldEnds: [Int] = []
  var line = 1
  var recordLine = 1
  var quoteLine = 1
  var previousWasCarriageReturn = false
  var columnCount: Int?
  /// The first bytes, until there are enough to tell a byte order mark.
  private var leading: [UInt8]? = []

  /// A reader at the beginning of a file.
  public init(_ options: Options = Options()) { self.options = options }

  /// Takes the next bytes and returns what they complete.
  public mutating func feed(_ bytes: [UInt8]) -> [Element] {
    var elements: [Element] = []
    guard var start = leading else {
      take(bytes[...], &elements)
      return elements
    }
    start += bytes
    if start.count < Self.byteOrderMark.count {
      leading = start
    } else {
      leading = nil
      take(start.starts(with: Self.byteOrderMark) ? start.dropFirst(3) : start[...], &elements)
    }
    return elements
  }

  /// Returns what the end of the file completes.
  public mutating func finish() -> [Element] {
    var elements: [Element] = []
    if let start = leading { take(start[...], &elements) }
    leading = nil
    finish(&elements)
    return elements
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}

/// The fields of one record.
public struct CSVRecord: Hashable, Sendable {
  /// The line on which the record begins, from 1.
  public var line: Int
  /// In the order of the columns.
  public var fields: [String]

  /// From its parts.
  public init(line: Int, fields: [String]) {
    self.line = line
    self.fields = fields
  }
}

/// A record that breaks the rules.
public struct CSVProblem: Hashable, Sendable {
  /// Kebab case: `stray-quote`, `unterminated-quote`, `wrong-column-count`, `not-utf8`, `nul-character`,
  /// `field-too-long`, `record-too-long`, `too-many-columns`.
  public var code: String
  /// One sentence that says what is wrong and on which line.
  public var detail: String
  /// The line of the fault, from 1.
  public var line: Int
  /// The line on which the record begins.
  public var recordLine: Int
  /// What could be read of the fields.
  public var fields: [String]

  /// From its parts.
  public init(code: String, detail: String, line: Int, recordLine: Int, fields: [String]) {
    self.code = code
    self.detail = detail
    self.line = line
    self.recordLine = recordLine
    self.fields = fields
  }
}
