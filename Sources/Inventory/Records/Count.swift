/// Names counts: `cnt_…`.
public enum CountIDKind: IdentifierKind {
  /// `cnt`.
  public static let prefix = "cnt"
}

/// The identifier of a ``Count``.
public typealias CountID = Identifier<CountIDKind>

/// Where a count is in its life.
public enum CountState: String, Sendable, CaseIterable {
  case open, completed, cancelled
}

/// One item of a count.
public struct CountLine: Hashable, Sendable {
  /// What is counted.
  public var itemID: ItemID
  /// The SKU of the item, as it was when the line was made.
  public var sku: String
  /// What somebody found; nil until then.
  public var counted: Int64?
  /// When it was found.
  public var countedAt: Instant?
  /// What the ledger says was on hand at `countedAt`, or when the line was made; nil while nobody may see it.
  public var expected: Int64?

  /// A line that nobody has counted.
  public init(itemID: ItemID, sku: String, expected: Int64?) {
    self.itemID = itemID
    self.sku = sku
    self.expected = expected
  }

  /// What was found beyond what was expected.
  public var variance: Int64? {
    guard let counted, let expected else { return nil }
    return counted - expected
  }
}

/// A stocktake: what people find on the shelves of a location, against what the ledger says.
public struct Count: Hashable, Sendable {
  /// How many lines a count may have.
  public static let maximumLines = 10_000

  /// Names the count.
  public var id: CountID
  /// Where it is in its life.
  public var state: CountState
  /// Where is counted.
  public var location: LocationID
  /// The code of the location, as it is now.
  public var locationCode: String
  /// What is expected is hidden while it is open.
  public var blind: Bool
  /// The whole location: items that nobody expected there can be added.
  public var everything: Bool
  /// The client's own number.
  public var reference: String?
  /// A remark for people.
  public var note: String?
  /// How many items are to be counted.
  public var total: Int
  /// How many of them were.
  public var counted: Int
  /// Each item once; lists leave the lines out.
  public var lines: [CountLine]
  /// Who made it.
  public var actor: String
  /// Counts its changes.
  public var version: Int64
  /// When it was made.
  public var createdAt: Instant
  /// When it was last changed.
  public var updatedAt: Instant

  /// From its parts.
  public init(
    id: CountID, state: CountState, location: LocationID, locationCode: String, blind: Bool,
    everything: Bool, reference: String?, note: String?, total: Int, counted: Int, lines: [CountLine],
    actor: String, version: Int64, createdAt: Instant, updatedAt: Instant
  ) {
    self.id = id
    self.state = state
    self.location = location
    self.locationCode = locationCode
    self.blind = blind
    self.everything = everything
    self.reference = reference
    self.note = note
    self.total = total
    self.counted = counted
    self.lines = lines
    self.actor = actor
    self.version = version
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }
}

/// A stocktake that somebody begins.
public struct CountRequest: Sendable {
  /// Where.
  public var location: LocationReference
  /// Which items; nil is every item that has a level there.
  public var items: [ItemReference]?
  /// Hide what is expected until the end.
  public var blind: Bool
  /// The client's own number; the same number, place and items again are the same count.
  public var reference: String?
  /// A remark for people.
  public var note: String?
  /// Who asks.
  public var origin: Origin

  /// From its parts.
  public init(
    location: LocationReference, items: [ItemReference]? = nil, blind: Bool = false,
    reference: String? = nil, note: String? = nil, origin: Origin
  ) {
    self.location = location
    self.items = items
    self.blind = blind
    self.reference = reference
    self.note = note
    self.origin = origin
  }
}

/// What somebody found of an item.
public struct CountedItem: Hashable, Sendable {
  /// Which item.
  public var item: ItemReference
  /// Everything that is physically there, whatever its state: 0–``Adjustment/maximumQuantity``.
  public var counted: Int64
  /// When; nil is now, by the database's clock.
  public var countedAt: Instant?

  /// From its parts.
  public init(item: ItemReference, counted: Int64, countedAt: Instant? = nil) {
    self.item = item
    self.counted = counted
    self.countedAt = countedAt
  }
}

/// What is to happen to a count.
public struct CountChange: Sendable {
  /// What to do with what nobody counted.
  public enum Uncounted: String, Sendable, CaseIterable {
    /// It stays as it is.
    case keep
    /// It is not there.
    case zero
  }

  /// The kinds of changes.
  public enum Action: Hashable, Sendable {
    /// Note what was found, up to ``Adjustment/maximumLines`` items; an item again replaces what was noted.
    case record([CountedItem])
    /// Write the variances; with `force` also where promised copies are missing, which cuts their holds.
    case complete(force: Bool, uncounted: Uncounted)
    /// Forget it.
    case cancel
  }

  /// Which count.
  public var id: CountID
  /// What is to happen.
  public var action: Action
  /// Who does it.
  public var origin: Origin

  /// From its parts.
  public init(id: CountID, action: Action, origin: Origin) {
    self.id = id
    self.action = action
    self.origin = origin
  }
}

/// A count as a change left it.
public struct CountResult: Hashable, Sendable {
  /// As it is now.
  public var count: Count
  /// Of the variances, in the order of the lines; none while it is open.
  public var movements: [Movement]

  /// From its parts.
  public init(count: Count, movements: [Movement]) {
    self.count = count
    self.movements = movements
  }
}
