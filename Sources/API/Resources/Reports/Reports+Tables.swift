internal import Inventory

extension Reports {
  static let valuation = Table<ValuationRow>(
    name: "valuation",
    columns: [
      .init("location_id", .identifier("loc")) { .text($0.locationID.description) },
      .init("location_code", .text(LocationCode.length)) { .text($0.locationCode) },
      .init("currency", Schema.text(3...3).orNull.about("Null: the copies have no price.")) {
        .text($0.currency?.code)
      },
      .init("copies", Schema.integer(0...Int64.max).about("On hand, whatever their state.")) {
        .integer($0.copies)
      },
      .init(
        "amount",
        Schema.integer(0...Int64.max).orNull.about("In minor units of the currency, exact at any size.")
      ) { .number($0.amount.map { String($0) }) },
    ])

  static let deadStock = Table<DeadStockRow>(
    name: "dead-stock",
    columns: ReportedItem.columns(of: { $0.item }) + [
      .init("location_id", .identifier("loc")) { .text($0.locationID.description) },
      .init("location_code", .text(LocationCode.length)) { .text($0.locationCode) },
      .init("on_hand", .copies) { .integer($0.onHand) },
      .init(
        "last_movement_at",
        Schema.text(format: "date-time").about("When the last movement was recorded.")
      ) { .text($0.lastMovementAt.description) },
    ])

  /// Each reading adds up the whole period, so there should be few of them.
  static let sellThrough = Table<SellThroughRow>(
    name: "sell-through", rowsAtOnce: 10_000,
    columns: ReportedItem.columns(of: { $0.item }) + [
      .init("sold", .copiesMoved.about("Sales of reservations, and adjustments with the reason sold.")) {
        .integer($0.sold)
      },
      .init("received", .copiesMoved.about("Receipts, and adjustments with the reason received.")) {
        .integer($0.received)
      },
      .init("on_hand", Schema.integer(0...Int64.max).about("Now.")) { .integer($0.onHand) },
      .init(
        "ratio",
        Schema.text(pattern: "^[0-9]+\\.[0-9]{4}$").orNull.about(
          "sold ÷ received, rounded to four decimals; null when nothing was received.")
      ) { .text($0.ratio) },
    ])
}

extension ReportedItem {
  fileprivate static func columns<Row>(
    of item: @escaping @Sendable (Row) -> ReportedItem
  ) -> [Table<Row>.Column] {
    [
      .init("item_id", .identifier("itm")) { .text(item($0).id.description) },
      .init("sku", .text(SKU.length)) { .text(item($0).sku) },
      .init("book_id", .identifier("bk")) { .text(item($0).bookID.description) },
      .init("isbn", Schema.text(13...13).orNull) { .text(item($0).isbn?.digits) },
      .init("title", .text(1...500)) { .text(item($0).title) },
    ]
  }
}

extension Schema {
  /// Negative when more was reversed than moved.
  fileprivate static let copiesMoved = Schema.integer(Int64.min...Int64.max)
}
