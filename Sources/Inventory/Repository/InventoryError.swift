/// Everything a repository may answer instead of a result. One table in `API` maps it to HTTP.
public enum InventoryError: Error, Hashable, Sendable {
  /// Nothing of this kind has this name.
  case notFound(RecordType, String)
  /// Another active book has the ISBN.
  case duplicateISBN(ISBN, twin: BookID)
  /// Another item has the SKU.
  case duplicateSKU(String, twin: ItemID)
  /// Another location has the code.
  case duplicateLocationCode(String, twin: LocationID)
  /// The row is not at the version that the caller expected.
  case versionMismatch(current: Int64)
  /// The caller may not change quantities of this location, given by its code.
  case locationNotAllowed(String)
  /// Locations of a new API key that do not exist, by their places in the list.
  case unknownLocations([Int: String])
  /// An archived book cannot be changed or stocked.
  case bookArchived(BookID)
  /// A book with copies, holds or copies on the way cannot be archived.
  case bookHasStock(BookID, onHand: Int64, held: Int64)
  /// Lines that name nothing that exists, or something that takes no stock; nothing was changed.
  case unknownLines([LineProblem])
  /// Lines that the present quantities do not allow; nothing was changed.
  case refused([LineRefusal])
  /// Another document of this kind has the client's number, and says something else.
  case referenceInUse(RecordType, reference: String, twin: String)
  /// The document is in a state that does not allow it.
  case invalidState(RecordType, id: String, state: String)
  /// The hold has run out, and its copies are no longer all there.
  case reservationExpired(String, [LineRefusal])
  /// The end of a hold is not in the future of the database's clock.
  case expiryNotInFuture(now: Instant)
  /// The past was asked for, and the instant is after the present of the database's clock.
  case instantInFuture(now: Instant)
  /// Books that may not be handed out yet; nothing was changed.
  case embargoed([Embargo])
  /// The movement was taken back before.
  case alreadyReversed(MovementID, by: MovementID)
  /// A movement that only its document can take back.
  case notReversible(MovementID, MovementKind)
  /// The supplier no longer takes these copies back; nothing was changed.
  case returnWindowClosed([ClosedReturnWindow])
  /// The idempotency key was used for another request.
  case idempotencyKeyReused
  /// The first request with the idempotency key is still running.
  case idempotencyKeyInUse(retryAfter: Int)
  /// The database cannot be reached, or too much waits for it; try again after so many seconds.
  case unavailable(reason: String, retryAfter: Int)
  /// The database was lost while it committed: the write may have happened. Sent again with the same idempotency
  /// key it happens once.
  case outcomeUnknown(reason: String)
  /// A bug or a broken database: logged once at the edge, never shown to the client.
  case unexpected(String)
}

/// The nouns of the API.
public enum RecordType: String, Sendable {
  case book, item, location, movement, stock, reservation, transfer, count, receipt
  case purchaseOrder = "purchase order"
  case stockReturn = "return"
  case apiKey = "API key"
}

/// A line that would hand out a book before its on-sale date.
public struct Embargo: Hashable, Sendable {
  /// Which line, from 0.
  public var index: Int
  /// The location, in whose time zone the day has not come.
  public var location: String
  /// The first day on which the book may be sold.
  public var onSaleDate: PartialDate

  /// From its parts.
  public init(index: Int, location: String, onSaleDate: PartialDate) {
    self.index = index
    self.location = location
    self.onSaleDate = onSaleDate
  }
}

/// A line that would send copies back to a supplier too late.
public struct ClosedReturnWindow: Hashable, Sendable {
  /// Which line, from 0.
  public var index: Int
  /// Until when the supplier took the copies back.
  public var returnableUntil: Instant

  /// From its parts.
  public init(index: Int, returnableUntil: Instant) {
    self.index = index
    self.returnableUntil = returnableUntil
  }
}

/// What is wrong with a line, or with what a document says of itself, apart from quantities.
public struct LineProblem: Hashable, Sendable {
  /// The part of the line, or of the document, that is wrong.
  public enum Field: String, Sendable {
    case item, location, from, to, receipt, items
    case purchaseOrder = "purchase_order"
    case countedAt = "counted_at"
  }
  /// What is wrong with it.
  public enum Code: String, Sendable {
    case notFound = "not-found"
    /// The item's book is archived.
    case archived
    /// The location takes no new stock.
    case inactive
    /// An earlier line names the same bucket of the same item at the same location.
    case duplicate = "duplicate-line"
    /// The document that this one answers has no line of the item.
    case notOnDocument = "not-on-document"
    /// Copies would go where they are.
    case sameLocation = "same-location"
    /// More than one document may have.
    case tooMany = "too-many"
    /// An instant that the database's clock has not reached.
    case inFuture = "in-the-future"
  }

  /// From 0; nil where the document itself names it, not a line.
  public var index: Int?
  /// Which part.
  public var field: Field
  /// What is wrong.
  public var code: Code
  /// What the client wrote.
  public var value: String

  /// From its parts.
  public init(index: Int?, field: Field, code: Code, value: String) {
    self.index = index
    self.field = field
    self.code = code
    self.value = value
  }
}

/// Why the present quantities do not allow a line.
public struct LineRefusal: Hashable, Sendable {
  /// Which rule refuses; see ``StockRules``.
  public enum Code: String, Sendable {
    /// A bucket would fall below 0, or the unavailable buckets would exceed what is on hand.
    case insufficientStock = "insufficient-stock"
    /// The copies are there but promised.
    case heldStock = "held-stock"
    /// `expected` is not the present value.
    case stockChanged = "stock-changed"
    /// The balance would exceed ``Adjustment/maximumQuantity``.
    case quantityTooLarge = "quantity-too-large"
    /// More than what is left of the document's line.
    case exceedsRemainder = "exceeds-remainder"
    /// More than what was ordered.
    case overReceipt = "over-receipt"
  }

  /// From 0.
  public var index: Int
  /// What is wrong.
  public var code: Code
  /// The copies asked for: the size of the decrease, or the `expected` value of a set.
  public var wanted: Int64
  /// The present value that decided: what could be taken, or the present balance of the bucket.
  public var available: Int64

  /// From its parts.
  public init(index: Int, code: Code, wanted: Int64, available: Int64) {
    self.index = index
    self.code = code
    self.wanted = wanted
    self.available = available
  }
}
