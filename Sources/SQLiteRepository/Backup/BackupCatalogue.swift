internal import Backups
internal import Inventory

/// The tables of the database, as far as a backup is concerned with them.
struct BackupCatalogue {
  struct Table {
    var name: String
    var columns: [Column]
    /// What the rows are ordered by.
    var key: [String]

    var backup: BackupTable { BackupTable(name: name, columns: columns.map(\.name)) }

    var select: SQL {
      """
      select \(columns.map { quotedName($0.name) }.joined(separator: ", "))
      from \(quotedName(name))
      order by \(key.map(quotedName).joined(separator: ", "))
      """
    }
  }

  struct Column {
    var name: String
    var isInteger: Bool
    var isRequired: Bool
  }

  /// In an order in which they can be loaded.
  let tables: [Table]
  /// The indexes of words, which are made anew from their tables.
  let wordIndexes: [String]

  /// What the program makes anew when a backup is restored, by table.
  static let madeAnew = [SearchDocument.table: "search_document"]
  /// A row's number in its table, where it means nothing outside of this database.
  private static let rowNumber = "number"

  /// Reads the database's own catalogue, so that no table has to be told of here. Throws `refused` for a
  /// column of a type that a backup cannot hold.
  init(_ connection: Connection) throws(BackupError) {
    var found: [String: Table] = [:]
    let columns = try connection.backup { (it) throws(InventoryError) in
      try it.all(Self.columns) { Found(&$0) }
    }
    for column in columns {
      if Self.madeAnew[column.table] == column.name { continue }
      if column.placeInKey > 0, column.name == Self.rowNumber { continue }
      guard ["INTEGER", "TEXT"].contains(column.type) else {
        throw .refused(
          "the column \(column.name) of \(column.table) has the type \(column.type), which a backup cannot hold"
        )
      }
      var table = found[column.table] ?? Table(name: column.table, columns: [], key: [])
      table.columns.append(
        Column(
          name: column.name, isInteger: column.type == "INTEGER",
          isRequired: column.isNotNull && !column.hasDefault))
      if column.placeInKey > 0 { table.key.append(column.name) }
      found[column.table] = table
    }
    let references = try connection.backup { (it) throws(InventoryError) in
      try it.all(Self.references) { (row) in (from: row.text(), to: row.text()) }
    }
    var tables: [Table] = []
    for name in try LoadOrder.sorted(Array(found.keys), references: references) {
      guard var table = found[name] else { continue }
      // The first column is the key of those whose rows have a number beside it.
      if table.key.isEmpty { table.key = Array(table.columns.map(\.name).prefix(1)) }
      tables.append(table)
    }
    self.tables = tables
    wordIndexes = try connection.backup { (it) throws(InventoryError) in
      try it.all("select name from pragma_table_list where schema = 'main' and type = 'virtual'") {
        $0.text()
      }
    }
  }

  private struct Found {
    var table: String
    var name: String
    var type: String
    var isNotNull: Bool
    var hasDefault: Bool
    var placeInKey: Int64

    init(_ row: inout Row) {
      table = row.text()
      name = row.text()
      type = row.text()
      isNotNull = row.bool()
      hasDefault = row.bool()
      placeInKey = row.integer()
    }
  }

  /// Neither generated columns nor the tables behind an index of words
  /// (https://www.sqlite.org/pragma.html#pragma_table_list and #pragma_table_xinfo).
  private static let columns: SQL = """
    select
      object.name,
      attribute.name,
      upper(attribute.type),
      attribute."notnull",
      attribute.dflt_value is not null,
      attribute.pk
    from pragma_table_list as object
    join pragma_table_xinfo(object.name) as attribute
    where object.schema = 'main'
      and object.type = 'table'
      and object.name not like 'sqlite\\_%' escape '\\'
      and object.name <> 'schema_migration'
      and attribute.hidden = 0
    order by object.name, attribute.cid
    """

  private static let references: SQL = """
    select distinct
      object.name,
      reference."table"
    from pragma_table_list as object
    join pragma_foreign_key_list(object.name) as reference
    where object.schema = 'main'
      and object.type = 'table'
    """
}

extension Connection {
  /// Runs the body as part of a backup.
  @discardableResult
  func backup<Result>(
    _ body: (Connection) throws(InventoryError) -> Result
  ) throws(BackupError) -> Result {
    do throws(InventoryError) {
      return try body(self)
    } catch {
      throw BackupError(error)
    }
  }
}

extension BackupError {
  /// What SQLite said, in the words for people.
  init(_ error: InventoryError) {
    switch error {
    case .unavailable(let reason, _): self = .database(reason)
    case .unexpected(let reason): self = .database(reason)
    default: self = .database("\(error)")
    }
  }
}
