public import Inventory

extension PolicyChange {
  /// A change as the tests mostly make it.
  public init(_ item: ItemID, at location: LocationID, with policy: StockPolicy, version: Int64) {
    self.init(item: item, location: location, policy: policy, version: version, origin: Origin(actor: "test"))
  }
}
