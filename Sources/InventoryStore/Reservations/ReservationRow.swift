internal import Inventory
internal import JSON

/// A reservation as it is stored, without its holds.
struct ReservationRow {
  var id: ReservationID
  var reference: String?
  var note: String?
  /// What was written last; see ``isDue(at:)``.
  var state: ReservationState
  var expiresAt: Instant?
  var partial: Bool
  var allowBackorder: Bool
  var lines: [AskedLine]
  var actor: String
  var version: Int64
  var createdAt: Instant
  var updatedAt: Instant

  /// True when it has run out and nobody has freed its copies yet.
  func isDue(at now: Instant) -> Bool {
    guard state.isActive, let expiresAt else { return false }
    return expiresAt <= now
  }

  /// Whether the same was asked for, line by line.
  func asks(for lines: [AskedLine]) -> Bool {
    self.lines.count == lines.count && zip(self.lines, lines).allSatisfy { $0.isSame(as: $1) }
  }

  /// Whether the client's number means this one.
  func stands(for reference: String?) -> Bool {
    reference != nil && self.reference == reference && state.keepsReference
  }

  /// What a posting of the present version is called.
  var document: String { "\(id)/\(version)" }
}

extension StoreTransaction {
  /// Locks the reservations whose identifiers these rows are, in their order, as everywhere, and reads them as
  /// they are then.
  func lockReservations(_ results: ArraySlice<[StoreRow]>) async throws(InventoryError) -> [ReservationRow] {
    var ids: Set<ReservationID> = []
    for rows in results {
      for var row in rows { ids.insert(try row.id()) }
    }
    guard !ids.isEmpty else { return [] }
    var reservations: [ReservationRow] = []
    for rows in try await run(ids.sorted().map { StoreStatement(ReservationRow.lockByID, [.id($0)]) }) {
      for var row in rows { reservations.append(try ReservationRow(&row)) }
    }
    return reservations
  }
}

/// A line as it was asked for; SKU and code as they were then.
struct AskedLine: Hashable {
  var item: ItemID
  var sku: String
  var location: LocationID?
  var locationCode: String?
  var quantity: Int64

  /// Whether the same was asked for; SKUs and codes may have changed since.
  func isSame(as other: AskedLine) -> Bool {
    item == other.item && location == other.location && quantity == other.quantity
  }
}

extension [AskedLine] {
  /// JSON for the row.
  var stored: String {
    var json = JSONWriter(capacity: 128 * count)
    json.beginArray()
    for line in self {
      json.beginObject()
      json.member("item", line.item.description)
      json.member("sku", line.sku)
      json.member("location", line.location?.description)
      json.member("code", line.locationCode)
      json.member("quantity", line.quantity)
      json.endObject()
    }
    json.endArray()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  /// Reads what ``stored`` wrote.
  init(stored text: String) throws(InventoryError) {
    self = []
    for value in try StoredLines.elements(text) {
      guard let item = value.text("item").flatMap({ ItemID($0) }), let sku = value.text("sku"),
        let quantity = value.integer("quantity")
      else { throw StoredLines.unreadable(text) }
      append(
        AskedLine(
          item: item, sku: sku, location: value.text("location").flatMap { LocationID($0) },
          locationCode: value.text("code"), quantity: quantity))
    }
  }
}

extension ReservationState {
  /// True while the client's number stands for the reservation: index reservation_reference_unique.
  var keepsReference: Bool { isActive || self == .fulfilled }
}

extension ReservationRow {
  static let columns = """
    reservation.id,
    reservation.reference,
    reservation.note,
    reservation.state,
    reservation.expires_at,
    reservation.partial,
    reservation.allow_backorder,
    reservation.actor,
    reservation.version,
    reservation.created_at,
    reservation.updated_at,
    reservation.lines
    """

  /// Reads a row of ``columns``.
  init(_ row: inout StoreRow) throws(InventoryError) {
    id = try row.id()
    reference = try row.optionalText()
    note = try row.optionalText()
    state = try row.word()
    expiresAt = try row.optionalInstant()
    partial = try row.bool()
    allowBackorder = try row.bool()
    actor = try row.text()
    version = try row.integer()
    createdAt = try row.instant()
    updatedAt = try row.instant()
    lines =
      try row.optionalText().map { (text) throws(InventoryError) in try [AskedLine](stored: text) } ?? []
  }

  func insertion(requestID: String?) -> StoreStatement {
    StoreStatement(
      Self.insert,
      [
        .id(id), .text(reference), .text(note), .text(state.rawValue), .instant(expiresAt), .bool(partial),
        .bool(allowBackorder), .text(lines.stored), .text(actor), .text(requestID), .integer(version),
        .instant(createdAt), .instant(updatedAt),
      ])
  }

  /// The next version of a locked row. It changes nothing but the version that was read: what stands behind the lock.
  var update: StoreStatement {
    StoreStatement(
      changingOneRow: Self.update,
      [
        .id(id), .text(state.rawValue), .instant(expiresAt), .text(note), .integer(version),
        .instant(updatedAt),
      ])
  }

  private static let insert = StoreSQL(
    """
    insert into reservation (
      id, reference, note, state, expires_at, partial, allow_backorder, lines, actor, request_id, version,
      created_at, updated_at
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    """)

  private static let update = StoreSQL(
    """
    update reservation
    set state = $2,
      expires_at = $3,
      note = $4,
      version = $5,
      updated_at = $6
    where id = $1
      and version = $5 - 1
    returning 1
    """)

  static let lockByID = StoreSQL(
    "select \(columns) from reservation where id = $1", lock: .update("reservation"))

  /// Statements, one an item, that find what has run out and still keeps copies of these items.
  static func findDue(of items: Set<ItemReference>) -> [StoreStatement] {
    items.sorted { $0.description < $1.description }.map { item in
      switch item {
      case .id: StoreStatement(findDueOfItem, [.text(item.description)])
      case .sku: StoreStatement(findDueOfSKU, [.text(item.description)])
      }
    }
  }

  private static let findDueOfItem = findDue(ofItem: "$1")
  private static let findDueOfSKU = findDue(ofItem: "(select id from item where sku = $1)")

  private static func findDue(ofItem item: String) -> StoreSQL {
    StoreSQL(
      """
      select reservation.id
      from reservation
      where reservation.id in (
          select hold.reservation_id
          from hold
          where hold.item_id = \(item)
            and (hold.held > 0 or hold.backordered > 0)
        )
        and reservation.state in ('pending', 'confirmed')
        and reservation.expires_at <= now_microseconds()
      """)
  }

  /// The one that a reference stands for; nothing is locked.
  static func find(reference: String) -> StoreStatement {
    StoreStatement(findByReference, [.text(reference)])
  }

  private static let findByReference = StoreSQL(
    """
    select id
    from reservation
    where reference = $1
      and state in ('pending', 'confirmed', 'fulfilled')
    """)

  /// What has run out first. Another instance frees what it has locked.
  static let lockDue = StoreSQL(
    """
    select \(columns)
    from reservation
    where reservation.state in ('pending', 'confirmed')
      and reservation.expires_at <= $1
    order by reservation.expires_at, reservation.id
    limit $2
    """, lock: .updateSkippingLocked("reservation"))
}
