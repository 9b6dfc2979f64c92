/// What the ledgers say of the past.
public protocol HistoryRepository: Sendable {
  /// Levels as they were at an instant: their balances by the rows recorded until then, inclusive. Those that
  /// had no row yet are left out; policies, versions and instants of change are not part of the ledgers, so they
  /// are as of a level that was never written. The filters on present quantities do not count. Throws
  /// `instantInFuture`.
  func levels(
    _ query: StockQuery, asOf instant: Instant, page: PageRequest
  ) async throws(InventoryError) -> Page<StockLevel>

  /// One level as it was; zeros where nothing was recorded yet. Throws `notFound` for item or location,
  /// `instantInFuture`.
  func level(
    _ item: ItemReference, at location: LocationReference, asOf instant: Instant
  ) async throws(InventoryError) -> StockLevel

  /// Copies on hand with their value, by location and currency; ordered by location identifier, then currency.
  /// The page key's value is the location's identifier, its id the currency.
  func valuation(
    at location: LocationID?, page: PageRequest
  ) async throws(InventoryError) -> Page<ValuationRow>

  /// Levels with copies on hand and no movement recorded at `since` or later; ordered by item, then location. The
  /// page key's value is the item's identifier, its id the location's.
  func deadStock(
    since: Instant, at location: LocationID?, page: PageRequest
  ) async throws(InventoryError) -> Page<DeadStockRow>

  /// Items that were sold or received in a period, by the instants at which it happened; ordered by item. The
  /// page key's value and id are the item's identifier.
  func sellThrough(
    in period: Range<Instant>, at location: LocationID?, page: PageRequest
  ) async throws(InventoryError) -> Page<SellThroughRow>
}
