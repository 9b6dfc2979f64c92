import TestSupport
import Testing

func postgresDump(_ schema: PostgresSchema) throws -> [String] {
  var rows: [String] = []
  let tables = try schema.execute(
    """
    select table_name
    from information_schema.tables
    where table_schema = current_schema()
      and table_name <> 'schema_migration'
    """
  ).compactMap(\.[0])
  for table in tables {
    // With the generated columns, but for one engine's own.
    let columns = try schema.execute(
      """
      select column_name, data_type
      from information_schema.columns
      where table_schema = current_schema()
        and table_name = '\(table)'
        and column_name <> 'is_active'
      """
    ).map { (name: $0[0] ?? "", type: $0[1] ?? "") }
    let selected = columns.map { column in
      switch column.type {
      case "boolean": "\(column.name)::integer"
      case "tsvector": "array_to_string(tsvector_to_array(\(column.name)), ' ')"
      default: column.name
      }
    }
    for row in try schema.execute("select \(selected.joined(separator: ", ")) from \(table)") {
      let values = zip(columns, row).map { column, value in
        guard column.type == "tsvector" else { return "\(column.name)=\(value.map { "«\($0)»" } ?? "null")" }
        return "words=\(sortedWords(value ?? ""))"
      }
      rows.append("\(table): \(values.sorted().joined(separator: " "))")
    }
  }
  return rows.sorted()
}
