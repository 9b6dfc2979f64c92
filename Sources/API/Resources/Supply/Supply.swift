internal import HTTP
internal import Inventory
internal import JSON

/// What purchase orders, receipts and returns have in common.
enum Supply {
  static let item = Member.required(
    "item", .itemReference, "The item's id or SKU; of a book's new item the ISBN in any spelling.")
  static let quantity = Member.required(
    "quantity", .integer(1...Adjustment.maximumQuantity), "How many copies.")
  static let reference = Member.optional(
    "reference", .line(1...255),
    "Your own number; the same number with the same content again is answered with what is there.")
  static let note = Member.optional("note", .lines(1...1000), "A remark for people.")

  /// An identifier in the content.
  static func id<Kind: IdentifierKind>(_: Kind.Type) -> Format<Identifier<Kind>> {
    .parsed(.identifier(Kind.prefix)) { text throws(InvalidValue) in
      guard let id = Identifier<Kind>(text) else {
        throw InvalidValue(
          code: "bad-id",
          detail: "\(quoted(text)) is not an id: \(Kind.prefix)_ and 26 digits of base 32 must be given.")
      }
      return id
    }
  }

  // MARK: Filters

  static let referenceFilter = QueryParameter<String>.text(
    "reference", 1...255, "With exactly this reference.")
  static let supplierFilter = QueryParameter<String>.text(
    "supplier", 1...255, "With exactly this supplier.")
  static let locationFilter = QueryParameter<LocationReference>(
    "location", .text(1...32), "At this location: its id or code."
  ) { text throws(InvalidValue) in try LocationReference(text) }

  /// A filter by the document that others answer.
  static func idFilter<Kind: IdentifierKind>(
    _ name: String, _ about: String, _: Kind.Type
  ) -> QueryParameter<Identifier<Kind>> {
    QueryParameter(name, .identifier(Kind.prefix), about) { text throws(InvalidValue) in
      guard let id = Identifier<Kind>(text) else {
        throw InvalidValue(
          code: "bad-id",
          detail: "\(quoted(text)) is not an id: \(Kind.prefix)_ and 26 digits of base 32 must be given.")
      }
      return id
    }
  }

  // MARK: Output

  /// Members of every document, in front.
  static func head(_ prefix: String) -> [Schema.Property] {
    [
      Schema.Property("id", .identifier(prefix), isRequired: true),
      Schema.Property("reference", Schema.text(1...255).orNull, isRequired: true),
      Schema.Property("note", Schema.text(1...1000).orNull, isRequired: true),
      Schema.Property("location_id", .identifier("loc"), isRequired: true),
      Schema.Property(
        "location_code", Schema.text(LocationCode.length).about("As it is now."), isRequired: true),
    ]
  }

  /// Members of every line, in front.
  static let lineHead = [
    Schema.Property("index", .integer(0...499), isRequired: true),
    Schema.Property("item", .identifier("itm"), isRequired: true),
    Schema.Property("sku", Schema.text(SKU.length).about("As it was then."), isRequired: true),
    Schema.Property("quantity", .copies, isRequired: true),
  ]

  static let instant = Schema.text(format: "date-time")

  /// The answer to a request that makes a document.
  static func answer<Document>(
    _ result: DocumentResult<Document>, at path: String, write: (Document, inout JSONWriter) -> Void
  ) -> StoredAnswer {
    var json = JSONWriter(capacity: 1024)
    write(result.document, &json)
    return StoredAnswer(
      status: result.isNew ? Status.created.code : Status.ok.code, location: result.isNew ? path : nil,
      body: String(decoding: json.bytes, as: UTF8.self))
  }
}

extension JSONWriter {
  /// Writes what ``Supply/head(_:)`` declares, but for the identifier.
  mutating func documentMembers(
    reference: String?, note: String?, locationID: LocationID, locationCode: String
  ) {
    member("reference", reference)
    member("note", note)
    member("location_id", locationID)
    plainMember("location_code", locationCode)
  }

  /// Writes what ``Supply/lineHead`` declares.
  mutating func lineMembers(index: Int, item: ItemID, sku: String, quantity: Int64) {
    member("index", Int64(index))
    member("item", item)
    member("sku", sku)
    member("quantity", quantity)
  }
}
