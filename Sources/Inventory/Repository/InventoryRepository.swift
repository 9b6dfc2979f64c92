/// All that the service asks of its database. Implemented once per engine; one contract-test suite runs on
/// every implementation.
///
/// Methods may be called from any task; on an event loop they stay on it. Any of them may throw
/// ``InventoryError/unavailable(reason:retryAfter:)`` or ``InventoryError/unexpected(_:)``; what else a
/// method throws is said beside it. A method that throws has changed nothing. A write that returns is
/// committed and on disk.
public protocol InventoryRepository: BookRepository, ItemRepository, LocationRepository, StockRepository,
  ReservationRepository, TransferRepository, CountRepository, SupplyRepository, HistoryRepository,
  ImportRepository, AccessRepository
{
  /// Throws unless the database answers and its schema is the one this program knows.
  func checkReadiness() async throws(InventoryError)

  /// Ends background work and closes every connection; later calls throw `unavailable`.
  func close() async
}

/// Titles.
public protocol BookRepository: Sendable {
  /// Stores a book together with its `new` item, whose SKU is the ISBN or, without one, the book's id.
  /// Throws `duplicateISBN` unless `allowDuplicate` (the item's SKU is then the book's id when the ISBN is
  /// taken), `duplicateSKU` when the ISBN is another book's SKU.
  func createBook(_ details: BookDetails, allowDuplicate: Bool) async throws(InventoryError) -> (Book, Item)

  /// An archived book is found by id, not by ISBN. Where several active books have the ISBN, the one that was
  /// not stored with `allowDuplicate`, then the oldest. Nil when there is none.
  func book(_ reference: BookReference) async throws(InventoryError) -> Book?

  /// Active books in order. Search and filters never hold a loop for long.
  func books(_ query: BookQuery, page: PageRequest) async throws(InventoryError) -> Page<Book>

  /// For each facet the 20 most frequent values among the active books of the query, by count, then value.
  /// Spellings of a publisher that have the same ``SearchText/sortKey(_:)`` count as one value, written as
  /// the first of them by code points.
  func facets(
    _ facets: [BookFacet], of query: BookQuery
  ) async throws(InventoryError) -> [BookFacet: [FacetCount]]

  /// Replaces what clients may say of a book, provided that it is at `version`.
  /// Throws `notFound`, `versionMismatch`, `bookArchived`, `duplicateISBN` (only when the ISBN changes).
  func replaceBook(
    _ id: BookID, with details: BookDetails, version: Int64, allowDuplicate: Bool
  ) async throws(InventoryError) -> Book

  /// Takes a book out of the catalogue and frees its ISBN and SKUs for others: its items are then known by
  /// their identifiers, which become their SKUs. Archiving again is no error and changes nothing. `version` nil
  /// archives whatever it is at. Throws `notFound`, `versionMismatch`, `bookHasStock`.
  func archiveBook(_ id: BookID, version: Int64?) async throws(InventoryError) -> Book

  /// The totals of each of these books (up to 200); a book without levels has zeros.
  func stockTotals(of books: [BookID]) async throws(InventoryError) -> [BookID: StockTotals]

  /// The items of each of these books (up to 200), by identifier.
  func items(of books: [BookID]) async throws(InventoryError) -> [BookID: [Item]]
}

/// What is stocked.
public protocol ItemRepository: Sendable {
  /// Throws `notFound` for the book, `bookArchived`, `duplicateSKU`.
  func createItem(_ details: ItemDetails, book: BookID) async throws(InventoryError) -> Item
  func item(_ reference: ItemReference) async throws(InventoryError) -> Item?
  func items(_ query: ItemQuery, page: PageRequest) async throws(InventoryError) -> Page<Item>
  /// Throws `notFound`, `versionMismatch`, `duplicateSKU`.
  func replaceItem(
    _ id: ItemID, with details: ItemDetails, version: Int64
  ) async throws(InventoryError) -> Item
}

/// Where stock is.
public protocol LocationRepository: Sendable {
  /// Throws `duplicateLocationCode`.
  func createLocation(_ details: LocationDetails) async throws(InventoryError) -> Location
  func location(_ reference: LocationReference) async throws(InventoryError) -> Location?
  func locations(_ query: LocationQuery, page: PageRequest) async throws(InventoryError) -> Page<Location>
  /// Throws `notFound`, `versionMismatch`, `duplicateLocationCode`.
  func replaceLocation(
    _ id: LocationID, with details: LocationDetails, version: Int64
  ) async throws(InventoryError) -> Location
}

/// Quantities and the ledger.
public protocol StockRepository: Sendable {
  func levels(_ query: StockQuery, page: PageRequest) async throws(InventoryError) -> Page<StockLevel>

  /// The levels of these items (up to 1,000) at every location where they were ever written.
  func levels(of items: [ItemID]) async throws(InventoryError) -> [ItemID: [StockLevel]]

  /// One level; zeros and version 0 where nothing was ever written. Throws `notFound` for item or location.
  func level(_ item: ItemReference, at location: LocationReference) async throws(InventoryError) -> StockLevel

  /// Sets reorder point, safety stock and bin, provided that the level is at `version`. Copies that are no longer
  /// kept from sale go to who waits for them. Throws `notFound`, `versionMismatch`, `bookArchived`.
  func replacePolicy(_ change: PolicyChange) async throws(InventoryError) -> StockLevel

  /// Changes quantities, all lines or none. The lines of one level are judged together (``StockRules``).
  /// Throws `unknownLines`, `refused`.
  func adjust(
    _ adjustment: Adjustment, once: Once<AdjustmentResult>?
  ) async throws(InventoryError) -> Outcome<AdjustmentResult>

  func movements(_ query: MovementQuery, page: PageRequest) async throws(InventoryError) -> Page<Movement>
  func movement(_ id: MovementID) async throws(InventoryError) -> Movement?

  /// Takes a movement back by a row of its own that names it as its document, judged like an adjustment. Throws
  /// `notFound`, `alreadyReversed`, `notReversible`, `refused`, `bookArchived`, `invalidState` (of a closed
  /// location that copies would come back to).
  func reverse(
    _ reversal: Reversal, once: Once<Movement>?
  ) async throws(InventoryError) -> Outcome<Movement>

  /// See ``CommitmentQuery``.
  func commitments(
    _ query: CommitmentQuery, page: PageRequest
  ) async throws(InventoryError) -> Page<Commitment>

  /// Recomputes every balance from the ledgers, and what is promised from the holds, in one consistent snapshot.
  func verify() async throws(InventoryError) -> VerificationReport
}

extension StockRepository {
  /// Changes quantities without a key.
  public func adjust(_ adjustment: Adjustment) async throws(InventoryError) -> AdjustmentResult {
    switch try await adjust(adjustment, once: nil) {
    case .done(let result): return result
    case .replayed: throw .unexpected("an answer was replayed without a key")
    }
  }
}

/// What ``StockRepository/verify()`` found.
public struct VerificationReport: Hashable, Sendable {
  /// What explains a balance.
  public enum Explanation: String, Sendable {
    /// Every balance is the sum of its rows in the ledgers.
    case ledger
    /// `held` and `backordered` are also the sums of what holds have.
    case holds
  }

  /// A balance that is not the sum of what explains it.
  public struct Drift: Hashable, Sendable {
    /// What is stocked.
    public var item: ItemID
    /// Where it is.
    public var location: LocationID
    /// Which balance.
    public var bucket: Balance
    /// What the level says.
    public var balance: Int64
    /// What it was compared with.
    public var explanation: Explanation
    /// What that adds up to.
    public var sum: Int64

    /// From its parts.
    public init(
      item: ItemID, location: LocationID, bucket: Balance, balance: Int64,
      explanation: Explanation = .ledger, sum: Int64
    ) {
      self.item = item
      self.location = location
      self.bucket = bucket
      self.balance = balance
      self.explanation = explanation
      self.sum = sum
    }
  }

  /// How many levels were compared.
  public var levelsChecked: Int64
  /// How many ledger rows were added up.
  public var movementsRead: Int64
  /// Ordered by item, location, bucket (as ``Balance/all`` lists them), the ledger first; the first 1,000.
  public var drift: [Drift]

  /// From its parts.
  public init(levelsChecked: Int64, movementsRead: Int64, drift: [Drift]) {
    self.levelsChecked = levelsChecked
    self.movementsRead = movementsRead
    self.drift = drift
  }
}

/// Catalogue files.
public protocol ImportRepository: Sendable {
  /// Applies a batch (up to 500 records) in one transaction; outcomes in the order of the records. With
  /// `dryRun` says what would happen and changes nothing.
  ///
  /// A record that cannot be applied is rejected and changes nothing; its neighbours are applied. Codes of
  /// the repository's own rejections: `book-archived`, `duplicate-isbn`, `duplicate-sku`,
  /// `location-not-found`, `location-inactive`, `no-new-item`, and those of ``LineRefusal/Code`` for the
  /// first quantity.
  func importBooks(
    _ records: [ImportRecord], dryRun: Bool
  ) async throws(InventoryError) -> [ImportOutcome]
}

/// One record of a catalogue file.
///
/// Matched by (sender, reference), then by ISBN among active books; never by title. A record whose
/// `fingerprint` is the one stored for (sender, reference) is unchanged, whatever was edited since.
public struct ImportRecord: Sendable {
  /// Whose file it is, such as `goodbooks`.
  public var sender: String
  /// The sender's own name of the record.
  public var reference: String
  /// SHA-256 or another digest of the record's mapped fields.
  public var fingerprint: String
  /// For finding the book when the reference is new.
  public var isbn: ISBN?
  /// Makes the details to store, from the present ones when the book exists; may say no.
  public var merge: @Sendable (BookDetails?) -> Result<BookDetails, InvalidValue>
  /// A first quantity, written as a movement with reason `opening` when this record creates its book or
  /// first matches it; the document `import:sender:reference` makes that happen once. 0 and nil write none.
  public var quantity: Int64?
  /// Where the first quantity is.
  public var location: LocationReference

  /// From its parts.
  public init(
    sender: String, reference: String, fingerprint: String, isbn: ISBN?,
    merge: @escaping @Sendable (BookDetails?) -> Result<BookDetails, InvalidValue>, quantity: Int64?,
    location: LocationReference
  ) {
    self.sender = sender
    self.reference = reference
    self.fingerprint = fingerprint
    self.isbn = isbn
    self.merge = merge
    self.quantity = quantity
    self.location = location
  }
}

/// What became of an ``ImportRecord``.
public enum ImportOutcome: Hashable, Sendable {
  case created(BookID)
  /// The book's details changed, or a first quantity was written.
  case updated(BookID)
  /// Nothing changed but, at most, what is remembered of the record.
  case unchanged(BookID)
  case rejected(InvalidValue)
}

/// Who may ask.
public protocol AccessRepository: Sendable {
  /// Throws `unknownLocations`, `expiryNotInFuture`.
  func createAPIKey(_ request: APIKeyRequest) async throws(InventoryError) -> APIKey
  func apiKey(_ id: APIKeyID) async throws(InventoryError) -> APIKey?
  /// The key whose present or previous secret has this prefix, whether or not it is still taken.
  func apiKey(prefix: String) async throws(InventoryError) -> APIKey?
  /// Newest first, also those that were taken back.
  func apiKeys(page: PageRequest) async throws(InventoryError) -> Page<APIKey>
  /// Throws `notFound`, `invalidState` for one that was taken back or has run out.
  func rotateAPIKey(_ rotation: APIKeyRotation) async throws(InventoryError) -> APIKey
  /// Takes a key back; again changes nothing. Throws `notFound`.
  func revokeAPIKey(_ id: APIKeyID) async throws(InventoryError) -> APIKey
  /// Remembers when keys were used last; what is older than what is there changes nothing.
  func recordUse(of keys: [APIKeyID: Instant]) async throws(InventoryError)
}
