/// Splits what a source returns into lines.
struct LineReader {
  private let source: (_ rows: Int64) throws(BackupError) -> [UInt8]
  private var buffer: [UInt8] = []
  /// Where the next line starts in the buffer.
  private var start = 0

  init(_ source: @escaping (_ rows: Int64) throws(BackupError) -> [UInt8]) { self.source = source }

  /// The next line without its end; nil where the source ends before the line does. Throws `damaged` for a
  /// line that is longer than the limit. `rows` is what the source is told.
  mutating func next(limit: Int, rows: Int64) throws(BackupError) -> [UInt8]? {
    var searched = start
    while true {
      if let end = Self.lineBreak(in: buffer.span, from: searched) {
        guard end - start <= limit else { break }
        defer { start = end + 1 }
        return Array(buffer[start..<end])
      }
      guard buffer.count - start <= limit else { break }
      searched = buffer.count - start
      guard try fill(rows) else { return nil }
    }
    throw .damaged("a line is longer than \(limit) bytes")
  }

  private static func lineBreak(in bytes: Span<UInt8>, from start: Int) -> Int? {
    var index = start
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "\n") { return index }
      index += 1
    }
    return nil
  }

  /// Whether nothing follows.
  mutating func isAtEnd(rows: Int64) throws(BackupError) -> Bool {
    guard start == buffer.count else { return false }
    return try !fill(rows)
  }

  /// Appends the next bytes, behind what is left of the last; false when there are none.
  private mutating func fill(_ rows: Int64) throws(BackupError) -> Bool {
    let next = try source(rows)
    buffer.removeFirst(start)
    start = 0
    buffer += next
    return !next.isEmpty
  }
}
