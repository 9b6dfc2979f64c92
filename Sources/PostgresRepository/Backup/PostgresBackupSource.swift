public import Backups

/// A snapshot of a Postgres database, seen by a connection of its own; nobody waits for it.
public final class PostgresBackupSource: BackupSource {
  /// `postgres`.
  public let engine = "postgres"
  /// The last step of the schema that the database has.
  public let schema: Int
  private let catalogue: BackupCatalogue
  private let connection: BlockingConnection

  /// Connects and takes the snapshot, which lasts as long as this object. Blocks the thread.
  public init(url: String) throws(BackupError) {
    connection = try .forBackup(url)
    // One snapshot for all that follows (https://www.postgresql.org/docs/current/transaction-iso.html).
    try connection.run("begin isolation level repeatable read, read only")
    let version = try connection.run("select max(version) from schema_migration").first?.first ?? nil
    schema = version.flatMap { Int($0) } ?? 0
    catalogue = try BackupCatalogue(connection)
  }

  /// See ``BackupSource``.
  public var tables: [BackupTable] { catalogue.tables.map(\.backup) }

  /// See ``BackupSource``.
  public func forEachRow(
    of table: BackupTable, _ body: ([UInt8]) throws(BackupError) -> Void
  ) throws(BackupError) {
    guard let found = catalogue.tables.first(where: { $0.name == table.name }) else {
      throw .refused("there is no table \(table.name)")
    }
    try connection.copyOut(found.copyOut, body)
  }
}
