internal import HTTP
internal import Inventory
internal import JSON

/// What the stock and its ledgers say in sum: `/v1/reports`.
enum Reports {
  static let routes = [
    Route(
      .get, "/v1/reports/valuation", "reportValuation", tag: .reports, summary: "Value the stock",
      about: "The copies on hand of each location with their value at list price: the item's price, else its "
        + "book's. One row for each currency, and one with null for the copies without a price.",
      parameters: [location.declaration] + Lists.parameters,
      answers: answers(valuation, Examples.valuation), scope: .stockRead, handler: readValuation),
    Route(
      .get, "/v1/reports/dead-stock", "reportDeadStock", tag: .reports, summary: "Find dead stock",
      about: "Items at locations where copies are on hand and no movement was recorded since then.",
      parameters: [since.declaration, location.declaration] + Lists.parameters,
      answers: answers(deadStock, Examples.deadStock), scope: .stockRead, handler: readDeadStock),
    Route(
      .get, "/v1/reports/sell-through", "reportSellThrough", tag: .reports,
      summary: "Report the sell-through",
      about: "For each item that was sold or received in the period, by occurred_at: how many copies of what "
        + "came were sold. What was reversed does not count.",
      parameters: [from.declaration, to.declaration, location.declaration] + Lists.parameters,
      answers: answers(sellThrough, Examples.sellThrough), scope: .stockRead, handler: readSellThrough),
  ]

  private static func answers<Row>(_ table: Table<Row>, _ example: JSONValue) -> [Route.Answer] {
    let name = table.name.split(separator: "-").map { $0.capitalized }.joined()
    let schema = Schema.named(name + "Row", .object(table.properties))
    return [
      .ok(
        Lists.schema(of: schema), "A page of the report.", example: Lists.example(example), fields: [.link]),
      .csv("The whole report, in RFC 4180 with a header line."),
    ]
  }

  // MARK: Declarations

  private static let location = QueryParameter<LocationReference>(
    "location", .text(1...32), "At this location: its id or code."
  ) { text throws(InvalidValue) in try LocationReference(text) }
  private static let since = QueryParameter<Instant>.instant("since", "No movement then or later.").required
  private static let from = QueryParameter<Instant>.instant("from", "The period's beginning.").required
  private static let to = QueryParameter<Instant>(
    "to", .text(format: "date-time"),
    "The period's end, which is no longer part of it. Without it, up to now."
  ) { text throws(InvalidValue) in try Instant(text) }

  // MARK: Handlers

  private static func readValuation(_ call: Call) async throws -> Response {
    let location = try await call.location(location)?.id
    return try await call.table(valuation) { page in
      try await call.repository.valuation(at: location, page: page)
    }
  }

  private static func readDeadStock(_ call: Call) async throws -> Response {
    let since = try call.query(required: since)
    let location = try await call.location(location)?.id
    return try await call.table(deadStock) { page in
      try await call.repository.deadStock(since: since, at: location, page: page)
    }
  }

  private static func readSellThrough(_ call: Call) async throws -> Response {
    let beginning = try call.query(required: from)
    let end = try call.query(to)
    if let end, end <= beginning {
      throw Problem(to, "not-after-from", "The period's end must be after its beginning, \(beginning).")
    }
    let location = try await call.location(location)?.id
    let period = beginning..<(end ?? Instant(microseconds: .max))
    return try await call.table(sellThrough) { page in
      try await call.repository.sellThrough(in: period, at: location, page: page)
    }
  }
}

extension Substring {
  /// With its first letter in upper case.
  fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
