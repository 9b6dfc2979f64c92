/// A step of the schema: `NNNN_name.sql`, applied once, in order, in a transaction of its own.
public struct Migration: Hashable, Sendable {
  /// The number before the underscore, from 1 without gaps.
  public let version: Int
  /// The file's name without `.sql`, such as `0001_initial`.
  public let name: String
  /// The file's text: one or more statements.
  public let sql: String
  /// SHA-256 of the file's bytes in hexadecimal.
  public let checksum: String

  /// A step as its file has it.
  public init(version: Int, name: String, sql: String, checksum: String) {
    self.version = version
    self.name = name
    self.sql = sql
    self.checksum = checksum
  }
}

/// A row of the database's table `schema_migration`.
public struct AppliedMigration: Hashable, Sendable {
  /// The step's number.
  public let version: Int
  /// The step's name when it was applied.
  public let name: String
  /// The checksum of the text that was applied.
  public let checksum: String
  /// Microseconds since 1970.
  public let appliedAt: Int64

  /// A row as the database has it.
  public init(version: Int, name: String, checksum: String, appliedAt: Int64) {
    self.version = version
    self.name = name
    self.checksum = checksum
    self.appliedAt = appliedAt
  }
}

/// Why migrations cannot be applied.
public struct MigrationError: Error, CustomStringConvertible, Hashable, Sendable {
  /// Names file or version, and says what to do.
  public let description: String
  /// The database could not be reached, so that the same may work a little later.
  public let isTemporary: Bool

  /// An error with its whole message.
  public init(_ description: String, isTemporary: Bool = false) {
    self.description = description
    self.isTemporary = isTemporary
  }
}

/// What is in the folder and in the database, as one list for `migrate --status`.
public struct MigrationStatus: Hashable, Sendable {
  /// The steps that the database has, in order.
  public var applied: [AppliedMigration]
  /// The steps that it still needs, in order.
  public var pending: [Migration]

  /// A status with these steps.
  public init(applied: [AppliedMigration], pending: [Migration]) {
    self.applied = applied
    self.pending = pending
  }
}
