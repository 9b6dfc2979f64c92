import HTTP
import Inventory
import TestSupport
import Testing

@testable import API

/// What a client is not meant to make itself: places in lists, and keys.
@Suite("Forgery") struct ForgeryTests {
  /// Values at which a comparison, a conversion or a statement might break.
  private static let texts =
    Payload.harmless.compactMap(\.text) + [
      "", "'", "%", "0", "-1", "9223372036854775808", "NaN", "zzz", "\u{10FFFF}",
    ]
  private static let integers: [Int64] = [.min, -1, 0, 1, .max]

  @Test(
    "a cursor that somebody made up shows a part of the list, or is refused, on both engines alike",
    arguments: Routes.all.filter { $0.parameters.contains { $0.name == "cursor" } }.map(\.operationID))
  func cursors(operation: String) async throws {
    if !PostgresServer.isAvailable { print("SKIPPED: forgery on Postgres (\(PostgresServer.skipReason))") }
    let start: Int64 = 1_795_564_800_000_000
    try await withEngines(startingAt: start) { engines in
      var tour = try await Tour(engines, at: start)
      let step = tour.base(Tour.step(operation))
      let ids = Self.texts + ["bk_01hz0000000000000000000000", String(repeating: "9", count: 255)]
      let values = Self.texts.map { PageKey.Value.text($0) } + Self.integers.map { .integer($0) }
      var statuses: [Int: Int] = [:]
      for key in ids.flatMap({ id in values.map { PageKey(value: $0, id: id) } }) {
        var answers: [TestResponse] = []
        for index in engines.indices {
          let (path, query) = Self.parts(of: tour.request(step, on: index).target)
          let cursor = Cursor.encode(key, binding: Cursor.binding(path: path, query.parameters))
          let request = tour.request(step, on: index, encoded: ["cursor": cursor])
          answers.append(try await engines[index].send(request, for: 0).0)
        }
        let answer = answers[0]
        #expect(answer.status == 200 || answer.problem == "invalid-cursor", "\(key): \(answer)")
        #expect(answers.allSatisfy { $0.status == answer.status }, "\(key): \(answers)")
        statuses[answer.status, default: 0] += 1
      }
      #expect(engines.flatMap(\.failures) == [])
      // Sort values of the list's own kind are a place in it, those of the other kind are none.
      #expect(Set(statuses.keys) == [200, 400])
      print("forgery: cursors of \(operation): \(statuses.sorted(by: <).map { "\($0.value) × \($0.key)" })")
    }
  }

  private static func parts(of target: String) -> (path: String, Query) {
    let parts = target.split(separator: "?", maxSplits: 1)
    return (String(parts[0]), Query(Array(parts.dropFirst().joined().utf8)[...])!)
  }

  @Test(
    "what stands in Authorization is no key, whatever it is, and asks the database nothing odd",
    arguments: RepositoryUnderTest.available)
  func credentials(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let client = TestClient(
        fixture.repository, authentication: .keys(configured: nil), clock: fixture.clock,
        configure: { $0.failureRateLimit = nil })
      let prefix = "bks_0123456789_"
      let texts = Payload.all.compactMap(\.text) + [String(repeating: "a", count: 4000)]
      var refused = 0
      for text in texts {
        let filled = String((text + String(repeating: "A", count: 43)).prefix(43))
        for value in [
          text, "Bearer \(text)", "Basic \(text)", "Bearer \(prefix)\(text)", "Bearer \(prefix)\(filled)",
        ] {
          do {
            let answer = try await client.get("/v1/books", headers: [("Authorization", value)])
            #expect(answer.status == 401, "\(value.debugDescription): \(answer)")
            #expect(answer["www-authenticate"]?.hasPrefix("Bearer realm=\"bookstore\"") == true)
            #expect(value.utf8.count < 8 || !answer.text.contains(value), "it is not repeated: \(answer)")
            refused += 1
          } catch is HeadParser.Refusal {
            #expect(value.utf8.contains { $0 < 32 && $0 != 9 || $0 == 127 }, "\(value.debugDescription)")
          }
        }
      }
      #expect(refused > texts.count)
      #expect(client.failures.all.isEmpty)
    }
  }
}
