internal import Backups

/// The tables of the schema that the connection works in, as far as a backup is concerned with them.
struct BackupCatalogue {
  struct Table {
    var name: String
    var columns: [Column]
    /// What the rows are ordered by.
    var key: [Column]

    var backup: BackupTable { BackupTable(name: name, columns: columns.map(\.name)) }

    /// Rows in the neutral form: a boolean is 0 or 1.
    var copyOut: String {
      let values = columns.map { $0.type == "bool" ? "\(quotedName($0.name))::integer" : quotedName($0.name) }
      let order = key.map { "\(quotedName($0.name))\($0.isInOrderOfBytes ? "" : " collate \"C\"")" }
      return """
        copy (
          select \(values.joined(separator: ", "))
          from \(quotedName(name))
          order by \(order.joined(separator: ", "))
        ) to stdout
        """
    }
  }

  struct Column {
    var name: String
    var type: String
    var isRequired: Bool
    /// Numbers its rows by itself.
    var isIdentity: Bool
    var isInOrderOfBytes: Bool
  }

  /// In an order in which they can be loaded.
  let tables: [Table]

  /// What the program makes anew when a backup is restored, by table.
  static let madeAnew = [SearchDocument.table: "search"]
  /// What can be written down so that every engine can read it; a boolean becomes a number.
  private static let types: Set = ["text", "varchar", "bpchar", "int2", "int4", "int8", "bool"]

  /// Reads the database's own catalogue, so that no table has to be told of here. Throws `refused` for a
  /// column of a type that a backup cannot hold.
  init(_ connection: BlockingConnection) throws(BackupError) {
    var found: [String: Table] = [:]
    for row in try connection.run(Self.columns) {
      guard row.count == 7, let table = row[0], let name = row[1], let type = row[2] else { continue }
      let column = Column(
        name: name, type: type, isRequired: row[3] == "t", isIdentity: row[4] == "t",
        isInOrderOfBytes: row[5] == "t")
      if Self.madeAnew[table] == name { continue }
      guard Self.types.contains(type) else {
        throw .refused("the column \(name) of \(table) has the type \(type), which a backup cannot hold")
      }
      found[table, default: Table(name: table, columns: [], key: [])].columns.append(column)
      if row[6] == "t" { found[table]?.key.append(column) }
    }
    let references = try connection.run(Self.references).compactMap { row in
      if let from = row[0], let to = row[1] { (from, to) } else { nil }
    }
    var tables: [Table] = []
    for name in try LoadOrder.sorted(Array(found.keys), references: references) {
      guard var table = found[name] else { continue }
      if table.key.isEmpty { table.key = table.columns }
      tables.append(table)
    }
    self.tables = tables
  }

  private static let columns = """
    select
      class.relname,
      attribute.attname,
      type.typname,
      attribute.attnotnull and not attribute.atthasdef and attribute.attidentity = '',
      attribute.attidentity <> '',
      attribute.attcollation = 0 or collation_of.collname = 'C',
      attribute.attnum = any (index.indkey)
    from pg_class as class
    join pg_namespace as namespace on namespace.oid = class.relnamespace
    join pg_attribute as attribute on attribute.attrelid = class.oid
    join pg_type as type on type.oid = attribute.atttypid
    left join pg_collation as collation_of on collation_of.oid = attribute.attcollation
    left join pg_index as index on index.indrelid = class.oid and index.indisprimary
    where namespace.nspname = current_schema()
      and class.relkind in ('r', 'p')
      and not class.relispartition
      and class.relname <> 'schema_migration'
      and attribute.attnum > 0
      and not attribute.attisdropped
      and attribute.attgenerated = ''
    order by class.relname, attribute.attnum
    """

  private static let references = """
    select distinct
      class.relname,
      target.relname
    from pg_constraint as reference
    join pg_class as class on class.oid = reference.conrelid
    join pg_class as target on target.oid = reference.confrelid
    join pg_namespace as namespace on namespace.oid = class.relnamespace
    where reference.contype = 'f'
      and namespace.nspname = current_schema()
    """
}
