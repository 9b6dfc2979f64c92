public import Inventory

extension PostgresRepository {
  /// See ``BookRepository``.
  public func books(_ query: BookQuery, page: PageRequest) async throws(InventoryError) -> Page<Book> {
    let rows = try await run { (database) throws(DatabaseError) in
      let result =
        if query.hasFilters {
          try await database.slowRead(BookList.filtered(query, page))
        } else {
          // A short walk along an index.
          try await database.read(
            BookList.plain(query, continued: page.after != nil), BookList.plainValues(page))
        }
      return try result.rows { (row) throws(DatabaseError) in
        let book = try Book(&row)
        return (
          book, query.sort.kind == .text ? PageKey.Value.text(try row.text()) : .integer(try row.integer())
        )
      }
    }
    return Page(rows, limit: page.limit) {
      PageKey(value: $0.1, id: $0.0.id.description)
    } element: {
      $0.0
    }
  }

  /// See ``BookRepository``.
  public func facets(
    _ facets: [BookFacet], of query: BookQuery
  ) async throws(InventoryError) -> [BookFacet: [FacetCount]] {
    try await run { (database) throws(DatabaseError) in
      var counts: [BookFacet: [FacetCount]] = [:]
      for facet in facets {
        counts[facet] = try await database.slowRead(BookList.counts(of: facet, in: query)).rows {
          (row) throws(DatabaseError) in FacetCount(value: try row.text(), count: try row.integer())
        }
      }
      return counts
    }
  }
}

extension BookSortKey {
  /// What a list is ordered by, as an index has it.
  fileprivate var order: String {
    switch self {
    case .title: "title_key"
    case .isbn: "coalesce(isbn, '~')"
    case .created: "created_at"
    case .updated: "updated_at"
    case .publicationDate: "coalesce(publication_date, 9223372036854775807)"
    }
  }
}

private enum BookList {
  // MARK: Without filters

  private struct Shape: Hashable {
    let sort: BookSortKey
    let descending: Bool
    let continued: Bool
  }

  private static let plainLists: [Shape: SQL] = {
    var lists: [Shape: SQL] = [:]
    for sort in BookSortKey.allCases {
      for (descending, continued) in [(false, false), (false, true), (true, false), (true, true)] {
        let comparison =
          continued ? "and (\(sort.order), id) \(descending ? "<" : ">") ($2, $3)" : ""
        lists[Shape(sort: sort, descending: descending, continued: continued)] = SQL(
          list(where: "is_active \(comparison)", sort: sort, descending: descending, limit: "$1"))
      }
    }
    return lists
  }()

  static func plain(_ query: BookQuery, continued: Bool) throws(DatabaseError) -> SQL {
    let shape = Shape(sort: query.sort, descending: query.descending, continued: continued)
    guard let sql = plainLists[shape] else { throw .malformed("no list for \(shape)") }
    return sql
  }

  static func plainValues(_ page: PageRequest) -> [Value] {
    [.integer(Int64(page.limit) + 1)] + (page.after.map { [$0.value.bound, .text($0.id)] } ?? [])
  }

  private static func list(
    where condition: String, sort: BookSortKey, descending: Bool, limit: String
  ) -> String {
    let direction = descending ? "desc" : "asc"
    return """
      select
        \(Book.columns),
        \(sort.order)
      from book
      where \(condition)
      order by \(sort.order) \(direction), id \(direction)
      limit \(limit)
      """
  }

  // MARK: With filters

  static func filtered(_ query: BookQuery, _ page: PageRequest) -> Statement {
    var list = ListStatement()
    require(query, &list)
    if let after = page.after {
      list.require(
        "(\(query.sort.order), id) \(query.descending ? "<" : ">") "
          + "(\(list.bind(after.value.bound)), \(list.bind(.text(after.id))))")
    }
    let limit = list.bind(.integer(Int64(page.limit) + 1))
    return list.statement(
      Self.list(where: list.conjunction, sort: query.sort, descending: query.descending, limit: limit))
  }

  static func counts(of facet: BookFacet, in query: BookQuery) -> Statement {
    var list = ListStatement()
    require(query, &list)
    let (value, group) =
      switch facet {
      case .publisher: ("min(publisher collate \"C\")", "publisher_key")
      case .language: ("language", "language")
      case .productForm: ("product_form", "product_form")
      }
    list.require("\(group) is not null")
    return list.statement(
      """
      select
        \(value) as value,
        count(*) as books
      from book
      where \(list.conjunction)
      group by \(group)
      order by books desc, value
      limit 20
      """)
  }

  private static func require(_ query: BookQuery, _ list: inout ListStatement) {
    list.require("is_active")
    if !query.words.isEmpty {
      list.require("search @@ \(list.bind(.text(query.words.tsquery)))::tsquery")
    }
    if let publisher = query.publisher {
      list.require("publisher_key = \(list.bind(.text(SearchText.sortKey(publisher))))")
    }
    if let tag = query.language?.text {
      // `.` is the character behind `-`: everything that starts with `tag-`.
      let (exact, first, end) = (
        list.bind(.text(tag)), list.bind(.text("\(tag)-")), list.bind(.text("\(tag)."))
      )
      list.require("(language = \(exact) or (language > \(first) and language < \(end)))")
    }
    if let subject = query.subject {
      // An uncorrelated list, so that the planner may begin with it.
      list.require(
        """
        id in (
            select book_id
            from book_subject
            where scheme = \(list.bind(.text(subject.scheme.rawValue)))
              and code ^@ \(list.bind(.text(subject.prefix)))
          )
        """)
    }
    if let price = query.priceAtMost {
      list.require("price_currency = \(list.bind(.text(price.currency.code)))")
      list.require("price_amount <= \(list.bind(.integer(price.amount)))")
    }
    if let inStock = query.inStock {
      list.require(
        """
        \(inStock ? "" : "not ")exists (
            select
            from item
            join stock_level on stock_level.item_id = item.id
            where item.book_id = book.id
              and available > 0
          )
        """)
    }
    if let updatedAtLeast = query.updatedAtLeast {
      list.require("updated_at >= \(list.bind(.instant(updatedAtLeast)))")
    }
  }
}

extension BookQuery {
  /// False for a list of everything.
  fileprivate var hasFilters: Bool {
    var everything = BookQuery()
    everything.sort = sort
    everything.descending = descending
    return self != everything
  }
}
