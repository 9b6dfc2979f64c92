internal import Inventory
internal import JSON

extension Examples {
  static let valuation = JSONValue(written: { json in
    let row = ValuationRow(
      locationID: locationID, locationCode: "main", currency: try? Currency("EUR"), copies: 12,
      amount: 15588)
    Reports.valuation.write(row, to: &json)
  })
  static let deadStock = JSONValue(written: { json in
    let row = DeadStockRow(
      item: reportedItem, locationID: locationID, locationCode: "main", onHand: 12,
      lastMovementAt: Instant(microseconds: 1_795_536_906_000_000))
    Reports.deadStock.write(row, to: &json)
  })
  static let sellThrough = JSONValue(written: { json in
    Reports.sellThrough.write(
      SellThroughRow(item: reportedItem, sold: 9, received: 12, onHand: 3), to: &json)
  })

  private static let reportedItem = ReportedItem(
    id: itemID, sku: isbn, bookID: bookID, isbn: ISBN(stored: isbn), title: "The Hunger Games")
}
