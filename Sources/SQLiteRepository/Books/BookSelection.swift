internal import Inventory

/// A condition on books, in the two forms it can be asked in.
struct BookFilter {
  /// A condition on a row of `book`.
  var check: String
  /// A query for the numbers of all books that satisfy it; nil where no index could answer that.
  var source: String?
  /// The values of the parameters, the same for both forms.
  var arguments: [SQLiteValue]
}

extension BookQuery {
  /// The conditions beside "active".
  var filters: [BookFilter] {
    var filters: [BookFilter] = []
    if !words.isEmpty {
      let source = "select rowid from book_search where book_search match ?"
      filters.append(
        BookFilter(check: "book.number in (\(source))", source: source, arguments: [.text(Self.match(words))])
      )
    }
    if let publisher {
      filters.append(.columns("publisher_key = ?", [.text(SearchText.sortKey(publisher))]))
    }
    if let tag = language?.text {
      // `.` is the character behind `-`: everything that starts with `tag-`.
      let exact = "language = ?"
      let regional = "language > ? and language < ?"
      filters.append(
        BookFilter(
          check: "(\(exact) or \(regional))",
          // Two searches in the index; for the same with OR, SQLite would walk the table.
          source: "\(BookFilter.numbers) and \(exact) union all \(BookFilter.numbers) and \(regional)",
          arguments: [.text(tag), .text("\(tag)-"), .text("\(tag).")]))
    }
    if let subject {
      filters.append(
        BookFilter(
          check: """
            exists (
              select 1
              from book_subject
              where book_subject.book_id = book.id
                and scheme = ?
                and code >= ?
                and code < ?
            )
            """,
          source: """
            select book.number
            from book_subject
            cross join book on book.id = book_subject.book_id
            where scheme = ?
              and code >= ?
              and code < ?
            """,
          arguments: [
            .text(subject.scheme.rawValue), .text(subject.prefix),
            // Behind every text that starts with the prefix: no text has this noncharacter.
            .text("\(subject.prefix)\u{10FFFF}"),
          ]))
    }
    if let priceAtMost {
      filters.append(
        .columns(
          "price_currency = ? and price_amount <= ?",
          [.text(priceAtMost.currency.code), .integer(priceAtMost.amount)]))
    }
    if let inStock { filters.append(inStock ? .inStock : .notInStock) }
    if let updatedAtLeast { filters.append(.columns("updated_at >= ?", [SQLiteValue(updatedAtLeast)])) }
    return filters
  }

  /// FTS5's query text; words are letters and digits only, so none of them ends its quotes.
  private static func match(_ words: [SearchText.Word]) -> String {
    words.map { "\"\($0.text)\"\($0.isPrefix ? "*" : "")" }.joined(separator: " AND ")
  }
}

extension BookFilter {
  fileprivate static let numbers = "select number from book where archived_at is null"

  /// A condition on columns of `book` that have an index.
  fileprivate static func columns(_ condition: String, _ arguments: [SQLiteValue]) -> BookFilter {
    BookFilter(check: condition, source: "\(numbers) and \(condition)", arguments: arguments)
  }

  private static let available = """
    exists (
      select 1
      from item
      cross join stock_level on stock_level.item_id = item.id
      where item.book_id = book.id
        and stock_level.available > 0
    )
    """

  fileprivate static let inStock = BookFilter(
    check: available,
    source: """
      select book.number
      from stock_level
      cross join item on item.id = stock_level.item_id
      cross join book on book.id = item.book_id
      where stock_level.available > 0
      """, arguments: [])

  fileprivate static let notInStock = BookFilter(check: "not \(available)", source: nil, arguments: [])
}

/// How a query on books is run.
///
/// Either the rows are walked in the order of the list until the page is full, which is right when most rows
/// satisfy the filters; or the few that satisfy one filter are fetched and sorted. SQLite does not know how
/// many rows a word or a language has, so it is counted first, up to a bound.
struct BookSelection {
  /// Up to so many rows are fetched and sorted.
  static let fewRows: Int64 = 1000

  /// `from book …` with the name of the index to walk, or none.
  var from: String
  var conditions: [String]
  var arguments: [SQLiteValue]

  /// Decides; `index` serves the order of the list, nil when no order is asked for.
  init(_ query: BookQuery, walking index: String?, _ connection: Connection) throws(InventoryError) {
    var filters = query.filters
    from = index.map { "book indexed by \($0)" } ?? "book"
    conditions = ["book.archived_at is null"]
    arguments = []
    var fewest: (position: Int, rows: Int64, source: String)?
    for (position, filter) in filters.enumerated() {
      guard let source = filter.source else { continue }
      let rows =
        try connection.first(
          "select count(*) from (\(source) limit \(Self.fewRows + 1))", filter.arguments
        ) { $0.integer() } ?? 0
      if rows <= Self.fewRows, rows < fewest?.rows ?? .max { fewest = (position, rows, source) }
    }
    if let fewest {
      let filter = filters.remove(at: fewest.position)
      from = "book not indexed"
      conditions.append("book.number in (\(fewest.source))")
      arguments += filter.arguments
    }
    for filter in filters {
      conditions.append(filter.check)
      arguments += filter.arguments
    }
  }
}
