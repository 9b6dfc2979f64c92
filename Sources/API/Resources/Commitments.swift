internal import HTTP
internal import Inventory
internal import JSON

/// The second ledger, of what is promised or under way: `/v1/commitments`.
enum Commitments {
  static let routes = [
    Route(
      .get, "/v1/commitments", "listCommitments", tag: .movements, summary: "List commitments",
      about: "The ledger of what is no state of the shelf: copies held, waited for (backordered), ordered "
        + "(incoming) or under way (in_transit). Newest first, by sequence; never changed and never deleted.",
      parameters: [
        item.declaration, location.declaration, bucket.declaration, kind.declaration, reference.declaration,
        recordedAtLeast.declaration, recordedAtMost.declaration,
      ] + Lists.parameters,
      answers: [
        .ok(
          Lists.schema(of: schema), "A page of commitments.", example: Lists.example(Examples.commitment),
          fields: [.link])
      ], scope: .stockRead, handler: list)
  ]

  // MARK: Declarations

  private static let item = QueryParameter<ItemReference>(
    "item", .text(1...100), "Of this item: its id or SKU.", example: .string(Examples.isbn)
  ) { text throws(InvalidValue) in try ItemReference(text) }
  private static let location = QueryParameter<LocationReference>(
    "location", .text(1...32), "At this location: its id or code."
  ) { text throws(InvalidValue) in try LocationReference(text) }
  private static let bucket = QueryParameter<CommitmentBucket>.oneOf("bucket", "Of this balance.")
  private static let kind = QueryParameter<MovementKind>.oneOf("kind", "Written by this kind of posting.")
  private static let reference = QueryParameter<String>.text(
    "reference", 1...255, "With exactly this reference.")
  private static let recordedAtLeast = QueryParameter<Instant>.instant(
    "recorded_at[gte]", "Recorded then or later.")
  private static let recordedAtMost = QueryParameter<Instant>.instant(
    "recorded_at[lte]", "Recorded then or earlier.")

  // MARK: Output

  static let schema = Schema.named(
    "Commitment",
    .object([
      Schema.Property("id", .identifier("com"), isRequired: true),
      Schema.Property(
        "sequence", Schema.integer(1...Int64.max).about("Grows with each row; gaps mean nothing."),
        isRequired: true),
      Schema.Property("item_id", .identifier("itm"), isRequired: true),
      Schema.Property("sku", Schema.text(SKU.length).about("As it is now."), isRequired: true),
      Schema.Property("location_id", .identifier("loc"), isRequired: true),
      Schema.Property(
        "location_code", Schema.text(LocationCode.length).about("As it is now."), isRequired: true),
      Schema.Property("bucket", .values(CommitmentBucket.allCases.map(\.rawValue)), isRequired: true),
      Schema.Property(
        "quantity",
        Schema.integer(-Adjustment.maximumQuantity...Adjustment.maximumQuantity).about(
          "The change in copies."),
        isRequired: true),
      Schema.Property("balance_after", Schema.copies.about("Of the bucket."), isRequired: true),
      Schema.Property("kind", .openValues(MovementKind.allCases.map(\.rawValue)), isRequired: true),
      Schema.Property("reference", Schema.text(1...255).orNull, isRequired: true),
      Schema.Property("actor", Schema.text(1...255).about("Who did it."), isRequired: true),
      Schema.Property(
        "request_id", Schema.text(1...128).orNull.about("Of the request that wrote it, as in the log."),
        isRequired: true),
      Schema.Property(
        "document",
        Schema.text(1...600).about("Such as the id of the reservation, with the number of its posting."),
        isRequired: true),
      Schema.Property(
        "line", Schema.integer(0...Int64(Int32.max)).about("Of the posting, from 0."), isRequired: true),
      Schema.Property(
        "recorded_at", Schema.text(format: "date-time").about("By the service."), isRequired: true),
    ]))

  static func write(_ commitment: Commitment, to json: inout JSONWriter) {
    json.beginObject()
    json.member("id", commitment.id)
    json.member("sequence", commitment.sequence)
    json.member("item_id", commitment.itemID)
    json.member("sku", commitment.sku)
    json.member("location_id", commitment.locationID)
    json.plainMember("location_code", commitment.locationCode)
    json.member("bucket", commitment.bucket.rawValue)
    json.member("quantity", commitment.quantity)
    json.member("balance_after", commitment.balanceAfter)
    json.member("kind", commitment.kind.rawValue)
    json.member("reference", commitment.reference)
    json.member("actor", commitment.actor)
    json.member("request_id", commitment.requestID)
    json.member("document", commitment.document)
    json.member("line", Int64(commitment.line))
    json.member("recorded_at", commitment.recordedAt)
    json.endObject()
  }

  // MARK: Handlers

  private static func list(_ call: Call) async throws -> Response {
    var query = CommitmentQuery()
    query.item = try await call.item(item)?.id
    query.location = try await call.location(location)?.id
    query.bucket = try call.query(bucket)
    query.kind = try call.query(kind)
    query.reference = try call.query(reference)
    query.recordedAtLeast = try call.query(recordedAtLeast)
    query.recordedAtMost = try call.query(recordedAtMost)
    let page = try await call.repository.commitments(query, page: call.page(sortedBy: .integer))
    return call.list(page) { commitment, json in write(commitment, to: &json) }
  }
}
