import Backups
import Inventory

/// Tables with their rows, as a database would have them.
struct FakeSource: BackupSource {
  var engine = "fake"
  var schema = 3
  var content: [(table: BackupTable, rows: [[String?]])]

  var tables: [BackupTable] { content.map(\.table) }

  func forEachRow(
    of table: BackupTable, _ body: ([UInt8]) throws(BackupError) -> Void
  ) throws(BackupError) {
    for row in content.first(where: { $0.table == table })?.rows ?? [] { try body(line(row)) }
  }
}

/// Notes what is loaded; refuses what it is told to refuse.
final class FakeTarget: BackupTarget {
  var tables: [LoadableTable]
  var isEmpty = true
  private(set) var loaded: [String: [[String?]]] = [:]
  private(set) var log: [String] = []

  init(_ tables: [LoadableTable]) { self.tables = tables }

  /// With the tables of a source.
  convenience init(for source: FakeSource) {
    self.init(
      source.tables.map { table in
        LoadableTable(
          name: table.name, columns: table.columns.map { LoadableColumn(name: $0, isRequired: true) })
      })
  }

  func requireEmpty() throws(BackupError) { if !isEmpty { throw .notEmpty(table: "book") } }

  func begin() throws(BackupError) {
    log.append("begin")
    try requireEmpty()
  }

  func load(_ table: BackupTable, _ next: () throws(BackupError) -> [UInt8]?) throws(BackupError) {
    while let row = try next() {
      loaded[table.name, default: []].append(try CopyText.values(of: row, count: table.columns.count))
    }
  }

  func commit() throws(BackupError) { log.append("commit") }
  func rollback() { log.append("rollback") }
}

/// A row as a line.
func line(_ values: [String?]) -> [UInt8] {
  var line: [UInt8] = []
  for (place, value) in values.enumerated() {
    if place > 0 { CopyText.appendSeparator(to: &line) }
    CopyText.append(value, to: &line)
  }
  return line
}

/// A small backup with everything in it that might be taken for something else.
let sample = FakeSource(content: [
  (BackupTable(name: "single", columns: ["text"]), [[""], [nil], ["\\."], ["\\N"], ["N"], ["\\"]]),
  (BackupTable(name: "empty", columns: ["a", "b"]), []),
  (
    BackupTable(name: "texts", columns: ["number", "text", "more \"quoted\""]),
    [
      ["1", "tab\tline\nreturn\rfeed\u{0C}back\u{08}vertical\u{0B}", nil],
      ["-9223372036854775808", "Žluťoučký kůň 日本の本 👩‍👩‍👧 'single' \"double\" \\t \\\\", ""],
      ["3", nil, "end {\"rows\":{}}"],
    ]
  ),
])

/// The file that a source makes.
func file(_ source: FakeSource = sample) throws -> [UInt8] {
  var bytes: [UInt8] = []
  let writer = BackupWriter { (piece, _) throws(BackupError) in bytes += piece }
  let header = BackupHeader(
    program: "1.2.3", schema: source.schema, engine: source.engine, takenAt: .init(microseconds: 0))
  try writer.write(source, header: header)
  return bytes
}

/// Reads a file in pieces of some bytes.
func reader(_ bytes: [UInt8], pieces size: Int = 7) throws(BackupError) -> BackupReader {
  var rest = bytes[...]
  return try BackupReader { (_) throws(BackupError) in
    defer { rest = rest.dropFirst(size) }
    return Array(rest.prefix(size))
  }
}
