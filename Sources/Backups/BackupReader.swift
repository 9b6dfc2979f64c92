internal import Crypto
internal import JSON

/// Reads a backup piece by piece; docs/backup.md describes what it reads. Belongs to one thread at a time.
///
/// Only when ``nextTable()`` has returned nil is it known that the file is whole: what was read before may
/// have been cut off or changed.
public final class BackupReader {
  private enum State {
    case betweenTables
    case inTable(BackupTable)
    case atEnd
  }

  /// The first line.
  public let header: BackupHeader
  /// Rows by table, in the order of the file.
  public private(set) var tables: [(table: String, rows: Int64)] = []
  /// How many rows have been read.
  public private(set) var rows: Int64 = 0
  private var lines: LineReader
  private var state = State.betweenTables
  private let digest = SHA256.Stream()

  /// Reads the first line. `source` returns the next bytes, none at the end; it is told how many rows were
  /// read before.
  ///
  /// Throws `damaged` for what is no backup, and `refused` for one of another format.
  public init(_ source: @escaping (_ rows: Int64) throws(BackupError) -> [UInt8]) throws(BackupError) {
    lines = LineReader(source)
    let word = Array("bookstore-backup ".utf8)
    guard let line = try lines.next(limit: 64 << 10, rows: 0), line.starts(with: word) else {
      throw .damaged(
        "this is not a backup of bookstore: its first line does not start with \"bookstore-backup\"")
    }
    header = try BackupHeader(json: Array(line.dropFirst(word.count)))
    take(line)
  }

  /// The next table; nil when there is none and the whole file is as it was written.
  public func nextTable() throws(BackupError) -> BackupTable? {
    while case .inTable = state { _ = try nextRow() }
    guard case .betweenTables = state else { return nil }
    let line = try nextLine()
    take(line)
    if let rest = line.behind("table ") {
      guard let table = BackupTable(json: rest), !tables.contains(where: { $0.table == table.name }) else {
        throw damage("a table's line cannot be read")
      }
      tables.append((table.name, 0))
      state = .inTable(table)
      return table
    }
    guard let rest = line.behind("end ") else { throw damage("a table or the end is expected") }
    try checkEnd(rest)
    state = .atEnd
    return nil
  }

  /// The next row of the table, a line without its end; nil when there is none.
  public func nextRow() throws(BackupError) -> [UInt8]? {
    guard case .inTable = state else { return nil }
    let line = try nextLine()
    take(line)
    // No row looks like this: a backslash in a value is written as two.
    if line == Self.endOfTable {
      state = .betweenTables
      return nil
    }
    rows += 1
    tables[tables.count - 1].rows += 1
    return line
  }

  private static let endOfTable = Array("\\.".utf8)

  /// Reads what is left, to learn whether the file is whole.
  public func check() throws(BackupError) {
    while try nextTable() != nil {}
  }

  // MARK: Lines

  private func nextLine() throws(BackupError) -> [UInt8] {
    guard let line = try lines.next(limit: BackupWriter.maximumLineLength, rows: rows) else {
      throw .damaged("the backup is cut off\(place): its end is missing")
    }
    return line
  }

  private func take(_ line: [UInt8]) {
    digest.update(line)
    digest.update(Self.lineBreak)
  }

  private static let lineBreak = [UInt8(ascii: "\n")]

  private var place: String {
    guard let last = tables.last else { return "" }
    return " after \(last.rows) rows of \(last.table)"
  }

  private func damage(_ reason: String) -> BackupError {
    .damaged("the backup is damaged\(place): \(reason)")
  }

  // MARK: The end

  private func checkEnd(_ json: [UInt8]) throws(BackupError) {
    guard let members = JSONMembers(json), case .object(let counts) = members["rows"] else {
      throw damage("its counts cannot be read")
    }
    let read = tables.map { JSONMember(name: $0.table, value: .number(String($0.rows))) }
    guard counts == read else { throw damage("it does not have the rows that it counts at its end") }
    let line = try nextLine()
    guard let written = line.behind("sha256 ") else { throw damage("its digest is missing") }
    guard written == Array(digest.finish().utf8) else {
      throw .damaged("the backup is damaged: its content does not have the SHA-256 that stands at its end")
    }
    guard try lines.isAtEnd(rows: rows) else {
      throw .damaged("the backup is damaged: something follows its end")
    }
  }
}

extension [UInt8] {
  /// What follows a word at the start; nil where it is another.
  fileprivate func behind(_ word: String) -> [UInt8]? {
    let word = Array(word.utf8)
    return starts(with: word) ? Array(dropFirst(word.count)) : nil
  }
}
