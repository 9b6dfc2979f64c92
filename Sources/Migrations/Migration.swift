/// A step of the schema: `NNNN_name.sql`, applied once, in order, in a transaction of its own.
public struct Migration: Hashable, Sendable {
  /// The number before the underscore, from 1 without gaps.
  public let version: Int
  /// The file's name without `.sql`, such as `0001_initial`.
  public let name: String
  public let sql: String
  /// SHA-256 of the file's bytes in hexadecimal.
  public let checksum: String

  public init(version: Int, name: String, sql: String, checksum: String) {
    self.version = version
    self.name = name
    self.sql = sql
    self.checksum = checksum
  }
}

/// A row of the database's table `schema_migration`.
public struct AppliedMigration: Hashable, Sendable {
  public let version: Int
  public let name: String
  public let checksum: String
  /// Microseconds since 1970.
  public let appliedAt: Int64

  public init(version: Int, name: String, checksum: String, appliedAt: Int64) {
    self.version = version
    self.name = name
    self.checksum = checksum
    self.appliedAt = appliedAt
  }
}

/// Why migrations cannot be applied; the description names file or version and what to do.
public struct MigrationError: Error, CustomStringConvertible, Hashable, Sendable {
  public let description: String

  public init(_ description: String) { self.description = description }
}

/// What is in the folder and in the database, as one list for `migrate --status`.
public struct MigrationStatus: Hashable, Sendable {
  public var applied: [AppliedMigration]
  public var pending: [Migration]

  public init(applied: [AppliedMigration], pending: [Migration]) {
    self.applied = applied
    self.pending = pending
  }
}
