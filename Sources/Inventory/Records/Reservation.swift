/// Names reservations: `res_…`.
public enum ReservationIDKind: IdentifierKind {
  /// `res`.
  public static let prefix = "res"
}

/// The identifier of a ``Reservation``.
public typealias ReservationID = Identifier<ReservationIDKind>

/// Where a reservation is in its life. Pending and confirmed ones are active.
public enum ReservationState: String, Sendable, CaseIterable {
  case pending, confirmed
  /// Everything that was not released was handed out.
  case fulfilled
  case released, expired

  /// True while copies may be promised to it.
  public var isActive: Bool { self == .pending || self == .confirmed }
}

/// What became of the copies of a line, at one location or over all.
public struct HoldQuantities: Hashable, Sendable {
  /// Promised, and still there.
  public var held: Int64 = 0
  /// Promised beyond what is there.
  public var backordered: Int64 = 0
  /// Handed out.
  public var fulfilled: Int64 = 0
  /// Freed.
  public var released: Int64 = 0
  /// Freed because the time ran out.
  public var expired: Int64 = 0
  /// Taken by a forced decrease although they were promised.
  public var short: Int64 = 0

  /// All zero.
  public init() {}

  /// What may still be handed out or freed.
  public var open: Int64 { held + backordered }

  /// Every copy that was ever promised.
  public var everything: Int64 { open + fulfilled + released + expired + short }

  /// As it is shown after the time ran out, whether or not anybody has noticed.
  public var asExpired: HoldQuantities {
    var quantities = self
    quantities.expired += open
    quantities.held = 0
    quantities.backordered = 0
    return quantities
  }

  /// By member.
  public static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum.held += right.held
    sum.backordered += right.backordered
    sum.fulfilled += right.fulfilled
    sum.released += right.released
    sum.expired += right.expired
    sum.short += right.short
    return sum
  }
}

/// The part of a line that one location serves.
public struct HoldAllocation: Hashable, Sendable {
  /// Where the copies are.
  public var locationID: LocationID
  /// The code of the location, as it is now.
  public var locationCode: String
  /// What became of them.
  public var quantities: HoldQuantities

  /// From its parts.
  public init(locationID: LocationID, locationCode: String, quantities: HoldQuantities) {
    self.locationID = locationID
    self.locationCode = locationCode
    self.quantities = quantities
  }
}

/// One line of a reservation.
public struct ReservationLine: Hashable, Sendable {
  /// What is promised.
  public var itemID: ItemID
  /// The SKU of the item, as it is now.
  public var sku: String
  /// Where the client asked for it; nil where the service chose.
  public var location: LocationID?
  /// The code of that location, as it is now.
  public var locationCode: String?
  /// How many copies were asked for.
  public var quantity: Int64
  /// By location, in the order in which they serve.
  public var allocations: [HoldAllocation]

  /// From its parts.
  public init(
    itemID: ItemID, sku: String, location: LocationID?, locationCode: String?, quantity: Int64,
    allocations: [HoldAllocation]
  ) {
    self.itemID = itemID
    self.sku = sku
    self.location = location
    self.locationCode = locationCode
    self.quantity = quantity
    self.allocations = allocations
  }

  /// Over all locations.
  public var total: HoldQuantities { allocations.reduce(HoldQuantities()) { $0 + $1.quantities } }
}

/// A hold: copies promised to somebody.
public struct Reservation: Hashable, Sendable {
  /// Names the reservation.
  public var id: ReservationID
  /// The client's own number, such as of a cart or an order.
  public var reference: String?
  /// A remark for people.
  public var note: String?
  /// `expired` from the moment at which it ran out, whether or not anybody has noticed.
  public var state: ReservationState
  /// When it runs out, by the database's clock; nil is never.
  public var expiresAt: Instant?
  /// Less than what was asked for was acceptable.
  public var partial: Bool
  /// What was not there could be waited for.
  public var allowBackorder: Bool
  /// What is promised.
  public var lines: [ReservationLine]
  /// Who made it.
  public var actor: String
  /// When it was made, by the database's clock.
  public var createdAt: Instant
  /// When it was last changed by a request.
  public var updatedAt: Instant

  /// From its parts.
  public init(
    id: ReservationID, reference: String?, note: String?, state: ReservationState, expiresAt: Instant?,
    partial: Bool, allowBackorder: Bool, lines: [ReservationLine], actor: String, createdAt: Instant,
    updatedAt: Instant
  ) {
    self.id = id
    self.reference = reference
    self.note = note
    self.state = state
    self.expiresAt = expiresAt
    self.partial = partial
    self.allowBackorder = allowBackorder
    self.lines = lines
    self.actor = actor
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }
}
