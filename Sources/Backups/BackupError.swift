/// Why a backup is not written, or not restored.
public enum BackupError: Error, Hashable, Sendable {
  /// The file is not a whole backup: it was cut off, or its bytes are not those that were written.
  case damaged(String)
  /// File and database are in order, but do not go together.
  case refused(String)
  /// The database that it should be loaded into has rows in this table.
  case notEmpty(table: String)
  /// The database failed.
  case database(String)
  /// The file could not be read or written.
  case file(String)
  /// Whoever asked for it wants it no longer.
  case cancelled
}

extension BackupError: CustomStringConvertible {
  /// One sentence, without its full stop.
  public var description: String {
    switch self {
    case .damaged(let reason), .refused(let reason), .database(let reason), .file(let reason): reason
    case .notEmpty(let table): "the database is not empty: its table \(table) has rows"
    case .cancelled: "cancelled"
    }
  }
}
