public import Backups

/// A Postgres database that a backup is loaded into.
public final class PostgresBackupTarget: BackupTarget {
  private let connection: BlockingConnection
  private var catalogue: BackupCatalogue

  /// Connects. Blocks the thread.
  public init(url: String) throws(BackupError) {
    connection = try .forBackup(url)
    catalogue = try BackupCatalogue(connection)
  }

  /// See ``BackupTarget``.
  public var tables: [LoadableTable] {
    catalogue.tables.map { table in
      LoadableTable(
        name: table.name,
        columns: table.columns.map { LoadableColumn(name: $0.name, isRequired: $0.isRequired) })
    }
  }

  /// See ``BackupTarget``.
  public func requireEmpty() throws(BackupError) {
    for table in catalogue.tables {
      let expected = table.name == SeededRows.table ? "where not (\(SeededRows.condition))" : ""
      let rows = try connection.run(
        "select exists (select 1 from \(quotedName(table.name)) \(expected))")
      guard rows.first?.first == "f" else { throw .notEmpty(table: table.name) }
    }
  }

  /// See ``BackupTarget``.
  public func begin() throws(BackupError) {
    try connection.run("begin; set local lock_timeout = '5s'")
    catalogue = try BackupCatalogue(connection)
    let names = catalogue.tables.map { quotedName($0.name) }
    if !names.isEmpty {
      try connection.run("lock table \(names.joined(separator: ", ")) in share row exclusive mode")
    }
    try requireEmpty()
  }

  /// See ``BackupTarget``.
  public func load(
    _ table: BackupTable, _ next: () throws(BackupError) -> [UInt8]?
  ) throws(BackupError) {
    let name = quotedName(table.name)
    if table.name == SeededRows.table { try connection.run("delete from \(name)") }
    var columns = table.columns
    if table.name == SearchDocument.table, let words = BackupCatalogue.madeAnew[table.name] {
      columns.append(words)
      let document = try SearchDocument(columns: table.columns)
      try copy(columns, into: name) { () throws(BackupError) in
        guard var row = try next() else { return nil }
        let values = try CopyText.values(of: row, count: table.columns.count)
        CopyText.appendSeparator(to: &row)
        CopyText.append(Self.vector(try document.text(of: values)), to: &row)
        return row
      }
    } else {
      try copy(columns, into: name, next)
    }
    try restartIdentity(of: table)
  }

  private func copy(
    _ columns: [String], into name: String, _ next: () throws(BackupError) -> [UInt8]?
  ) throws(BackupError) {
    let list = columns.map(quotedName).joined(separator: ", ")
    try connection.copyIn("copy \(name) (\(list)) from stdin", next)
  }

  /// The words as a tsvector is written
  /// (https://www.postgresql.org/docs/current/datatype-textsearch.html#DATATYPE-TSVECTOR); they are letters
  /// and digits, so nothing in them needs an escape.
  private static func vector(_ document: String) -> String {
    document.split(separator: " ").map { "'\($0)'" }.joined(separator: " ")
  }

  /// Rows that are written later are numbered behind those that were loaded.
  private func restartIdentity(of table: BackupTable) throws(BackupError) {
    let columns = catalogue.tables.first { $0.name == table.name }?.columns.filter(\.isIdentity) ?? []
    for column in columns {
      let (name, column) = (quotedName(table.name), quotedName(column.name))
      let rows = try connection.run("select max(\(column)) + 1 from \(name)")
      guard let next = rows.first?.first ?? nil else { continue }
      try connection.run("alter table \(name) alter column \(column) restart with \(next)")
    }
  }

  /// See ``BackupTarget``.
  public func commit() throws(BackupError) {
    try connection.run("commit")
    // The planner knows nothing yet of the tables that were just filled. It will learn of them some time, so
    // that it does not matter should this fail.
    for table in catalogue.tables { _ = try? connection.run("analyze \(quotedName(table.name))") }
  }

  /// See ``BackupTarget``.
  public func rollback() {
    // Should this fail, the transaction ends with the connection.
    _ = try? connection.run("rollback")
  }
}
