/// A place in a sorted list: the sort value and the identifier of the last row seen.
public struct PageKey: Hashable, Sendable {
  /// The row's value in the sort column.
  public enum Value: Hashable, Sendable {
    case text(String)
    case integer(Int64)

    /// Which of them it is.
    public var kind: Kind {
      switch self {
      case .text: .text
      case .integer: .integer
      }
    }
  }

  /// Of what kind a list's sort values are.
  public enum Kind: Hashable, Sendable { case text, integer }

  /// The sort value, or the value that was counted.
  public var value: Value
  /// The row's identifier in text form, which decides between equal sort values.
  public var id: String

  /// From its parts.
  public init(value: Value, id: String) {
    self.value = value
    self.id = id
  }
}

/// Part of a sorted list.
public struct Page<Element: Sendable>: Sendable {
  /// The rows, in order.
  public var elements: [Element]
  /// Where the next page starts; nil when this was the last.
  public var next: PageKey?

  /// From its parts.
  public init(elements: [Element], next: PageKey?) {
    self.elements = elements
    self.next = next
  }
}

/// Which part of a list is wanted.
public struct PageRequest: Hashable, Sendable {
  /// How many rows, 1–200 from outside.
  public var limit: Int
  /// Rows strictly behind this one; nil starts at the beginning.
  public var after: PageKey?

  /// From its parts.
  public init(limit: Int, after: PageKey? = nil) {
    self.limit = limit
    self.after = after
  }
}

/// What a list of books is ordered by. Equal values are ordered by identifier in the same direction; a
/// missing ISBN or date sorts behind all others, in descending order before them (as PostgreSQL does).
public enum BookSortKey: String, Sendable, CaseIterable {
  /// By ``SearchText/sortKey(_:)`` of the title.
  case title
  case isbn
  case created
  case updated
  case publicationDate = "publication_date"

  /// Of what kind its values are.
  public var kind: PageKey.Kind {
    switch self {
    case .title, .isbn: .text
    case .created, .updated, .publicationDate: .integer
    }
  }
}

/// Which books are wanted, in which order.
public struct BookQuery: Hashable, Sendable {
  /// Every one of these words is in title, subtitle, contributors, publisher, ISBN or subject codes.
  public var words: [SearchText.Word] = []
  /// Equal by ``SearchText/sortKey(_:)``.
  public var publisher: String?
  /// `en` also finds `en-US`.
  public var language: LanguageTag?
  /// Subjects of this scheme whose code starts with this text.
  public var subject: SubjectPrefix?
  /// At most this price; books without a price, or in another currency, are not found.
  public var priceAtMost: Money?
  /// True: some level has `available` > 0. False: none has.
  public var inStock: Bool?
  /// Inclusive.
  public var updatedAtLeast: Instant?
  /// What the list is ordered by.
  public var sort: BookSortKey = .created
  /// Whether the largest comes first.
  public var descending = false

  /// From its parts.
  public init() {}
}

/// The start of a subject code in a scheme.
public struct SubjectPrefix: Hashable, Sendable {
  /// Where the code comes from.
  public var scheme: SubjectScheme
  /// How the code starts.
  public var prefix: String

  /// From its parts.
  public init(scheme: SubjectScheme, prefix: String) {
    self.scheme = scheme
    self.prefix = prefix
  }
}

/// What books may be counted by.
public enum BookFacet: String, Sendable, CaseIterable {
  case publisher, language
  case productForm = "product_form"
}

/// How many books of a query have a value.
public struct FacetCount: Hashable, Sendable {
  /// The sort value, or the value that was counted.
  public var value: String
  /// How many books.
  public var count: Int64

  /// From its parts.
  public init(value: String, count: Int64) {
    self.value = value
    self.count = count
  }
}

/// Which items are wanted; ordered by identifier.
public struct ItemQuery: Hashable, Sendable {
  /// Only of this book.
  public var book: BookID?
  /// Equal.
  public var condition: Condition?

  /// From its parts.
  public init() {}
}

/// Which locations are wanted; ordered by priority, then identifier.
public struct LocationQuery: Hashable, Sendable {
  /// Only active ones, or only inactive ones.
  public var active: Bool?

  /// From its parts.
  public init() {}
}

/// Which levels are wanted; ordered by item identifier, then location identifier. Only levels that were
/// ever written are listed. The page key's value is the item's identifier, its id the location's.
public struct StockQuery: Hashable, Sendable {
  /// Only of this item.
  public var item: ItemID?
  /// Only of this book.
  public var book: BookID?
  /// Only at this location.
  public var location: LocationID?
  /// Inclusive, in copies.
  public var availableAtMost: Int64?
  /// True: a reorder point is set and `available` is at or below it.
  public var belowReorder: Bool?

  /// From its parts.
  public init() {}
}

/// Which movements are wanted; newest first, by `sequence`. The page key's value is the sequence.
public struct MovementQuery: Hashable, Sendable {
  /// Only of this item.
  public var item: ItemID?
  /// Only at this location.
  public var location: LocationID?
  /// Equal.
  public var kind: MovementKind?
  /// Equal.
  public var reason: AdjustmentReason?
  /// Equal, byte for byte.
  public var reference: String?
  /// Inclusive.
  public var recordedAtLeast: Instant?
  /// Inclusive.
  public var recordedAtMost: Instant?
  /// Inclusive.
  public var occurredAtLeast: Instant?
  /// Inclusive.
  public var occurredAtMost: Instant?

  /// From its parts.
  public init() {}
}

/// Which documents of a kind are wanted; newest first, by identifier. The page key's value is the identifier.
public struct DocumentQuery<State: RawRepresentable<String> & Hashable & Sendable>: Hashable, Sendable {
  /// Equal.
  public var state: State?
  /// Equal, byte for byte.
  public var reference: String?
  /// From or to this location.
  public var location: LocationID?
  /// Equal, byte for byte; of documents that have a supplier.
  public var supplier: String?
  /// That answer this document: receipts of an order, returns of a receipt.
  public var parent: String?

  /// Everything.
  public init() {}
}

/// Which rows of the second ledger are wanted; newest first, by `sequence`. The page key's value is the sequence.
public struct CommitmentQuery: Hashable, Sendable {
  /// Only of this item.
  public var item: ItemID?
  /// Only at this location.
  public var location: LocationID?
  /// Equal.
  public var bucket: CommitmentBucket?
  /// Equal.
  public var kind: MovementKind?
  /// Equal, byte for byte.
  public var reference: String?
  /// Inclusive.
  public var recordedAtLeast: Instant?
  /// Inclusive.
  public var recordedAtMost: Instant?

  /// Everything.
  public init() {}
}
