internal import CSQLite
internal import Inventory

/// A result code of SQLite with its message and the statement; arguments are never part of it.
struct SQLiteError: Error, Hashable, CustomStringConvertible {
  /// The extended result code (https://www.sqlite.org/rescode.html).
  var code: Int32
  var message: String
  var sql: String

  var description: String { "SQLite error \(code): \(message) in: \(sql)" }

  /// What callers of the repository hear of it.
  ///
  /// Constraint failures are unexpected: every rule is asked before it is broken, the constraints stand
  /// behind.
  var inventoryError: InventoryError {
    switch code & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED:
      .unavailable(reason: "another process is writing to the database", retryAfter: 1)
    case SQLITE_INTERRUPT:
      .unavailable(reason: "the query took too long and was stopped", retryAfter: 1)
    case SQLITE_FULL:
      .unavailable(reason: "the disk is full", retryAfter: 30)
    case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_NOMEM, SQLITE_PERM, SQLITE_PROTOCOL:
      .unavailable(reason: "the database file cannot be used: \(message) (\(code))", retryAfter: 10)
    default:
      .unexpected(description)
    }
  }
}
