import PostgresRepository
import SQLiteRepository
import TestSupport
import Testing

/// Runs SQL behind the program's back.
func executeBehind(_ sql: String, _ url: String) async throws {
  guard let configuration = SQLiteConfiguration(url: url) else {
    try BlockingConnection(url: url).execute(sql)
    return
  }
  let repository = try SQLiteRepository.open(
    configuration, migrations: Project.migrations("sqlite"), clock: TestClock())
  defer { Task { await repository.close() } }
  try await repository.execute(sql)
}

/// So many books, each with an item of which 10 movements brought 20 copies; written by SQL, in a second or two.
struct BackupData {
  var books: Int

  func write(to engine: Engine, _ url: String) async throws {
    for statement in statements(engine) { try await executeBehind(statement, url) }
  }

  /// 26 digits, of which the last ones count.
  private func id(_ prefix: String, _ number: String, _ engine: Engine) -> String {
    let digits =
      engine == .sqlite
      ? "printf('%08d', \(number))" : "lpad((\(number))::text, 8, '0')"
    return "'\(prefix)_01kdvdna00e0080000' || \(digits)"
  }

  private func numbers(_ last: Int, _ engine: Engine) -> String {
    engine == .sqlite
      ? """
      (
        with recursive series (n) as (select 1 union all select n + 1 from series where n < \(last))
        select n from series
      ) as numbers
      """ : "generate_series(1, \(last)) as numbers (n)"
  }

  private func statements(_ engine: Engine) -> [String] {
    let main = "'loc_01kdvdna00e008000000000000'"
    let isSQLite = engine == .sqlite
    let words = isSQLite ? "'title ' || n" : "array_to_tsvector(array['title', n::text])"
    var statements = [
      """
      insert into book (
        id, title, title_key, contributors, subjects, identifiers, metadata, version, created_at, updated_at,
        \(isSQLite ? "search_document" : "search")
      )
      select \(id("bk", "n", engine)), 'Title ' || n, 'title ' || n, '[]', '[]', '[]', '{}', 1, n, n, \(words)
      from \(numbers(books, engine))
      """,
      """
      insert into item (
        id, book_id, sku, condition, flags, backorder_limit, version, created_at, updated_at
      )
      select \(id("itm", "n", engine)), \(id("bk", "n", engine)), 'sku-' || n, 'new', '[]', 0, 1, n, n
      from \(numbers(books, engine))
      """,
      """
      insert into stock_level (item_id, location_id, on_hand, version, updated_at)
      select \(id("itm", "n", engine)), \(main), 20, 10, n
      from \(numbers(books, engine))
      """,
      """
      insert into movement (
        id, item_id, location_id, bucket, quantity, balance_after, kind, reason, note, actor, document, line,
        recorded_at, occurred_at
      )
      select
        \(id("mov", "n", engine)), \(id("itm", "(n - 1) / 10 + 1", engine)), \(main), 'on_hand', 2,
        (n - 1) % 10 * 2 + 2, 'adjustment', 'received', 'with a tab\t and a \\ backslash', 'test',
        \(id("adj", "n", engine)), 0, n, n
      from \(numbers(books * 10, engine))
      """,
    ]
    if isSQLite { statements.insert("insert into book_search (book_search) values ('rebuild')", at: 1) }
    return statements
  }
}
