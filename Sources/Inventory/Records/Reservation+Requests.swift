/// Who does something, and in which request.
public struct Origin: Hashable, Sendable {
  /// The API key's identifier, `api-key` for the one of the configuration, or `anonymous`.
  public var actor: String
  /// As in the log.
  public var requestID: String?
  /// Where quantities may be changed; nil is everywhere.
  public var locations: Set<LocationID>?

  /// From its parts.
  public init(actor: String, requestID: String? = nil, locations: Set<LocationID>? = nil) {
    self.actor = actor
    self.requestID = requestID
    self.locations = locations
  }

  /// For what has to happen on the way, wherever it is: copies of others whose time has run out.
  public var everywhere: Origin { Origin(actor: actor, requestID: requestID) }
}

/// Until when something is promised.
public enum Expiry: Hashable, Sendable {
  /// No end; not the same as an end now.
  case never
  /// So long from now, in microseconds, by the database's clock; more than 0.
  case after(microseconds: Int64)
  /// An instant in the future of the database's clock.
  case at(Instant)
}

/// A line that is to be held: the same (item, location) may stand in a request only once.
public struct HoldLine: Hashable, Sendable {
  /// What.
  public var item: ItemReference
  /// Where; nil lets the service choose by the priority of the locations.
  public var location: LocationReference?
  /// How many copies, 1–``Adjustment/maximumQuantity``.
  public var quantity: Int64

  /// From its parts.
  public init(item: ItemReference, location: LocationReference? = nil, quantity: Int64) {
    self.item = item
    self.location = location
    self.quantity = quantity
  }
}

/// Copies that somebody wants to have kept.
public struct ReservationRequest: Sendable {
  /// The client's own number; the same number and lines again are the same reservation.
  public var reference: String?
  /// A remark for people.
  public var note: String?
  /// Until when.
  public var expiry: Expiry = .never
  /// Hold what is there, if it is not everything.
  public var partial = false
  /// Wait for what is not there, within the limits of the items.
  public var allowBackorder = false
  /// Release what has the same reference and other lines, and hold this instead.
  public var replace = false
  /// 1 to ``Adjustment/maximumLines``.
  public var lines: [HoldLine]
  /// Who asks.
  public var origin: Origin

  /// With everything else as it is by default.
  public init(reference: String? = nil, lines: [HoldLine], origin: Origin) {
    self.reference = reference
    self.lines = lines
    self.origin = origin
  }
}

/// A reservation as a request for it left it.
public struct ReservationResult: Hashable, Sendable {
  /// As it is now.
  public var reservation: Reservation
  /// False when it was there before.
  public var isNew: Bool

  /// From its parts.
  public init(reservation: Reservation, isNew: Bool) {
    self.reservation = reservation
    self.isNew = isNew
  }
}

/// Part of a line of a reservation, to be handed out or freed.
public struct PartLine: Hashable, Sendable {
  /// The line of the reservation, from 0.
  public var index: Int
  /// Where; nil takes the allocations in their order.
  public var location: LocationReference?
  /// How many copies, 1–``Adjustment/maximumQuantity``.
  public var quantity: Int64

  /// From its parts.
  public init(index: Int, location: LocationReference? = nil, quantity: Int64) {
    self.index = index
    self.location = location
    self.quantity = quantity
  }
}

/// What is to happen to a reservation.
public struct ReservationChange: Sendable {
  /// The kinds of changes.
  public enum Action: Hashable, Sendable {
    /// Make it firm; it no longer runs out unless there is a new time.
    case confirm(Expiry)
    /// Hand copies out; nil is everything that is held.
    case fulfill([PartLine]?)
    /// Free copies; nil is everything that is left.
    case release([PartLine]?)
    /// Another end, and another remark; an outer nil leaves it as it is.
    case edit(expiry: Expiry?, note: String??)
  }

  /// Which reservation.
  public var id: ReservationID
  /// What is to happen.
  public var action: Action
  /// Who does it.
  public var origin: Origin

  /// From its parts.
  public init(id: ReservationID, action: Action, origin: Origin) {
    self.id = id
    self.action = action
    self.origin = origin
  }
}

/// Which reservations are wanted; newest first. The page key's value is the identifier.
public struct ReservationQuery: Hashable, Sendable {
  /// Equal, byte for byte.
  public var reference: String?
  /// As shown: what has run out is expired.
  public var state: ReservationState?
  /// With copies of this item that are held, backordered, or were.
  public var item: ItemID?
  /// With copies at this location.
  public var location: LocationID?

  /// Everything.
  public init() {}
}

/// Whether lines would fit, and from where.
public struct Availability: Hashable, Sendable {
  /// One line that was asked for.
  public struct Line: Hashable, Sendable {
    /// How many copies of it are free, with the lines before it served.
    public var available: Int64
    /// How many were asked for.
    public var wanted: Int64
    /// Which locations would serve it.
    public var allocations: [HoldAllocation]
    /// What is asked for.
    public var itemID: ItemID
    /// The SKU of the item, as it is now.
    public var sku: String

    /// From its parts.
    public init(
      itemID: ItemID, sku: String, wanted: Int64, available: Int64, allocations: [HoldAllocation]
    ) {
      self.itemID = itemID
      self.sku = sku
      self.wanted = wanted
      self.available = available
      self.allocations = allocations
    }
  }

  /// In the order of the request.
  public var lines: [Line]

  /// From its lines.
  public init(lines: [Line]) { self.lines = lines }

  /// True when every line can be held.
  public var fits: Bool { lines.allSatisfy { $0.available >= $0.wanted } }
}
