import EventLoop
import HTTP
import Inventory
import JSON
import PostgresRepository
import TestSupport
import Testing

@testable import API
@testable import SQLiteRepository

/// A service on one of the engines, with a clock that the test moves.
final class Engine {
  let name: String
  let repository: any InventoryRepository
  private let client: TestClient
  private let setClock: (Instant) throws -> Void
  /// The texts of the one row of a statement.
  private let read: (String) async throws -> String
  private var answers: [Int: JSONValue] = [:]
  private var names = SteadyNames()

  init(
    _ name: String, _ repository: any InventoryRepository, clock: TestClock,
    setClock: @escaping (Instant) throws -> Void, read: @escaping (String) async throws -> String
  ) {
    self.name = name
    self.repository = repository
    client = TestClient(repository, clock: clock)
    self.setClock = setClock
    self.read = read
  }

  /// Lets it be that time.
  func setTime(_ now: Int64) throws { try setClock(Instant(microseconds: now)) }

  /// How many rows each table has.
  func countRows() async throws -> [Int64] {
    let counts = Self.tables.map { "(select count(*) from \($0))" }.joined(separator: " || ' ' || ")
    return try await read("select \(counts)").split(separator: " ").compactMap { Int64($0) }
  }

  private static let tables = [
    "book", "book_subject", "item", "location", "stock_level", "movement", "import_record", "commitment",
    "reservation", "hold", "stock_document", "idempotency_key", "api_key",
  ]

  /// Sends a step's request at an instant. Nil for what is no request.
  func send(_ step: Step, at now: Int64) async throws -> (TestResponse, compared: String)? {
    try setClock(Instant(microseconds: now))
    if case .sweep(let limit) = step.operation {
      _ = try await repository.sweep(limit: limit)
      return nil
    }
    guard let request = step.wire(at: now, { answers[$0] }) else { return nil }
    return try await send(request, for: step.index)
  }

  func send(_ request: WireRequest, for step: Int) async throws -> (TestResponse, compared: String) {
    let response = try await client.send(
      request.method, request.target, request.body, headers: request.headers)
    if let json = try? response.json { answers[step] = json }
    return (response, names.steady(response))
  }

  /// The request of a step as it is sent here.
  func wire(_ step: Step, at now: Int64) -> String {
    step.wire(at: now) { answers[$0] }?.description ?? "\(step.operation)"
  }

  var failures: [String] { client.failures.all.map(\.message) }
}

/// Puts names into answers that are the same on both engines: identifiers are numbered in the order of their
/// appearance, and so are sequence numbers, which may have gaps; cursors and digests hold identifiers.
private struct SteadyNames {
  private var numbers: [Substring: Int] = [:]
  /// Each ledger has numbers of its own.
  private var sequences: [String: Int] = [:]

  mutating func steady(_ response: TestResponse) -> String {
    var lines = ["\(response.status)"]
    for (name, value) in response.fields.lines.sorted(by: { $0.name < $1.name }) {
      switch name {
      case "link": lines.append("link: next")
      case "etag": lines.append("etag: \(value.prefix { $0 != "-" })")
      default: lines.append("\(name): \(withoutIdentifiers(value))")
      }
    }
    var text = response.text
    for cut in [#""next_cursor":""#, #""sequence":"#] {
      var pieces = text.split(separator: cut, omittingEmptySubsequences: false)
      for index in pieces.indices.dropFirst() {
        // The identifier stands right before the number.
        let isCommitment = pieces[index - 1].suffix(40).contains(#""id":"com_"#)
        let end = pieces[index].firstIndex { $0 == "\"" || $0 == "," } ?? pieces[index].endIndex
        let value = "\(isCommitment) \(pieces[index][..<end])"
        let number = cut.hasPrefix("\"seq") ? sequences[value, default: sequences.count + 1] : 0
        if cut.hasPrefix("\"seq") { sequences[value] = number }
        pieces[index] = "\(number)" + pieces[index][end...]
      }
      text = pieces.joined(separator: cut)
    }
    lines.append(withoutIdentifiers(text))
    return lines.joined(separator: "\n")
  }

  private mutating func withoutIdentifiers(_ text: String) -> String {
    guard text.contains("_01") else { return text }
    var steady = ""
    var rest = text[...]
    while let mark = rest.firstRange(of: "_0") {
      let digits = rest[mark.lowerBound...].dropFirst().prefix { $0.isLowercase || $0.isNumber }
      steady += rest[..<mark.upperBound]
      if digits.count == 26 {
        let number = numbers[digits, default: numbers.count + 1]
        numbers[digits] = number
        steady += "#\(number)"
        rest = rest[digits.endIndex...]
      } else {
        rest = rest[mark.upperBound...]
      }
    }
    return steady + rest
  }
}

/// Runs the body with an empty service on each engine that there is, on one event loop.
func withEngines<Result: Sendable>(
  startingAt now: Int64, _ body: @escaping @Sendable ([Engine]) async throws -> Result
) async throws -> Result {
  let sqliteClock = TestClock(start: Instant(microseconds: now), step: 0)
  let sqlite = try SQLiteRepository.open(
    SQLiteConfiguration.patient(.memory), migrations: Project.migrations("sqlite"), clock: sqliteClock)
  let setSQLite: @Sendable (Instant) -> Void = {
    sqliteClock.advance(by: $0.microseconds - sqliteClock.now().microseconds)
  }
  let readSQLite: @Sendable (String) async throws -> String = { sql in
    try await sqlite.database.read { (connection) throws(InventoryError) in
      try connection.first(SQL(stringLiteral: sql)) { $0.text() } ?? ""
    }
  }
  guard PostgresServer.isAvailable else {
    return try await TestLoops.group.onLoop {
      try await closing([sqlite]) {
        try await body([
          Engine("SQLite", sqlite, clock: sqliteClock, setClock: setSQLite, read: readSQLite)
        ])
      }
    }
  }
  return try await withPostgresSchema { schema in
    // The function is the only clock that statements read (migration 0001_catalogue).
    try schema.execute(
      """
      create unlogged table test_clock (microseconds bigint not null);
      insert into test_clock values (\(now));
      create or replace function now_microseconds() returns bigint language sql volatile parallel safe
      as $$ select microseconds from test_clock $$
      """)
    let clock = TestClock(start: Instant(microseconds: now), step: 0)
    var configuration = PostgresConfiguration.patient(url: schema.url)
    configuration.readConnections = 1
    configuration.writeConnections = 1
    configuration.slowConnections = 1
    let postgres = try PostgresRepository(
      configuration, schemaVersion: Project.migrations("postgres").count, loops: TestLoops.group, clock: clock
    )
    return try await TestLoops.group.onLoop {
      let connection = try BlockingConnection(url: schema.url)
      return try await closing([sqlite, postgres]) {
        try await body([
          Engine("SQLite", sqlite, clock: sqliteClock, setClock: setSQLite, read: readSQLite),
          Engine("Postgres", postgres, clock: clock) { instant in
            clock.advance(by: instant.microseconds - clock.now().microseconds)
            try connection.execute("update test_clock set microseconds = \(instant.microseconds)")
          } read: { sql in
            try connection.execute(sql).first?.first.flatMap(\.self) ?? ""
          },
        ])
      }
    }
  }
}

private func closing<Result>(
  _ repositories: [any InventoryRepository], _ body: () async throws -> Result
) async throws -> Result {
  do {
    let result = try await body()
    for repository in repositories { await repository.close() }
    return result
  } catch {
    for repository in repositories { await repository.close() }
    throw error
  }
}
