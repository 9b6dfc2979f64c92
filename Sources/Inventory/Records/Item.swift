/// The condition of a copy, in the words of the used-book trade.
public enum Condition: String, Sendable, CaseIterable {
  case new
  case asNew = "as_new"
  case fine
  case veryGood = "very_good"
  case good, fair, poor
}

/// What else a buyer must know of the copies of an item.
public enum ItemFlag: String, Sendable, CaseIterable {
  case signed
  case exLibrary = "ex_library"
  case remainder
}

/// What a client may say of an item.
public struct ItemDetails: Hashable, Sendable {
  /// The stock keeping unit: 1–64 printable ASCII characters without spaces, unique.
  public var sku: String
  /// `new` unless said otherwise.
  public var condition: Condition = .new
  /// In the order of ``ItemFlag``, without repetition.
  public var flags: [ItemFlag] = []
  /// Overrides the book's list price for this item.
  public var price: Money?
  /// How many copies may be promised beyond what there is.
  public var backorderLimit: Int64 = 0

  /// From its parts.
  public init(sku: String) { self.sku = sku }
}

/// What is stocked: a book in one condition.
public struct Item: Hashable, Sendable {
  /// Names the item.
  public let id: ItemID
  /// The book that it is a copy of.
  public let bookID: BookID
  /// What clients may say of it.
  public var details: ItemDetails
  /// Starts at 1, grows by one with each change.
  public var version: Int64
  /// When it was made.
  public var createdAt: Instant
  /// When it was last changed.
  public var updatedAt: Instant

  /// From its parts.
  public init(
    id: ItemID, bookID: BookID, details: ItemDetails, version: Int64, createdAt: Instant, updatedAt: Instant
  ) {
    self.id = id
    self.bookID = bookID
    self.details = details
    self.version = version
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }
}
