import Inventory
import InventoryStore
import TestSupport
import Testing

/// Runs a contract test; afterwards every balance of both ledgers, and every hold, must explain each other.
func withHolds(
  _ engine: RepositoryUnderTest, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: @Sendable (RepositoryFixture) async throws -> Void
) async throws {
  try await withRepository(engine, sourceLocation: sourceLocation) { fixture in
    try await body(fixture)
    #expect(try await fixture.unexplained() == [], sourceLocation: sourceLocation)
  }
}

/// A line that asks for copies.
func want(_ item: Item, _ quantity: Int64, at location: String? = nil) -> HoldLine {
  HoldLine(item: .id(item.id), location: location.map { .code($0) }, quantity: quantity)
}

/// A refusal of a line for want of copies.
func insufficient(_ index: Int, wanted: Int64, available: Int64) -> LineRefusal {
  LineRefusal(index: index, code: .insufficientStock, wanted: wanted, available: available)
}

/// What a line has at a location, in the order in which tests mostly ask for it.
func allocations(_ reservation: Reservation, _ line: Int = 0) -> [String: HoldQuantities] {
  var allocations: [String: HoldQuantities] = [:]
  for allocation in reservation.lines[line].allocations {
    allocations[allocation.locationCode] = allocation.quantities
  }
  return allocations
}

extension HoldQuantities {
  /// Only these, and zeros.
  static func of(
    held: Int64 = 0, backordered: Int64 = 0, fulfilled: Int64 = 0, released: Int64 = 0, expired: Int64 = 0,
    short: Int64 = 0
  ) -> HoldQuantities {
    var quantities = HoldQuantities()
    quantities.held = held
    quantities.backordered = backordered
    quantities.fulfilled = fulfilled
    quantities.released = released
    quantities.expired = expired
    quantities.short = short
    return quantities
  }
}

extension RepositoryFixture {
  @discardableResult
  func reserve(_ item: ItemID, _ quantity: Int64) async throws -> ReservationResult {
    try await reserve(HoldLine(item: .id(item), quantity: quantity))
  }

  /// Holds copies; the closure says what is not as by default.
  @discardableResult
  func reserve(
    _ lines: HoldLine..., reference: String? = nil, _ edit: (inout ReservationRequest) -> Void = { _ in }
  ) async throws -> ReservationResult {
    var request = ReservationRequest(reference: reference, lines: lines, origin: Origin(actor: "test"))
    edit(&request)
    return try await reserve(request)
  }

  @discardableResult
  func reserve(_ request: ReservationRequest) async throws -> ReservationResult {
    try await repository.reserve(request, once: nil).done
  }

  /// Holds copies, for a time or for ever.
  @discardableResult
  func hold(
    _ item: ItemID, _ quantity: Int64, at location: String? = nil, for seconds: Int64? = nil,
    backorder: Bool = false
  ) async throws -> Reservation {
    let place = location.map { LocationReference.code($0) }
    var request = ReservationRequest(
      lines: [HoldLine(item: .id(item), location: place, quantity: quantity)],
      origin: Origin(actor: "test"))
    request.expiry = seconds.map { .after(microseconds: $0 * 1_000_000) } ?? .never
    request.allowBackorder = backorder
    return try await repository.reserve(request, once: nil).done.reservation
  }

  @discardableResult
  func change(_ id: ReservationID, _ action: ReservationChange.Action) async throws -> Reservation {
    let change = ReservationChange(id: id, action: action, origin: Origin(actor: "test"))
    return try await repository.change(change, once: nil).done
  }

  /// A reservation as it is read.
  func stored(_ id: ReservationID) async throws -> Reservation {
    try #require(try await repository.reservation(id))
  }

  /// A location that serves at this place in the order.
  func makeLocation(_ code: String, priority: Int64) async throws {
    var details = LocationDetails(code: code, name: code)
    details.priority = priority
    _ = try await repository.createLocation(details)
  }

  /// Closes a location, or opens it again.
  func setActive(_ isActive: Bool, _ code: String) async throws {
    var location = try #require(try await repository.location(.code(code)))
    location.details.active = isActive
    _ = try await repository.replaceLocation(
      location.id, with: location.details, version: location.version)
  }

  /// Stores a book whose item may be promised beyond what is there.
  func makeItem(_ title: String = "A book", backorderLimit: Int64) async throws -> Item {
    let item = try await makeItem(title)
    var details = item.details
    details.backorderLimit = backorderLimit
    return try await repository.replaceItem(item.id, with: details, version: item.version)
  }

  func setBackorderLimit(_ limit: Int64, of item: Item) async throws {
    var details = item.details
    details.backorderLimit = limit
    _ = try await repository.replaceItem(item.id, with: details, version: item.version)
  }

  func setSafetyStock(_ copies: Int64, of item: Item, at code: String = Location.mainCode) async throws {
    let level = try await repository.level(.id(item.id), at: .code(code))
    var policy = level.policy
    policy.safetyStock = copies
    _ = try await repository.replacePolicy(
      PolicyChange(item.id, at: level.locationID, with: policy, version: level.version))
  }

  /// A decrease that may take what is promised.
  @discardableResult
  func force(_ lines: AdjustmentLine...) async throws -> AdjustmentResult {
    try await repository.adjust(Adjustment(reason: .lost, actor: "test", force: true, lines: lines))
  }
}
