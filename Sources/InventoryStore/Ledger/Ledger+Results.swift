internal import Inventory

extension Ledger {
  /// A level as it is after ``write()``.
  func level(_ key: LevelKey) throws(InventoryError) -> StockLevel {
    guard let entry = entries[key], let item = named.item(key.item), let place = named.location(key.location)
    else { throw .unexpected("a level of a posting was not looked up") }
    return StockLevel(
      itemID: item.id, locationID: place.id, sku: item.sku, bookID: item.bookID, isbn: item.isbn,
      locationCode: place.code, quantities: entry.after, policy: entry.policy, version: entry.version,
      updatedAt: entry.isStored ? entry.updatedAt : nil)
  }
}
