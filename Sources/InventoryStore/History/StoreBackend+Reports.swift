public import Inventory

extension StoreBackend {
  /// See ``HistoryRepository``.
  public func valuation(
    at location: LocationID?, page: PageRequest
  ) async throws(InventoryError) -> Page<ValuationRow> {
    let statement = ReportSQL.valuation.statement([page.rows], [location.map { [.id($0)] }, page.textKey])
    let rows = try await query([statement], slow: true).first ?? []
    var report: [ValuationRow] = []
    for var row in rows { report.append(try ValuationRow(&row)) }
    return Page(report, limit: page.limit) { row in
      PageKey(value: .text(row.locationID.description), id: row.currency?.code ?? "")
    }
  }

  /// See ``HistoryRepository``.
  public func deadStock(
    since: Instant, at location: LocationID?, page: PageRequest
  ) async throws(InventoryError) -> Page<DeadStockRow> {
    let statement = ReportSQL.deadStock.statement(
      [.instant(since), page.rows], [location.map { [.id($0)] }, page.textKey])
    let rows = try await query([statement], slow: true).first ?? []
    var report: [DeadStockRow] = []
    for var row in rows {
      report.append(
        DeadStockRow(
          item: try ReportedItem(&row), locationID: try row.id(), locationCode: try row.text(),
          onHand: try row.integer(), lastMovementAt: try row.instant()))
    }
    return Page(report, limit: page.limit) { row in
      PageKey(value: .text(row.item.id.description), id: row.locationID.description)
    }
  }

  /// See ``HistoryRepository``.
  public func sellThrough(
    in period: Range<Instant>, at location: LocationID?, page: PageRequest
  ) async throws(InventoryError) -> Page<SellThroughRow> {
    let statement = ReportSQL.sellThrough(everywhere: location == nil).statement(
      [.instant(period.lowerBound), .instant(period.upperBound), page.rows]
        + (location.map { [.id($0)] } ?? []),
      [page.textKey.map { [$0[0]] }])
    let rows = try await query([statement], slow: true).first ?? []
    var report: [SellThroughRow] = []
    for var row in rows {
      report.append(
        SellThroughRow(
          item: try ReportedItem(&row), sold: try row.integer(), received: try row.integer(),
          onHand: try row.integer()))
    }
    return Page(report, limit: page.limit) { row in
      PageKey(value: .text(row.item.id.description), id: row.item.id.description)
    }
  }
}

extension ReportedItem {
  fileprivate static let columns = """
    item.id as item_id,
      item.sku,
      item.book_id,
      book.isbn,
      book.title
    """

  fileprivate init(_ row: inout StoreRow) throws(InventoryError) {
    self.init(
      id: try row.id(), sku: try row.text(), bookID: try row.id(),
      isbn: try row.optionalText().map { ISBN(stored: $0) }, title: try row.text())
  }
}

extension ValuationRow {
  fileprivate init(_ row: inout StoreRow) throws(InventoryError) {
    let (location, code, currency) = (try row.id(LocationIDKind.self), try row.text(), try row.text())
    let (copies, millions, units) = (try row.integer(), try row.integer(), try row.integer())
    guard !currency.isEmpty else {
      self.init(locationID: location, locationCode: code, currency: nil, copies: copies, amount: nil)
      return
    }
    guard let known = try? Currency(currency) else { throw .unexpected("\(currency) is no currency") }
    self.init(
      locationID: location, locationCode: code, currency: known, copies: copies,
      amount: Int128(millions) * 1_000_000 + Int128(units))
  }
}

private enum ReportSQL {
  /// Copies times price may not fit into 64 bits, so millions of minor units and the rest are added up apart:
  /// their sums fit for any 9,000,000,000,000 copies, and beyond that both engines refuse to go wrong.
  static let valuation = VariableSQL(
    fixed: 1, conditions: ["location_id = ?", "(location_id, currency) > (?, ?)"]
  ) { conditions in
    """
    select
      location_id,
      code,
      currency,
      cast(sum(on_hand) as bigint),
      cast(sum(on_hand * (amount / 1000000)) as bigint),
      cast(sum(on_hand * (amount % 1000000)) as bigint)
    from (
      select
        stock_level.location_id,
        location.code,
        stock_level.on_hand,
        coalesce(item.price_currency, book.price_currency, '') as currency,
        coalesce(item.price_amount, book.price_amount, 0) as amount
      from stock_level
      join item on item.id = stock_level.item_id
      join book on book.id = item.book_id
      join location on location.id = stock_level.location_id
      where stock_level.on_hand > 0
    ) as priced
    where \(conditions)
    group by location_id, code, currency
    order by location_id, currency
    limit $1
    """
  }

  static let deadStock = VariableSQL(
    fixed: 2,
    conditions: [
      "stock_level.location_id = ?", "(stock_level.item_id, stock_level.location_id) > (?, ?)",
    ]
  ) { conditions in
    """
    select
      item_id,
      sku,
      book_id,
      isbn,
      title,
      location_id,
      code,
      on_hand,
      last_at
    from (
      select
        \(ReportedItem.columns),
        stock_level.location_id,
        location.code,
        stock_level.on_hand,
        (
          select max(at)
          from (
            \(Bucket.allCases.map(lastMovement).joined(separator: "\nunion all\n"))
          ) as latest
        ) as last_at
      from stock_level
      join item on item.id = stock_level.item_id
      join book on book.id = item.book_id
      join location on location.id = stock_level.location_id
      where stock_level.on_hand > 0
        and \(conditions)
    ) as stocked
    where last_at < $1
    order by item_id, location_id
    limit $2
    """
  }

  /// One step into the index `movement_as_of`.
  private static func lastMovement(_ bucket: Bucket) -> String {
    """
    select max(recorded_at) as at
    from movement
    where item_id = stock_level.item_id
      and location_id = stock_level.location_id
      and bucket = '\(bucket.rawValue)'
    """
  }

  static func sellThrough(everywhere: Bool) -> VariableSQL {
    everywhere ? sellThroughEverywhere : sellThroughAtLocation
  }

  private static let sellThroughEverywhere = makeSellThrough(location: "true", fixed: 3)
  private static let sellThroughAtLocation = makeSellThrough(location: "location_id = $4", fixed: 4)

  private static func makeSellThrough(location: String, fixed: Int) -> VariableSQL {
    VariableSQL(fixed: fixed, conditions: ["item_id > ?"]) { conditions in
      """
      select
        \(ReportedItem.columns),
        sold,
        received,
        coalesce(
          (
            select cast(sum(on_hand) as bigint)
            from stock_level
            where item_id = moved.item_id
              and \(location)
          ),
          0
        )
      from (
        select
          item_id,
          cast(
            sum(case when kind = 'sale' or (kind <> 'receipt' and reason = 'sold') then -quantity else 0 end)
            as bigint
          ) as sold,
          cast(
            sum(case when kind = 'receipt' or (kind <> 'sale' and reason = 'received') then quantity else 0 end)
            as bigint
          ) as received
        from movement
        where bucket = 'on_hand'
          and occurred_at >= $1
          and occurred_at < $2
          and (
            kind in ('sale', 'receipt')
            or (kind in ('adjustment', 'reversal') and reason in ('sold', 'received'))
          )
          and \(location)
          and \(conditions)
        group by item_id
        order by item_id
        limit $3
      ) as moved
      join item on item.id = moved.item_id
      join book on book.id = item.book_id
      order by moved.item_id
      """
    }
  }
}
