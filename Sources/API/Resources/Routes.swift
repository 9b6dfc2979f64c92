/// Every route, in the order of the document.
enum Routes {
  static let all =
    Books.routes + Items.routes + Locations.routes + Adjustments.routes + Reservations.routes
    + PurchaseOrders.routes + Receipts.routes + Returns.routes + [PurchaseOrders.cancellation]
    + Transfers.routes + Counts.routes + StockLevels.routes
    + Movements.routes + Commitments.routes
    + Reports.routes
    + APIKeys.routes + Operations.routes + Description.routes
}
