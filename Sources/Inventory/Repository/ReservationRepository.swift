/// Holds.
public protocol ReservationRepository: Sendable {
  /// Promises copies, all lines or none unless `partial`; due holds of the same items are freed first. Throws
  /// `unknownLines`, `refused`, `referenceInUse`.
  func reserve(
    _ request: ReservationRequest, once: Once<ReservationResult>?
  ) async throws(InventoryError) -> Outcome<ReservationResult>

  /// Throws `notFound`, `invalidState`, `reservationExpired`, `refused`, `embargoed`.
  func change(
    _ change: ReservationChange, once: Once<Reservation>?
  ) async throws(InventoryError) -> Outcome<Reservation>

  /// Nil when there is none.
  func reservation(_ id: ReservationID) async throws(InventoryError) -> Reservation?

  /// See ``ReservationQuery``.
  func reservations(
    _ query: ReservationQuery, page: PageRequest
  ) async throws(InventoryError) -> Page<Reservation>

  /// Says what ``reserve(_:once:)`` would do, and holds nothing. Throws `unknownLines`.
  func availability(of lines: [HoldLine]) async throws(InventoryError) -> Availability

  /// Frees up to `limit` reservations that have run out, and forgets idempotency keys and what else is past
  /// its time. Safe beside other instances; nothing depends on it. Returns how many reservations were freed.
  func sweep(limit: Int) async throws(InventoryError) -> Int
}
