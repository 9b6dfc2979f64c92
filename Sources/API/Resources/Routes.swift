/// Every route, in the order of the document.
enum Routes {
  static let all =
    Books.routes + Items.routes + Locations.routes + StockLevels.routes + Adjustments.routes
    + Movements.routes
    + Operations.routes + Description.routes
}
