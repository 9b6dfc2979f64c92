internal import HTTP
internal import JSON

/// Requests that can be sent one after another to an empty service, so that the collection is a tour of it.
/// Every route is in it at least once.
struct Walkthrough {
  struct Step {
    let name: String
    let about: String
    let route: Route
    /// In the order of the pattern.
    var path: [String] = []
    var query: [(name: String, value: String)] = []
    var fields: [(name: String, value: String)] = []
    var body: JSONValue?
    /// The status that the step is there to show.
    var status: Int
    /// Variables that later steps need, with where they stand in the answer.
    var captures: [(variable: String, place: [String])] = []
  }

  struct Folder {
    let name: String
    let about: String
    let steps: [Step]
  }

  let folders: [Folder]

  var steps: [Step] { folders.flatMap(\.steps) }

  init(_ routes: [Route]) {
    folders =
      Tag.allCases.map { tag in
        Folder(
          name: tag.rawValue, about: tag.about,
          steps: routes.filter { $0.tag == tag && $0.method != .delete }.flatMap { route in
            [Step(route)] + Self.more(route)
          })
      } + [
        Folder(
          name: "Afterwards", about: "Takes the copies out again, archives the book and revokes the key.",
          steps: routes.filter { $0.operationID == "adjust" }.map(Self.emptied)
            + routes.filter { $0.method == .delete }.map { Step($0) })
      ]
  }

  // MARK: More of what a route can do

  private static func more(_ route: Route) -> [Step] {
    switch route.operationID {
    case "createBook":
      [
        Step(
          route, "Store a book with mistakes", "Every mistake is named, with its place in the content.",
          body: ["titel": "The Hunger Games", "isbn": "9780439023482", "price": ["amount": "12.50"]],
          status: 422
        )
      ]
    case "listBooks":
      [
        Step(
          route, "Search books",
          "Words in any order, the last one not finished; with the totals of the stock.",
          query: [("q", "collins hung*"), ("expand", "stock"), ("sort", "-publication_date")]),
        Step(
          route, "Export books as CSV", "The whole list as a stream.",
          fields: [("Accept", MediaType.csv)]),
        Step(
          route, "A mistyped filter", "is refused, since it would return everything.",
          query: [("in_stok", "true")], status: 400),
      ]
    case "getBook":
      [
        Step(
          route, "Read a book with its stock", "By an ISBN-10 with hyphens; items with their levels.",
          path: ["0-439-02348-3"], query: [("expand", "stock,items.stock")])
      ]
    case "adjust":
      [
        Step(
          route, "Sell two copies", "A movement for each line, and the level as it is now.",
          body: [
            "reason": "sold", "reference": "ORDER-1001",
            "lines": [["item": .string(Examples.isbn), "delta": -2]],
          ]),
        Step(
          route, "Count a shelf", "Set what is there, if it is still what you think it was.",
          body: [
            "reason": "count", "note": "shelf A-12",
            "lines": [["item": .string(Examples.isbn), "set": 11, "expected": 10]],
          ], captures: [("counted_movement_id", ["movements", "0", "id"])]),
        Step(
          route, "Sell more than there is", "is refused, with the figures of each line.",
          body: ["reason": "sold", "lines": [["item": .string(Examples.isbn), "delta": -500]]], status: 409),
      ]
    case "createReceipt":
      [
        Step(
          route, "Take in more than was ordered", "is refused, with the figures of each line.",
          body: Examples.receiptInput(for: "{{purchase_order_id}}", reference: "DN-4712"), status: 409)
      ]
    case "createReturn":
      [
        Step(
          route, "Send copies back to the supplier", "Two of the copies that came with the receipt.",
          body: Examples.supplierReturnInput(of: "{{receipt_id}}"))
      ]
    default: []
    }
  }

  private static func emptied(_ route: Route) -> Step {
    Step(
      route, "Take all copies out", "What is left of the tour.",
      body: [
        "reason": "correction",
        "lines": [
          ["item": .string(Examples.isbn), "bucket": "damaged", "set": 0, "expected": 1],
          ["item": .string(Examples.isbn), "set": 0, "expected": 9],
          ["item": .string(Examples.isbn), "location": "graz", "set": 0, "expected": 1],
          ["item": .string("\(Examples.isbn)-good"), "set": 0, "expected": 1],
        ],
      ])
  }
}

extension Walkthrough.Step {
  /// The route as its declaration shows it.
  init(_ route: Route) {
    self.init(route, route.summary, route.about)
    body = route.body?.example
    if route.operationID == "adjust" { captures = [("movement_id", ["movements", "0", "id"])] }
    if route.operationID == "getMovement" { path = ["{{movement_id}}"] }
    if route.operationID == "reverseMovement" { path = ["{{counted_movement_id}}"] }
    if route.operationID == "createPurchaseOrder" { captures = [("purchase_order_id", ["id"])] }
    if route.pattern.contains("{order}") { path = ["{{purchase_order_id}}"] }
    if route.operationID == "createReceipt" {
      body = Examples.receiptInput(for: "{{purchase_order_id}}")
      captures = [("receipt_id", ["id"])]
    }
    if route.pattern.contains("{receipt}") { path = ["{{receipt_id}}"] }
    if route.operationID == "createReturn" { captures = [("return_id", ["id"])] }
    if route.pattern.contains("{return}") { path = ["{{return_id}}"] }
    if route.operationID == "reserve" { captures = [("reservation_id", ["id"])] }
    if route.pattern.contains("{reservation}") { path = ["{{reservation_id}}"] }
    if route.operationID == "createTransfer" { captures = [("transfer_id", ["id"])] }
    if route.pattern.contains("{transfer}") { path = ["{{transfer_id}}"] }
    if route.operationID == "createCount" { captures = [("count_id", ["id"])] }
    if route.pattern.contains("{count}") { path = ["{{count_id}}"] }
    if route.operationID == "createAPIKey" { captures = [("key_id", ["id"])] }
    if route.pattern.contains("{key}") { path = ["{{key_id}}"] }
    // The tour has come to an end with it.
    if ["cancelTransfer", "cancelCount"].contains(route.operationID) { status = 409 }
  }

  /// One more use of a route.
  fileprivate init(
    _ route: Route, _ name: String, _ about: String, path: [String]? = nil,
    query: [(name: String, value: String)] = [], fields: [(name: String, value: String)] = [],
    body: JSONValue? = nil, status: Int? = nil, captures: [(variable: String, place: [String])] = []
  ) {
    self.route = route
    self.name = name
    self.about = about
    self.path =
      path ?? route.parameters.filter { $0.place == .path }.map { $0.example.map(plainText) ?? $0.name }
    self.query =
      route.parameters.filter { parameter in
        parameter.place == .query && parameter.isRequired && !query.contains { $0.name == parameter.name }
      }.map { ($0.name, $0.example.map(plainText) ?? "") } + query
    self.fields = fields
    self.body = body
    self.captures = captures
    self.status = status ?? route.answers.first?.status.code ?? 200
  }
}

/// A string without its quotation marks, anything else as JSON.
func plainText(_ value: JSONValue) -> String {
  if case .string(let text) = value { text } else { value.compact }
}
