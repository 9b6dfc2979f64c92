internal import Inventory
internal import JSON

/// What documents that move stock have in common.
enum Documents {
  static let reference = Member.optional(
    "reference", .line(1...255), "Your own number; the same number and lines again are the same document.")
  static let note = Member.optional("note", .lines(1...1000), "A remark for people.")

  static let item = Member.required(
    "item", .itemReference, "The item's id or SKU; of a book's new item the ISBN in any spelling.")

  // MARK: Lists

  static let referenceFilter = QueryParameter<String>.text(
    "reference", 1...255, "With exactly this reference.")
  static let locationFilter = QueryParameter<LocationReference>(
    "location", .text(1...32), "From or to this location: its id or code."
  ) { text throws(InvalidValue) in try LocationReference(text) }

  // MARK: Output

  /// The members at the end of every document.
  static let properties =
    [
      Schema.Property("reference", Schema.text(1...255).orNull, isRequired: true),
      Schema.Property("note", Schema.text(1...1000).orNull, isRequired: true),
      Schema.Property("actor", Schema.text(1...255).about("Who made it."), isRequired: true),
    ] + StoredFields.properties

  static let lineProperties = [
    Schema.Property("index", .integer(0...Int64(Count.maximumLines - 1)), isRequired: true),
    Schema.Property("item", .identifier("itm"), isRequired: true),
    Schema.Property(
      "sku", Schema.text(SKU.length).about("As it was when the line was made."), isRequired: true),
  ]

  /// Names an item twice where a document has each once; reports it.
  static func reportRepeated(_ items: [ItemReference], in name: String, _ issues: Issues) {
    var first: [ItemReference: Int] = [:]
    for (index, item) in items.enumerated() {
      guard let earlier = first[item] else {
        first[item] = index
        continue
      }
      issues.within(name) {
        issues.within(index) {
          issues.report(
            "duplicate-line",
            "/\(name)/\(earlier) and /\(name)/\(index) name the same item; make one of them.")
        }
      }
    }
  }
}

extension Call {
  /// The identifier in the path; what cannot be one names nothing.
  func id<Kind>(_ record: RecordType, _: Kind.Type = Kind.self) throws -> Identifier<Kind> {
    guard let id = Identifier<Kind>(path[0]) else { throw InventoryError.notFound(record, path[0]) }
    return id
  }

  /// A list of documents as the query wants it.
  func documentQuery<State>(
    state: QueryParameter<State>
  ) async throws -> DocumentQuery<State> {
    var query = DocumentQuery<State>()
    query.state = try self.query(state)
    query.reference = try self.query(Documents.referenceFilter)
    query.location = try await location(Documents.locationFilter)?.id
    return query
  }
}
