internal import Inventory

/// The kinds of documents that share a table.
enum StockDocumentType: String {
  case transfer, count, receipt
  case purchaseOrder = "purchase_order"
  case customerReturn = "customer_return"
  case supplierReturn = "supplier_return"

  /// What clients call it.
  var record: RecordType {
    switch self {
    case .transfer: .transfer
    case .count: .count
    case .receipt: .receipt
    case .purchaseOrder: .purchaseOrder
    case .customerReturn, .supplierReturn: .stockReturn
    }
  }
}

/// A document as it is stored; its lines are JSON that only its own rules read, under the row's lock.
struct StockDocument {
  /// The text form of its identifier.
  var id: String
  var type: StockDocumentType
  /// A word of the type's own states. A document that is `cancelled` gives its reference back.
  var state: String
  var reference: String?
  var note: String?
  /// Where it happens; where copies come from.
  var location: LocationID
  /// Where copies go to.
  var destination: LocationID?
  var supplier: String?
  /// The document that it answers.
  var parent: String?
  var expectedAt: Instant?
  /// What else the type has: a JSON object.
  var details = "{}"
  /// See ``StoredLine``.
  var lines = "[]"
  var actor: String
  var requestID: String?
  /// Counts the postings; starts at 1.
  var version: Int64 = 1
  var createdAt: Instant
  var updatedAt: Instant
  /// Read with the row: the code of `location`, as it is now.
  private(set) var locationCode = ""
  /// Read with the row: the code of `destination`, as it is now.
  private(set) var destinationCode: String?

  /// A new document; what is not named here is set afterwards.
  init(
    id: String, type: StockDocumentType, state: String, reference: String?, note: String?,
    location: NamedLocation, destination: NamedLocation? = nil, by origin: Origin, at now: Instant
  ) {
    self.id = id
    self.type = type
    self.state = state
    self.reference = reference
    self.note = note
    self.location = location.id
    locationCode = location.code
    self.destination = destination?.id
    destinationCode = destination?.code
    actor = origin.actor
    requestID = origin.requestID
    createdAt = now
    updatedAt = now
  }

  /// What a posting of the present version is called.
  var document: String { "\(id)/\(version)" }

  /// The state in the words of the type.
  func state<State: RawRepresentable<String>>(as _: State.Type = State.self) throws(InventoryError) -> State {
    guard let word = State(rawValue: state) else { throw .unexpected("\(id) is \(state)") }
    return word
  }

  /// The identifier in the form of the type.
  func id<Kind>(as _: Kind.Type = Kind.self) throws(InventoryError) -> Identifier<Kind> {
    guard let identifier = Identifier<Kind>(id) else {
      throw .unexpected("\(id) is no \(Kind.prefix)_ identifier")
    }
    return identifier
  }

  /// The refusal of what the present state does not allow.
  var invalidState: InventoryError { .invalidState(type.record, id: id, state: state) }

  /// The refusal of a second document with the same reference and other lines.
  var referenceInUse: InventoryError { .referenceInUse(type.record, reference: reference ?? "", twin: id) }
}

// MARK: Rows

extension StockDocument {
  static let columns = """
    stock_document.id,
    stock_document.type,
    stock_document.state,
    stock_document.reference,
    stock_document.note,
    stock_document.location_id,
    stock_document.destination_id,
    stock_document.supplier,
    stock_document.parent_id,
    stock_document.expected_at,
    stock_document.details,
    stock_document.lines,
    stock_document.actor,
    stock_document.request_id,
    stock_document.version,
    stock_document.created_at,
    stock_document.updated_at,
    location.code,
    destination.code
    """

  /// Reads a row of ``columns``.
  init(_ row: inout StoreRow) throws(InventoryError) {
    id = try row.text()
    type = try row.word()
    state = try row.text()
    reference = try row.optionalText()
    note = try row.optionalText()
    location = try row.id()
    destination = try row.optionalID()
    supplier = try row.optionalText()
    parent = try row.optionalText()
    expectedAt = try row.optionalInstant()
    details = try row.text()
    lines = try row.text()
    actor = try row.text()
    requestID = try row.optionalText()
    version = try row.integer()
    createdAt = try row.instant()
    updatedAt = try row.instant()
    locationCode = try row.text()
    destinationCode = try row.optionalText()
  }

  static let select = """
    select
      \(columns)
    from stock_document
    join location on location.id = stock_document.location_id
    left join location as destination on destination.id = stock_document.destination_id
    """

  static let byID = StoreSQL("\(select) where stock_document.id = $1")

  static let lockByID = StoreSQL("\(select) where stock_document.id = $1", lock: .update("stock_document"))

  static let lockByReference = StoreSQL(
    """
    \(select)
    where stock_document.type = $1
      and stock_document.reference = $2
      and stock_document.state <> 'cancelled'
    """, lock: .update("stock_document"))

  var insertion: StoreStatement {
    StoreStatement(
      Self.insert,
      [
        .text(id), .text(type.rawValue), .text(state), .text(reference), .text(note), .id(location),
        .id(destination), .text(supplier), .text(parent), .instant(expectedAt), .text(details), .text(lines),
        .text(actor), .text(requestID), .integer(version), .instant(createdAt), .instant(updatedAt),
      ])
  }

  /// The next version of a locked row; it changes nothing but the version that was read. Type, reference, places,
  /// supplier and parent stay what they were.
  var update: StoreStatement {
    StoreStatement(
      changingOneRow: Self.updateRow,
      [
        .text(id), .text(state), .text(note), .instant(expectedAt), .text(details), .text(lines),
        .integer(version), .instant(updatedAt),
      ])
  }

  private static let insert = StoreSQL(
    """
    insert into stock_document (
      id, type, state, reference, note, location_id, destination_id, supplier, parent_id, expected_at, details,
      lines, actor, request_id, version, created_at, updated_at
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
    """)

  private static let updateRow = StoreSQL(
    """
    update stock_document
    set state = $2,
      note = $3,
      expected_at = $4,
      details = $5,
      lines = $6,
      version = $7,
      updated_at = $8
    where id = $1
      and version = $7 - 1
    returning 1
    """)
}
