internal import Crypto
internal import JSON

/// Writes a backup piece by piece; docs/backup.md describes what it writes. Belongs to one thread at a time.
public final class BackupWriter {
  /// The longest line of a file, so that reading one needs a bounded memory, in bytes.
  public static let maximumLineLength = 256 << 20
  /// Pieces that are handed on are at least so long, but for the last.
  private static let pieceSize = 64 << 10

  private let sink: ([UInt8], _ rows: Int64) throws(BackupError) -> Void
  private let digest = SHA256.Stream()
  private var piece: [UInt8] = []
  private var counts: [(table: String, rows: Int64)] = []
  /// How many rows have been written.
  public private(set) var rows: Int64 = 0
  /// How many bytes have been handed on.
  public private(set) var bytes: Int64 = 0

  /// Hands what is written to `sink`, in pieces of some kilobytes, and with each the number of rows so far.
  public init(_ sink: @escaping (_ piece: [UInt8], _ rows: Int64) throws(BackupError) -> Void) {
    self.sink = sink
  }

  /// Rows by table, in the order in which they were written.
  public var tables: [(table: String, rows: Int64)] { counts }

  /// Writes the whole backup of a database.
  public func write(_ source: some BackupSource, header: BackupHeader) throws(BackupError) {
    try line("bookstore-backup ", header.json)
    for table in source.tables {
      try line("table ", table.json)
      counts.append((table.name, 0))
      try source.forEachRow(of: table) { (row) throws(BackupError) in try self.row(row, of: table) }
      try line("\\.", [])
    }
    try line("end ", trailer)
    try flush()
    piece += Array("sha256 \(digest.finish())\n".utf8)
    try handOn()
  }

  private func row(_ row: [UInt8], of table: BackupTable) throws(BackupError) {
    guard row.count <= Self.maximumLineLength else {
      throw .refused("a row of \(table.name) is longer than \(Self.maximumLineLength) bytes")
    }
    rows += 1
    counts[counts.count - 1].rows += 1
    try line("", row)
  }

  private var trailer: [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.name("rows")
    json.beginObject()
    for (table, rows) in counts {
      json.name(escaping: table)
      json.integer(rows)
    }
    json.endObject()
    json.endObject()
    return json.bytes
  }

  private func line(_ word: String, _ rest: [UInt8]) throws(BackupError) {
    piece.append(contentsOf: word.utf8)
    piece.append(contentsOf: rest)
    piece.append(UInt8(ascii: "\n"))
    if piece.count >= Self.pieceSize { try flush() }
  }

  private func flush() throws(BackupError) {
    digest.update(piece)
    try handOn()
  }

  private func handOn() throws(BackupError) {
    guard !piece.isEmpty else { return }
    try sink(piece, rows)
    bytes += Int64(piece.count)
    piece.removeAll(keepingCapacity: true)
  }
}
