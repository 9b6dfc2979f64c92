internal import Backups
internal import CLibPQ

extension BlockingConnection {
  /// Runs a `copy … to stdout` and calls the body with each row, without its line's end.
  ///
  /// Where the body throws the copying is not over, and the connection can only be closed.
  func copyOut(
    _ sql: String, _ body: ([UInt8]) throws(BackupError) -> Void
  ) throws(BackupError) {
    try unsafe expect(PGRES_COPY_OUT, PQexec(session.handle, sql))
    var row: [UInt8] = []
    while true {
      var start: UnsafeMutablePointer<CChar>?
      // https://www.postgresql.org/docs/current/libpq-copy.html: always one row, blocking while it is asked
      // to.
      let count = unsafe Int(PQgetCopyData(session.handle, &start, 0))
      guard count > 0, let start = unsafe start else {
        guard count == -1 else { throw .database(session.errorMessage) }
        return try unsafe expect(PGRES_COMMAND_OK, PQgetResult(session.handle), last: true)
      }
      row.removeAll(keepingCapacity: true)
      unsafe start.withMemoryRebound(to: UInt8.self, capacity: count) { bytes in
        // The last byte is the line's end.
        unsafe row.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count - 1))
      }
      unsafe PQfreemem(start)
      try body(row)
    }
  }

  /// Runs a `copy … from stdin` with the rows that `next` returns, lines without their ends, until it returns
  /// nil. Where it throws nothing is copied, and the transaction has failed.
  func copyIn(
    _ sql: String, _ next: () throws(BackupError) -> [UInt8]?
  ) throws(BackupError) {
    try unsafe expect(PGRES_COPY_IN, PQexec(session.handle, sql))
    var piece: [UInt8] = []
    do throws(BackupError) {
      while let row = try next() {
        piece += row
        piece.append(UInt8(ascii: "\n"))
        if piece.count >= Self.pieceSize { try put(&piece) }
      }
      try put(&piece)
    } catch {
      unsafe PQputCopyEnd(session.handle, "given up")
      while let result = unsafe PQgetResult(session.handle) { unsafe PQclear(result) }
      throw error
    }
    guard unsafe PQputCopyEnd(session.handle, nil) == 1 else { throw .database(session.errorMessage) }
    try unsafe expect(PGRES_COMMAND_OK, PQgetResult(session.handle), last: true)
  }

  private static let pieceSize = 64 << 10

  private func put(_ piece: inout [UInt8]) throws(BackupError) {
    guard !piece.isEmpty else { return }
    let result = unsafe piece.withUnsafeBytes { bytes in
      unsafe PQputCopyData(
        session.handle, bytes.assumingMemoryBound(to: CChar.self).baseAddress, Int32(bytes.count))
    }
    guard result == 1 else { throw .database(session.errorMessage) }
    piece.removeAll(keepingCapacity: true)
  }

  /// Throws unless the result has the status. `last` reads on until the connection is free again.
  private func expect(
    _ status: ExecStatusType, _ pointer: OpaquePointer?, last: Bool = false
  ) throws(BackupError) {
    guard let pointer = unsafe pointer else { throw .database(session.errorMessage) }
    let result = unsafe QueryResult(owning: pointer)
    if last { while let more = unsafe PQgetResult(session.handle) { unsafe PQclear(more) } }
    guard result.status == status else { throw BackupError(result.serverError) }
  }

  /// Runs statements as part of a backup.
  @discardableResult
  func run(_ sql: String) throws(BackupError) -> [[String?]] {
    do throws(BlockingConnectionError) {
      return try execute(sql)
    } catch {
      throw BackupError(error)
    }
  }

  /// Connects for a backup.
  static func forBackup(_ url: String) throws(BackupError) -> BlockingConnection {
    do throws(BlockingConnectionError) {
      return try BlockingConnection(url: url)
    } catch {
      throw .database("cannot connect to \(RedactedURL.text(of: url)): \(error)")
    }
  }
}

extension BackupError {
  /// What the server says of a copy: for bad rows, with table, line and column.
  fileprivate init(_ error: ServerError) {
    let text = [error.message, error.detail].compactMap(\.self).joined(separator: "; ")
    self = .database("\(text) (SQLSTATE \(error.sqlState))")
  }

  fileprivate init(_ error: BlockingConnectionError) {
    // lock_not_available (https://www.postgresql.org/docs/current/errcodes-appendix.html)
    self =
      error.sqlState == "55P03"
      ? .refused("the database is in use; stop the service and whatever else works with it, and try again")
      : .database("\(error)")
  }
}
