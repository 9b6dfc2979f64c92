import Crypto
import EventLoop
import HTTP
import Inventory
import TestSupport
import Testing

@testable import API

/// What the API does with requests that the server marks as too many, and what it counts of refusals.
@Suite("Requests beyond what can be worked on")
struct SheddingTests {
  @Test("nothing is done and the database is not asked, not even for the key")
  func nothingDone() async throws {
    let closed = try await closedRepository()
    let keyed = TestClient(closed, authentication: .keys(configured: nil))
    let token = "Bearer bks_0123456789_" + String(repeating: "a", count: 43)
    let headers = [("Authorization", token)]
    #expect(
      try await keyed.send("GET", "/v1/stock", headers: headers, isExcess: true).problem == "overloaded")
    // The same request asks the database when there is room.
    #expect(try await keyed.send("GET", "/v1/stock", headers: headers).problem == "unavailable")
    try await withClient { client in
      let book = Examples.bookInput.compact
      let refused = try await client.send("POST", "/v1/books", book, isExcess: true)
      #expect(refused.problem == "overloaded")
      let read = try await client.get("/v1/books/\(Examples.isbn)")
      #expect(read.problem == "not-found")
      let taken = try await client.post("/v1/books", book)
      #expect(taken.status == 201)
    }
  }

  @Test(
    "each is refused with the time to come back, but for those that run the service", arguments: Routes.all)
  func refused(route: Route) async throws {
    try await withClient { client in
      let path = route.pattern.replacing(/\{[a-z]+\}/, with: "x")
      let response = try await client.send(
        route.method.rawValue, path, route.body == nil ? nil : "{}", isExcess: true)
      let head = try client.head(route.method.rawValue, path)
      if ["/livez", "/readyz", "/version", "/metrics"].contains(route.pattern) {
        #expect(client.api.lane(of: head) == nil, "nor does it wait")
        #expect(response.status == 200, "\(response)")
      } else if let lane = route.lane {
        #expect(client.api.lane(of: head) == lane)
        #expect(response.problem == "overloaded")
        #expect(response["retry-after"] == "1")
      } else {
        Issue.record("\(route.operationID) is neither shed nor needed to run the service")
      }
    }
  }

  @Test("what is shed and what a limit refuses is counted, each by itself, and nothing else is")
  func counted() async throws {
    try await withRepository(.sqliteMemory) { fixture in
      let client = TestClient(fixture.repository, clock: fixture.clock) {
        $0.addressRateLimit = RateLimit(requests: 5, seconds: 3600)
      }
      let shed = "bookstore_http_shed_total"
      let limited = "bookstore_http_rate_limited_total"
      let steps = [
        (false, 200, [shed: 0, limited: 0]), (true, 503, [shed: 1, limited: 0]),
        (true, 503, [shed: 2, limited: 0]), (false, 200, [shed: 2, limited: 0]),
        (false, 200, [shed: 2, limited: 0]), (false, 429, [shed: 2, limited: 1]),
        // The address is at its limit: that is said before anything else is looked at.
        (true, 429, [shed: 2, limited: 2]),
      ]
      for (index, (excess, status, figures)) in steps.enumerated() {
        let response = try await client.send("GET", "/v1/books", peer: "192.0.2.1", isExcess: excess)
        #expect(response.status == status)
        // Each reading comes from another address, which has an allowance of its own.
        let text = try await client.send("GET", "/metrics", peer: "192.0.2.\(100 + index)").text
        let page = try MetricsPage(text)
        for (name, value) in figures { #expect(page.values[name] == Double(value), "\(name), step \(index)") }
      }
    }
  }
}
