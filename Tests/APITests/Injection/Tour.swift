import HTTP
import JSON
import Testing

@testable import API

/// Services in which every route has something to find: the walkthrough was sent to each, up to its clearing away.
struct Tour {
  let engines: [Engine]
  /// For each engine the names of what was made there.
  private var variables: [[String: String]]
  private var count = 0
  private var now: Int64

  init(_ engines: [Engine], at now: Int64) async throws {
    self.engines = engines
    self.now = now
    variables = engines.map { _ in [:] }
    let steps = Walkthrough(Routes.all).folders.dropLast().flatMap(\.steps)
    // The description's examples have numbers that are no rows'.
    for step in steps where step.route.operationID != "getDescription" {
      let answers = try await play(step)
      for answer in answers { #expect(answer.status == step.status, "\(step.name): \(answer)") }
    }
    // Enough for everything that is taken afterwards.
    _ = try await play(
      Self.step("adjust") { step in
        step.body = ["reason": "received", "lines": [["item": .string(Examples.isbn), "delta": 100_000]]]
      })
  }

  /// What must be made anew when it was used up, in order.
  private static let makers: [String: [String]] = [
    "confirmReservation": ["reserve"], "editReservation": ["reserve"], "fulfillReservation": ["reserve"],
    "releaseReservation": ["reserve"], "shipTransfer": ["createTransfer"],
    "receiveTransfer": ["createTransfer", "shipTransfer"], "cancelTransfer": ["createTransfer"],
    "recordCount": ["createCount"], "completeCount": ["createCount", "recordCount"],
    "cancelCount": ["createCount"],
    "cancelPurchaseOrder": ["createPurchaseOrder"], "reverseMovement": ["adjust"],
    "rotateAPIKey": ["createAPIKey"],
  ]

  /// Makes a document that the route can work on.
  mutating func prepare(_ route: Route) async throws {
    if route.operationID.hasSuffix("Count") || route.operationID == "recordCount" {
      // A location is counted by one at a time.
      _ = try await play(Self.step("cancelCount"))
    }
    for maker in Self.makers[route.operationID] ?? [] { _ = try await play(base(Self.step(maker))) }
  }

  /// A step that can be repeated: its names are new each time, and nothing limits its quantities.
  mutating func base(_ step: Walkthrough.Step) -> Walkthrough.Step {
    count += 1
    var step = step
    step.fields = []
    // Short answers, which are checked faster.
    if step.route.parameters.contains(where: { $0.name == "limit" }) { step.query.append(("limit", "3")) }
    guard var body = step.body else { return step }
    switch step.route.operationID {
    case "createBook": body = body.without("isbn")
    case "createItem": body = body.setting(["sku"], to: .string("sku-\(count)")).without("flags")
    case "createLocation": body = body.setting(["code"], to: .string("place-\(count)"))
    case "createReceipt": body = body.without("purchase_order").setting(["supplier"], to: "Libri")
    case "adjust":
      body = ["reason": "received", "lines": [["item": .string(Examples.isbn), "delta": 1]]]
    case "changeBook": body = Examples.bookInput.without("isbn")
    case "changeItem", "changeLocation", "changePolicy", "editReservation": body = [:]
    default: break
    }
    if step.route.body?.schema.properties.contains(where: { $0.name == "reference" }) == true {
      body = body.setting(["reference"], to: .string("reference \(count)"))
    }
    step.body = body
    return step
  }

  private static let steps = Dictionary(
    Walkthrough(Routes.all).steps.map { ($0.route.operationID, $0) }, uniquingKeysWith: { first, _ in first })

  /// The route's first step of the walkthrough.
  static func step(_ operationID: String, _ change: (inout Walkthrough.Step) -> Void = { _ in })
    -> Walkthrough.Step
  {
    var step = steps[operationID]!
    if operationID == "reverseMovement" { step.path = ["{{movement_id}}"] }
    change(&step)
    return step
  }

  /// Lets a millisecond pass everywhere, so that identifiers are in one order on every engine.
  mutating func tick() throws {
    now += 1000
    for engine in engines { try engine.setTime(now) }
  }

  /// Sends a step to each engine and keeps what it captures.
  private mutating func play(_ step: Walkthrough.Step) async throws -> [TestResponse] {
    var answers: [TestResponse] = []
    try tick()
    for index in engines.indices {
      let answer = try await engines[index].send(request(step, on: index), for: 0).0
      for (variable, place) in step.captures where answer.status == step.status {
        variables[index][variable] = try answer.json[path: place.joined(separator: "/")]?.text
      }
      answers.append(answer)
    }
    return answers
  }

  /// The request of a step, with the names of an engine. `encoded` are segments and values that are not to be encoded.
  func request(
    _ step: Walkthrough.Step, on engine: Int, encoded: [String: String] = [:], field: (String, String)? = nil
  ) -> WireRequest {
    let names = variables[engine]
    let filled = { (text: String) in
      guard text.utf8.contains(UInt8(ascii: "{")) else { return text }
      return names.reduce(text) { $0.replacing("{{\($1.key)}}", with: $1.value) }
    }
    var target = step.route.pattern
    let parameters = step.route.parameters.filter { $0.place == .path }
    for (parameter, value) in zip(parameters, step.path) {
      let segment = encoded[parameter.name] ?? PercentEncoding.encode(filled(value))
      target = target.replacing("{\(parameter.name)}", with: segment)
    }
    var query = step.query.filter { encoded[$0.name] == nil }.map {
      ($0.name, PercentEncoding.encode(filled($0.value)))
    }
    query += encoded.filter { value in !parameters.contains { $0.name == value.key } }.map {
      ($0.key, $0.value)
    }
    if !query.isEmpty {
      target += "?" + query.map { "\(PercentEncoding.encode($0.0))=\($0.1)" }.joined(separator: "&")
    }
    var headers = step.fields.map { ($0.name, $0.value) }
    headers += [field?.0 == "X-Request-Id" ? nil : ("X-Request-Id", "tour"), field].compactMap(\.self)
    if let body = step.route.body, field?.0 != "Content-Type" {
      headers.append(("Content-Type", body.mediaTypes[0]))
    }
    return WireRequest(
      method: step.route.method.rawValue, target: target,
      body: (step.body?.compact).map { $0.contains("{{") ? filled($0) : $0 },
      headers: headers)
  }
}
