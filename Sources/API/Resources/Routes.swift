/// Every route, in the order of the document.
enum Routes {
  static let all =
    Books.routes + Items.routes + Locations.routes + Adjustments.routes + Reservations.routes
    + Transfers.routes + Counts.routes + StockLevels.routes
    + Movements.routes
    + Operations.routes + Description.routes
}
