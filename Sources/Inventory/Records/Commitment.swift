/// Names rows of the second ledger: `com_…`.
public enum CommitmentIDKind: IdentifierKind {
  /// `com`.
  public static let prefix = "com"
}

/// The identifier of a ``Commitment``.
public typealias CommitmentID = Identifier<CommitmentIDKind>

/// A quantity of the second ledger: copies that are promised or under way, not a state of the shelf.
public enum CommitmentBucket: String, Sendable, CaseIterable {
  case held, backordered, incoming
  case inTransit = "in_transit"
}

/// Any balance of a level.
public enum Balance: Hashable, Sendable {
  /// Explained by movements.
  case physical(Bucket)
  /// Explained by commitments.
  case committed(CommitmentBucket)

  /// Every balance, as a level shows them.
  public static let all: [Balance] =
    Bucket.allCases.map(Balance.physical) + CommitmentBucket.allCases.map(Balance.committed)

  /// As the API and the database spell it.
  public var name: String {
    switch self {
    case .physical(let bucket): bucket.rawValue
    case .committed(let bucket): bucket.rawValue
    }
  }
}

extension Quantities {
  /// Any balance of the level.
  public subscript(balance: Balance) -> Int64 {
    get {
      switch balance {
      case .physical(let bucket): self[bucket]
      case .committed(.held): held
      case .committed(.backordered): backordered
      case .committed(.incoming): incoming
      case .committed(.inTransit): inTransit
      }
    }
    set {
      switch balance {
      case .physical(let bucket): self[bucket] = newValue
      case .committed(.held): held = newValue
      case .committed(.backordered): backordered = newValue
      case .committed(.incoming): incoming = newValue
      case .committed(.inTransit): inTransit = newValue
      }
    }
  }
}

/// One row of the append-only ledger of what is promised or under way.
public struct Commitment: Hashable, Sendable {
  /// Names the row.
  public var id: CommitmentID
  /// Grows with each row; lists are ordered by it.
  public var sequence: Int64
  /// What is promised.
  public var itemID: ItemID
  /// The SKU of the item, as it is now.
  public var sku: String
  /// Where it is promised.
  public var locationID: LocationID
  /// The code of the location, as it is now.
  public var locationCode: String
  /// Which balance changed.
  public var bucket: CommitmentBucket
  /// The change in copies.
  public var quantity: Int64
  /// The bucket's balance after this row.
  public var balanceAfter: Int64
  /// What kind of posting wrote it.
  public var kind: MovementKind
  /// The client's own number, such as of an order.
  public var reference: String?
  /// Who did it.
  public var actor: String
  /// The request that wrote it, as in the log.
  public var requestID: String?
  /// The document and, behind a slash, which of its postings.
  public var document: String
  /// The line of the posting, from 0.
  public var line: Int
  /// By the database's clock.
  public var recordedAt: Instant

  /// From its parts.
  public init(
    id: CommitmentID, sequence: Int64, itemID: ItemID, sku: String, locationID: LocationID,
    locationCode: String, bucket: CommitmentBucket, quantity: Int64, balanceAfter: Int64,
    kind: MovementKind, reference: String?, actor: String, requestID: String?, document: String, line: Int,
    recordedAt: Instant
  ) {
    self.id = id
    self.sequence = sequence
    self.itemID = itemID
    self.sku = sku
    self.locationID = locationID
    self.locationCode = locationCode
    self.bucket = bucket
    self.quantity = quantity
    self.balanceAfter = balanceAfter
    self.kind = kind
    self.reference = reference
    self.actor = actor
    self.requestID = requestID
    self.document = document
    self.line = line
    self.recordedAt = recordedAt
  }
}
