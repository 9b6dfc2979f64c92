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

  /// What a posting of the present version is called.
  var document: String { "\(id)/\(version)" }
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
    returning 1
    """)

  static let lockByID = StoreSQL(
    "select \(columns) from reservation where id = $1", lock: .update("reservation"))

  static let lockByReference = StoreSQL(
    """
    select \(columns)
    from reservation
    where reference = $1
      and state in ('pending', 'confirmed', 'fulfilled')
    """, lock: .update("reservation"))

  /// What has run out and still keeps copies of an item.
  static let dueOfItem = StoreSQL(
    """
    select reservation.id
    from reservation
    where reservation.id in (
        select hold.reservation_id
        from hold
        where hold.item_id = $1
          and (hold.held > 0 or hold.backordered > 0)
      )
      and reservation.state in ('pending', 'confirmed')
      and reservation.expires_at <= $2
    """)

  static let lockDueByID = StoreSQL(
    """
    select \(columns)
    from reservation
    where reservation.id = $1
      and reservation.state in ('pending', 'confirmed')
      and reservation.expires_at <= $2
    """, lock: .update("reservation"))

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
