import Inventory
import Testing

@testable import SQLiteRepository

func sqliteDump(_ path: String) throws -> [String] {
  let connection = try Connection(path: path, mode: .write, configuration: SQLiteConfiguration(.file(path)))
  // The index of words has those of the books, no more and no less
  // (https://www.sqlite.org/fts5.html#the_integrity_check_command).
  try connection.execute("insert into book_search (book_search, rank) values ('integrity-check', 1)")
  var rows: [String] = []
  let tables = try connection.all(
    """
    select name
    from sqlite_schema
    where type = 'table'
      and name not like 'sqlite%'
      and name not like 'book_search%'
      and name <> 'schema_migration'
    """
  ) { $0.text() }
  for table in tables {
    // With the generated columns; not the order of one engine's indexes, nor the number of a row.
    let columns = try connection.all(
      "select name from pragma_table_xinfo(?) where name not in ('number', 'isbn_order', 'publication_order')",
      [.text(table)]
    ) { $0.text() }
    try connection.forEach("select \(columns.joined(separator: ", ")) from \(table)") { (row) in
      let values = columns.map { column in
        let value = row.optionalText()
        guard column == "search_document" else { return "\(column)=\(value.map { "«\($0)»" } ?? "null")" }
        return "words=\(sortedWords(value ?? ""))"
      }
      rows.append("\(table): \(values.sorted().joined(separator: " "))")
    }
  }
  return rows.sorted()
}
