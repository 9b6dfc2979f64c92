public import Inventory

extension SQLiteRepository {
  /// See ``BookRepository``.
  public func books(_ query: BookQuery, page: PageRequest) async throws(InventoryError) -> Page<Book> {
    if query.filters.isEmpty {
      return try await database.read { (connection) throws(InventoryError) in
        try connection.books(query, page: page)
      }
    }
    return try await database.slowRead { (connection) throws(InventoryError) in
      try connection.books(query, page: page)
    }
  }

  /// See ``BookRepository``.
  public func facets(
    _ facets: [BookFacet], of query: BookQuery
  ) async throws(InventoryError) -> [BookFacet: [FacetCount]] {
    try await database.slowRead { (connection) throws(InventoryError) in
      let selection = try BookSelection(query, walking: nil, connection)
      var counts: [BookFacet: [FacetCount]] = [:]
      for facet in facets { counts[facet] = try connection.counts(of: facet, in: selection) }
      return counts
    }
  }
}

extension BookSortKey {
  /// The column that a list is ordered by; the index that holds it with the identifier behind.
  fileprivate var order: (column: String, index: String) {
    switch self {
    case .title: ("title_key", "book_by_title")
    case .isbn: ("isbn_order", "book_by_isbn")
    case .created: ("created_at", "book_by_created")
    case .updated: ("updated_at", "book_by_updated")
    case .publicationDate: ("publication_order", "book_by_publication")
    }
  }
}

extension Connection {
  fileprivate func books(_ query: BookQuery, page: PageRequest) throws(InventoryError) -> Page<Book> {
    let order = query.sort.order
    var selection = try BookSelection(query, walking: order.index, self)
    if let after = page.after {
      selection.conditions.append("(book.\(order.column), book.id) \(query.descending ? "<" : ">") (?, ?)")
      selection.arguments += [after.value.argument, .text(after.id)]
    }
    let direction = query.descending ? "desc" : "asc"
    let rows = try all(
      """
      select
        \(Book.columns),
        book.\(order.column)
      from \(selection.from)
      where \(selection.conditions.joined(separator: "\n  and "))
      order by book.\(order.column) \(direction), book.id \(direction)
      limit ?
      """, selection.arguments + [SQLiteValue(page.limit + 1)]
    ) { (row) throws(InventoryError) in
      let book = try Book(&row)
      return (book, query.sort.kind == .text ? PageKey.Value.text(row.text()) : .integer(row.integer()))
    }
    return Page(rows, limit: page.limit) {
      PageKey(value: $0.1, id: $0.0.id.description)
    } element: {
      $0.0
    }
  }

  fileprivate func counts(
    of facet: BookFacet, in selection: BookSelection
  ) throws(InventoryError) -> [FacetCount] {
    let (value, group) =
      switch facet {
      case .publisher: ("min(publisher)", "publisher_key")
      case .language: ("language", "language")
      case .productForm: ("product_form", "product_form")
      }
    return try all(
      """
      select
        \(value) as value,
        count(*) as books
      from \(selection.from)
      where \(selection.conditions.joined(separator: "\n  and "))
        and \(group) is not null
      group by \(group)
      order by books desc, value
      limit 20
      """, selection.arguments
    ) { row in FacetCount(value: row.text(), count: row.integer()) }
  }
}
