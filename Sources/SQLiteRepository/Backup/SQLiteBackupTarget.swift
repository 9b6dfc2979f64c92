public import Backups
internal import Inventory

/// A SQLite file that a backup is loaded into.
public final class SQLiteBackupTarget: BackupTarget {
  private let connection: Connection
  private var catalogue: BackupCatalogue

  /// Opens the file, which is migrated. Blocks the thread.
  public init(_ configuration: SQLiteConfiguration) throws(BackupError) {
    do throws(InventoryError) {
      connection = try Connection(path: configuration.path, mode: .write, configuration: configuration)
    } catch {
      throw BackupError(error)
    }
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
      let rows = try connection.backup { (it) throws(InventoryError) in
        try it.first("select exists (select 1 from \(quotedName(table.name)) \(expected))") { $0.bool() }
      }
      guard rows == false else { throw .notEmpty(table: table.name) }
    }
  }

  /// See ``BackupTarget``.
  public func begin() throws(BackupError) {
    do throws(InventoryError) {
      try connection.beginImmediate()
      // A row may refer to a later one of its own table; what is wrong is found by the commit.
      try connection.execute("pragma defer_foreign_keys = on")
    } catch {
      throw BackupError(error)
    }
    catalogue = try BackupCatalogue(connection)
    try requireEmpty()
  }

  /// See ``BackupTarget``.
  public func load(
    _ table: BackupTable, _ next: () throws(BackupError) -> [UInt8]?
  ) throws(BackupError) {
    guard let found = catalogue.tables.first(where: { $0.name == table.name }) else {
      throw .refused("there is no table \(table.name)")
    }
    if table.name == SeededRows.table {
      try connection.backup { (it) throws(InventoryError) in
        try it.execute("delete from \(quotedName(table.name))")
      }
    }
    let isInteger = table.columns.map { name in found.columns.first { $0.name == name }?.isInteger ?? false }
    let words = BackupCatalogue.madeAnew[table.name]
    let document = words == nil ? nil : try SearchDocument(columns: table.columns)
    let insert = Self.insert(table.columns + [words].compactMap(\.self), into: table.name)
    var number: Int64 = 0
    while let row = try next() {
      number += 1
      let values = try CopyText.values(of: row, count: isInteger.count)
      var arguments = try Self.arguments(values, isInteger, "row \(number) of \(table.name)")
      if let document { arguments.append(.text(try document.text(of: values))) }
      try connection.backup { (it) throws(InventoryError) in try it.run(insert, arguments) }
    }
  }

  private static func insert(_ columns: [String], into table: String) -> SQL {
    """
    insert into \(quotedName(table)) (\(columns.map(quotedName).joined(separator: ", ")))
    values (\(columns.map { _ in "?" }.joined(separator: ", ")))
    """
  }

  private static func arguments(
    _ values: [String?], _ isInteger: [Bool], _ name: String
  ) throws(BackupError) -> [SQLiteValue] {
    var arguments: [SQLiteValue] = []
    arguments.reserveCapacity(values.count + 1)
    for place in values.indices {
      guard let value = values[place], isInteger[place] else {
        arguments.append(SQLiteValue(values[place]))
        continue
      }
      guard let number = Int64(value) else {
        throw .damaged("\(name) has \"\(value.prefix(40))\" where a number belongs")
      }
      arguments.append(.integer(number))
    }
    return arguments
  }

  /// See ``BackupTarget``.
  public func commit() throws(BackupError) {
    do throws(InventoryError) {
      for index in catalogue.wordIndexes {
        // https://www.sqlite.org/fts5.html#the_rebuild_command
        let name = quotedName(index)
        try connection.run("insert into \(name) (\(name)) values ('rebuild')")
      }
      try connection.commit()
    } catch {
      throw BackupError(error)
    }
  }

  /// See ``BackupTarget``.
  public func rollback() { connection.endTransaction() }
}
