internal import Inventory
internal import JSON

/// The values that the document and the collection show. Answers are written by the code that writes answers.
enum Examples {
  static let isbn = "9780439023481"
  static let usedSKU = "9780439023481-G"
  static let bookID = BookID("bk_01kav5m0c8f3v9x2r7w4q6t1ze") ?? BookID(value: 0)
  static let itemID = ItemID("itm_01kav5m0c8f3v9x2r7w4q6t1zf") ?? ItemID(value: 0)
  static let usedItemID = ItemID("itm_01kav5n3d2h8k7m6p5q4r3s2t1") ?? ItemID(value: 0)
  static let locationID = LocationID("loc_01kav4z9m8n7p6q5r4s3t2v1w0") ?? LocationID(value: 0)
  static let movementID = MovementID("mov_01kav5p7x6y5z4w3v2t1s0r9q8") ?? MovementID(value: 0)
  static let adjustmentID = AdjustmentID("adj_01kav5p7x6y5z4w3v2t1s0r9q7") ?? AdjustmentID(value: 0)

  static let bookInput: JSONValue = [
    "isbn": "978-0-439-02348-1", "title": "The Hunger Games",
    "contributors": [["role": "author", "name": "Suzanne Collins"]], "publisher": "Scholastic Press",
    "product_form": "BB", "language": "en", "publication_date": "2008-09-14",
    "subjects": [["scheme": "thema", "code": "YFG", "main": true]],
    "price": ["amount": 1299, "currency": "EUR"],
    "identifiers": [["type": "goodreads", "value": "2767052"]], "metadata": ["shelf": "young adult"],
  ]
  static let book = JSONValue(written: { Books.write(bookValue(), to: &$0) })
  static let changedBook = JSONValue(written: { json in
    var book = bookValue()
    book.details.price = euros(1199)
    book.version = 2
    book.updatedAt = later
    Books.write(book, to: &json)
  })
  static let archivedBook = JSONValue(written: { json in
    var book = bookValue()
    book.version = 3
    book.updatedAt = later
    book.archivedAt = later
    Books.write(book, to: &json)
  })

  static let itemInput: JSONValue = [
    "book_id": .string(isbn), "sku": .string(usedSKU), "condition": "very_good", "flags": ["signed"],
    "price": ["amount": 750, "currency": "EUR"],
  ]
  static let item = JSONValue(written: { json in
    var details = ItemDetails(sku: usedSKU)
    details.condition = .veryGood
    details.flags = [.signed]
    details.price = euros(750)
    let item = Item(
      id: usedItemID, bookID: bookID, details: details, version: 1, createdAt: instant, updatedAt: instant)
    Items.write(item, to: &json)
  })

  static let locationInput: JSONValue = [
    "code": "graz", "name": "Graz, Sporgasse", "kind": "store", "time_zone": "Europe/Vienna",
  ]
  static let location = JSONValue(written: { json in
    var details = LocationDetails(code: "graz", name: "Graz, Sporgasse")
    details.timeZone = "Europe/Vienna"
    let location = Location(
      id: locationID, details: details, version: 1, createdAt: instant, updatedAt: instant)
    Locations.write(location, to: &json)
  })

  static let adjustmentInput: JSONValue = [
    "reason": "received", "reference": "PO-2026-0117",
    "lines": [
      ["item": .string(isbn), "delta": 12], ["item": .string(isbn), "bucket": "damaged", "delta": 1],
    ],
  ]
  static let adjustment = JSONValue(written: { json in
    let result = AdjustmentResult(
      id: adjustmentID, movements: [movementValue, damagedMovementValue], levels: [levelValue, levelValue])
    Adjustments.write(result, to: &json)
  })
  static let movement = JSONValue(written: { Movements.write(movementValue, to: &$0) })
  static let reversal = JSONValue(written: { json in
    let movement = Movement(
      id: MovementID("mov_01kav5p7x6y5z4w3v2t1s0r9qb") ?? movementID, sequence: 43, itemID: itemID,
      sku: isbn, locationID: locationID, locationCode: "main", bucket: .onHand, quantity: -12,
      balanceAfter: 0, kind: .reversal, reason: .correction, reference: "PO-2026-0117",
      note: "booked on the wrong shelf", actor: "api-key", requestID: "7f3k9q2m5x8r1v5",
      document: movementID.description, line: 0, recordedAt: later, occurredAt: later)
    Movements.write(movement, to: &json)
  })
  static let commitment = JSONValue(written: { json in
    let commitment = Commitment(
      id: CommitmentID("com_01kav5p7x6y5z4w3v2t1s0r9qc") ?? CommitmentID(value: 0), sequence: 7,
      itemID: itemID, sku: isbn, locationID: locationID, locationCode: "main", bucket: .held, quantity: 2,
      balanceAfter: 2, kind: .hold, reference: "ORDER-1002", actor: "api-key",
      requestID: "7f3k9q2m5x8r1v6", document: "\(reservationID)/1", line: 0, recordedAt: later)
    Commitments.write(commitment, to: &json)
  })
  static let level = JSONValue(written: { StockLevels.write(levelValue, to: &$0) })

  static let reservationID = ReservationID("res_01kav5p7x6y5z4w3v2t1s0r9qa") ?? ReservationID(value: 0)
  static let reservationInput: JSONValue = [
    "reference": "ORDER-1002", "expires_in": 900,
    "lines": [["item": .string(isbn), "quantity": 2]],
  ]
  static let reservation = JSONValue(written: { json in
    let line = ReservationLine(
      itemID: itemID, sku: isbn, location: nil, locationCode: nil, quantity: 2, allocations: [allocation])
    let reservation = Reservation(
      id: reservationID, reference: "ORDER-1002", note: nil, state: .pending,
      expiresAt: Instant(microseconds: later.microseconds + 900_000_000), partial: false,
      allowBackorder: false, lines: [line], actor: "api-key", createdAt: later, updatedAt: later)
    Reservations.write(reservation, to: &json)
  })
  static let availability = JSONValue(written: { json in
    let line = Availability.Line(
      itemID: itemID, sku: isbn, wanted: 2, available: 2, allocations: [allocation])
    Reservations.write(Availability(lines: [line]), to: &json)
  })
  private static let allocation: HoldAllocation = {
    var quantities = HoldQuantities()
    quantities.held = 2
    return HoldAllocation(locationID: locationID, locationCode: "main", quantities: quantities)
  }()

  static let transferID = TransferID("trf_01kav5p7x6y5z4w3v2t1s0r9qb") ?? TransferID(value: 0)
  static let transferInput: JSONValue = [
    "from": "main", "to": "graz", "reference": "VAN-2026-0031",
    "lines": [["item": .string(isbn), "quantity": 2]],
  ]
  static let transfer = JSONValue(written: { json in
    let line = TransferLine(itemID: itemID, sku: isbn, quantity: 2)
    let transfer = Transfer(
      id: transferID, state: .draft, from: locationID, fromCode: "main", to: locationID, toCode: "graz",
      reference: "VAN-2026-0031", note: nil, lines: [line], actor: "api-key", version: 1, createdAt: later,
      updatedAt: later)
    Transfers.write(transfer, to: &json)
  })

  static let countID = CountID("cnt_01kav5p7x6y5z4w3v2t1s0r9qc") ?? CountID(value: 0)
  static let countInput: JSONValue = ["location": "graz", "note": "the window"]
  static let count = JSONValue(written: { Counts.write(countValue(.open), to: &$0) })
  static let countSummary = JSONValue(written: {
    Counts.write(countValue(.open), withLines: false, to: &$0)
  })
  static let completedCount = JSONValue(written: { json in
    var movement = movementValue
    movement.quantity = -1
    movement.balanceAfter = 1
    movement.kind = .count
    movement.reason = .count
    movement.locationCode = "graz"
    movement.reference = nil
    movement.document = "\(countID)/3"
    Counts.write(countValue(.completed), movements: [movement], to: &json)
  })

  // MARK: Values of the domain

  private static func countValue(_ state: CountState) -> Count {
    var line = CountLine(itemID: itemID, sku: isbn, expected: 2)
    line.counted = 1
    line.countedAt = later
    return Count(
      id: countID, state: state, location: locationID, locationCode: "graz", blind: false, everything: true,
      reference: nil, note: "the window", total: 1, counted: 1, lines: [line], actor: "api-key",
      version: state == .open ? 2 : 3, createdAt: instant, updatedAt: later)
  }

  static let instant = Instant(microseconds: 1_795_536_906_000_000)
  static let later = Instant(microseconds: 1_795_537_212_345_678)

  private static func euros(_ amount: Int64) -> Money? {
    (try? Currency("EUR")).map { Money(amount: amount, currency: $0) }
  }

  private static func bookValue() -> Book {
    var details = BookDetails(title: "The Hunger Games")
    details.isbn = ISBN(stored: isbn)
    details.contributors = [Contributor(role: .author, name: "Suzanne Collins")]
    details.publisher = "Scholastic Press"
    details.productForm = ProductForm(stored: "BB")
    details.language = LanguageTag(stored: "en")
    details.publicationDate = PartialDate(stored: 2008_09_14)
    details.subjects = [Subject(scheme: .thema, code: "YFG", main: true)]
    details.price = euros(1299)
    details.identifiers = [BookIdentifier(type: "goodreads", value: "2767052")]
    details.metadata = ["shelf": "young adult"]
    return Book(
      id: bookID, details: details, version: 1, createdAt: instant, updatedAt: instant, archivedAt: nil)
  }

  private static let levelValue: StockLevel = {
    var quantities = Quantities()
    quantities.onHand = 12
    quantities.damaged = 1
    var policy = StockPolicy()
    policy.reorderPoint = 3
    policy.bin = "A-12"
    return StockLevel(
      itemID: itemID, locationID: locationID, sku: isbn, bookID: bookID, isbn: ISBN(stored: isbn),
      locationCode: "main", quantities: quantities, policy: policy, version: 2, updatedAt: later)
  }()

  private static let movementValue = Movement(
    id: movementID, sequence: 41, itemID: itemID, sku: isbn, locationID: locationID, locationCode: "main",
    bucket: .onHand, quantity: 12, balanceAfter: 12, kind: .adjustment, reason: .received,
    reference: "PO-2026-0117", note: nil, actor: "api-key", requestID: "7f3k9q2m5x8r1v4",
    document: adjustmentID.description, line: 0, recordedAt: later, occurredAt: later)

  private static let damagedMovementValue = Movement(
    id: MovementID("mov_01kav5p7x6y5z4w3v2t1s0r9q9") ?? movementID, sequence: 42, itemID: itemID, sku: isbn,
    locationID: locationID, locationCode: "main", bucket: .damaged, quantity: 1, balanceAfter: 1,
    kind: .adjustment, reason: .received, reference: "PO-2026-0117", note: nil, actor: "api-key",
    requestID: "7f3k9q2m5x8r1v4", document: adjustmentID.description, line: 1, recordedAt: later,
    occurredAt: later)
}
