import HTTP
import Inventory
import JSON
import TestSupport
import Testing

@testable import API

/// Everything that a client may write, written so that it would be more than a value to SQL, a search, a head or a
/// template. The places come from the declarations of the routes, so none can be forgotten.
@Suite("Injection") struct InjectionTests {
  @Test(
    "Whatever stands in a parameter, a field or a content is a value, on both engines alike",
    arguments: Set(Routes.all.map(\.tag.rawValue)).sorted())
  func everyPlace(tag: String) async throws {
    if !PostgresServer.isAvailable { print("SKIPPED: injection on Postgres (\(PostgresServer.skipReason))") }
    let start: Int64 = 1_795_564_800_000_000
    try await withEngines(startingAt: start) { engines in
      var attempts = Attempts(try await Tour(engines, at: start))
      let routes = Routes.all.filter { $0.tag.rawValue == tag }
      for route in routes {
        try await attempts.attack(route)
        // What all requests may carry is read before the route, so one stands for all.
        if route === routes.first(where: { $0.method == .get }) {
          try await attempts.attack(route, at: Place.everywhere)
        }
      }
      for engine in engines {
        let report = try await engine.repository.verify()
        #expect(report.drift.isEmpty, "\(engine.name)")
        #expect(engine.failures == [], "\(engine.name)")
      }
      print(
        "injection: \(attempts.sent) requests to \(tag), \(attempts.refusedHeads) refused as no HTTP"
      )
    }
  }
}

/// What the punctuation of a search or a filter finds.
@Suite("Literal filters") struct LiteralFilterTests {
  @Test(
    "Operators of full-text engines and wildcards are punctuation", arguments: RepositoryUnderTest.available)
  func operators(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let client = TestClient(fixture.repository, clock: fixture.clock)
      try await client.storeBook(title: "Near or far", #""publisher": "100% Books""#)
      try await client.storeBook(isbn: nil, title: "Far away", #""publisher": "100x Books""#)
      try await client.storeBook(isbn: nil, title: "Nothing", #""publisher": "%""#)
      let found: [(query: String, titles: [String])] = [
        (#"q="far"#, ["Far away", "Near or far"]), ("q=-far", ["Far away", "Near or far"]),
        ("q=far OR away", []), ("q=far | away", ["Far away"]), ("q=far & !away", ["Far away"]),
        ("q=NEAR(far)", ["Near or far"]), ("q=title:far", []), ("q=f_r", []), ("q=f%", []), ("q=f*r", []),
        ("q=fa*", ["Far away", "Near or far"]), ("q=far:*", ["Far away", "Near or far"]),
        ("q=^far'", ["Far away", "Near or far"]), ("publisher=100_ books", ["Near or far"]),
        ("publisher=100% books", ["Near or far"]), ("publisher=100x%", []),
      ]
      for (query, titles) in found {
        let parts = query.split(separator: "=", maxSplits: 1).map(String.init)
        let response = try await client.get(
          "/v1/books?sort=title&\(parts[0])=\(PercentEncoding.encode(parts[1]))")
        let data = try response.json["data"]?.elements ?? []
        #expect(data.map { $0["title"]?.text } == titles, "\(query): \(response)")
      }
    }
  }

  @Test(
    "A filter without a letter or a digit is refused: it would find all that has none",
    arguments: ["q", "publisher"])
  func nothingToCompare(parameter: String) async throws {
    try await withClient { client in
      try await client.storeBook(title: "Nothing", #""publisher": "%""#)
      for text in ["%", "_", "*", "'", "(((", " "] {
        let response = try await client.get("/v1/books?\(parameter)=\(PercentEncoding.encode(text))")
        #expect(response.errors == ["?\(parameter) no-words"], "\(response)")
      }
    }
  }
}

/// The requests of one run, and how their answers are judged.
private struct Attempts {
  private var tour: Tour
  private(set) var sent = 0
  /// Heads that the server does not even read as HTTP.
  private(set) var refusedHeads = 0

  init(_ tour: Tour) { self.tour = tour }

  mutating func attack(_ route: Route, at places: [Place]? = nil) async throws {
    for place in places ?? Place.all(of: route) {
      try await tour.prepare(route)
      let rows = try await counts()
      var taken = Set<String>()
      for payload in place.payloads {
        guard let answers = try await send(route, place, payload), answers[0].status < 300 else { continue }
        taken.insert(payload.description)
        if let text = payload.text {
          for index in answers.indices { try await readBack(text, route, place, answers[index], on: index) }
        }
        if route.method != .get { try await tour.prepare(route) }
      }
      for (before, after) in zip(rows, try await counts()) {
        // What is refused or only read leaves every table as it was; nothing ever removes a row.
        let mayGrow = !taken.isEmpty && route.method != .get
        let isKept = mayGrow ? !zip(before, after).contains(where: >) : before == after
        #expect(isKept, "\(route.operationID) \(place): \(before) rows, then \(after)")
      }
      if case .content(_, takes: .any) = place {
        for payload in Payload.harmless {
          #expect(
            taken.contains(payload.description), "\(route.operationID) \(place) does not take \(payload)")
        }
      }
    }
  }

  /// The engines' answers, judged and alike; nil for what is no request.
  private mutating func send(_ route: Route, _ place: Place, _ payload: Payload) async throws
    -> [TestResponse]?
  {
    var step = tour.base(Tour.step(route.operationID))
    var encoded: [String: String] = [:]
    var field: (String, String)?
    switch place {
    case .path(let name), .query(let name, _): encoded = [name: payload.encoded]
    case .field(let name):
      guard let text = payload.text else { return nil }
      field = (name, text)
    case .content(let steps, _):
      guard let text = payload.text else { return nil }
      step.body = (step.body ?? [:]).setting(steps[...], to: .string(text))
    }
    var answers: [TestResponse] = []
    var compared: [String] = []
    try tour.tick()
    for index in tour.engines.indices {
      let request = tour.request(step, on: index, encoded: encoded, field: field)
      sent += 1
      do {
        let (answer, steady) = try await tour.engines[index].send(request, for: 0)
        judge(answer, route, "\(route.operationID) \(place) \(payload) on \(tour.engines[index].name)")
        answers.append(answer)
        compared.append(steady)
      } catch is HeadParser.Refusal {
        refusedHeads += 1
        return nil
      }
    }
    // Secrets and names of requests are drawn, and figures of the service are its own.
    if ![.access, .operations].contains(route.tag), field?.0 != "X-Request-Id" {
      #expect(
        compared.allSatisfy { $0 == compared[0] },
        "\(route.operationID) \(place) \(payload): \(compared)")
    }
    #expect(Set(answers.map(\.status)).count == 1, "\(route.operationID) \(place) \(payload): \(answers)")
    return answers
  }

  private func judge(_ answer: TestResponse, _ route: Route, _ what: String) {
    #expect(answer.status < 500, "\(what): \(answer)")
    let text = answer.text.lowercased()
    let leaked = Self.wordsOfDatabases.filter(text.contains)
    #expect(leaked.isEmpty || route.tag == .operations, "\(what): \(answer)")
    var head: [UInt8] = []
    ResponseEncoder.appendHead(
      of: Response(.ok, fields: answer.fields), date: [], framing: .none, persistence: .implied, to: &head)
    let lines = String(decoding: head, as: UTF8.self).split(omittingEmptySubsequences: false) { $0.isNewline }
    #expect(lines.count == answer.fields.lines.count + 3, "\(what): \(lines)")
    for (name, _) in answer.fields.lines {
      #expect(!["set-cookie", "x-injected"].contains(name), "\(what): \(lines)")
    }
  }

  /// What only an error of a database says.
  private static let wordsOfDatabases = [
    "syntax error", "sqlite", "postgres", "libpq", "sqlstate", "fts5:", "no such table", "no such column",
    "unrecognized token", "unterminated", "violates", "malformed match", "invalid byte sequence",
    "pg_catalog",
  ]

  /// What was taken stands in the answer, and is read again, as it was sent; a filter finds only what has it.
  private func readBack(
    _ text: String, _ route: Route, _ place: Place, _ answer: TestResponse, on engine: Int
  ) async throws {
    switch place {
    case .content(_, takes: .any):
      let shown = try answer.json.strings
      #expect(shown.contains(text), "\(route.operationID) \(place) \(text.debugDescription): \(answer)")
      if let location = answer["location"] {
        let again = try await tour.engines[engine].send(WireRequest(method: "GET", target: location), for: 0)
        #expect(try again.0.json.strings.contains(text), "\(route.operationID) \(place): \(answer)")
      }
    case .query(let name, _) where !["q", "sort", "expand", "facets", "cursor", "limit"].contains(name):
      guard route.method == .get, let rows = try? answer.json["data"]?.elements else { return }
      // Publishers are compared by their letters and digits, languages whatever the case, all else by its bytes.
      let key = { (text: String) in
        name == "publisher" ? SearchText.sortKey(text) : name == "language" ? text.lowercased() : text
      }
      for row in rows {
        let isFound = row.strings.contains { key($0) == key(text) } && !key(text).isEmpty
        #expect(isFound, "\(route.operationID) ?\(name)=\(text) finds \(row.compact)")
      }
    default: break
    }
  }

  private func counts() async throws -> [[Int64]] {
    var all: [[Int64]] = []
    for engine in tour.engines { all.append(try await engine.countRows()) }
    return all
  }
}
