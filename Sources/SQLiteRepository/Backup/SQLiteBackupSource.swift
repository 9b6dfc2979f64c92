public import Backups
internal import Inventory

/// A snapshot of a SQLite file, seen by a connection of its own: in WAL mode the writer goes on meanwhile
/// (https://www.sqlite.org/isolation.html).
public final class SQLiteBackupSource: BackupSource {
  /// `sqlite`.
  public let engine = "sqlite"
  /// The last step of the schema that the database has.
  public let schema: Int
  private let catalogue: BackupCatalogue
  private let connection: Connection

  /// Opens the file and takes the snapshot, which lasts as long as this object. Blocks the thread.
  public init(_ configuration: SQLiteConfiguration) throws(BackupError) {
    let connection: Connection
    let version: Int64
    do throws(InventoryError) {
      connection = try Connection(path: configuration.path, mode: .read, configuration: configuration)
      try connection.begin()
      // The snapshot is that of the first read (https://www.sqlite.org/lang_transaction.html).
      version =
        try connection.first("select coalesce(max(version), 0) from schema_migration") { $0.integer() } ?? 0
    } catch {
      throw BackupError(error)
    }
    self.connection = connection
    schema = Int(version)
    catalogue = try BackupCatalogue(connection)
  }

  deinit { connection.endTransaction() }

  /// See ``BackupSource``.
  public var tables: [BackupTable] { catalogue.tables.map(\.backup) }

  /// See ``BackupSource``.
  public func forEachRow(
    of table: BackupTable, _ body: ([UInt8]) throws(BackupError) -> Void
  ) throws(BackupError) {
    guard let found = catalogue.tables.first(where: { $0.name == table.name }) else {
      throw .refused("there is no table \(table.name)")
    }
    var line: [UInt8] = []
    var failure: BackupError?
    do throws(InventoryError) {
      try connection.forEach(found.select) { (row) throws(InventoryError) in
        line.removeAll(keepingCapacity: true)
        for place in found.columns.indices {
          if place > 0 { CopyText.appendSeparator(to: &line) }
          CopyText.append(row.optionalText(), to: &line)
        }
        do throws(BackupError) {
          try body(line)
        } catch {
          failure = error
          throw .unexpected("the backup ended")
        }
      }
    } catch {
      throw failure ?? BackupError(error)
    }
  }
}
