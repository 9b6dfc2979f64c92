import HTTP
import Inventory
import Metrics
import TestSupport
import Testing

@testable import API

@Suite("The metrics of requests")
struct MetricsRouteTests {
  private struct Source: MetricsSource {
    func writeMetrics(to text: inout MetricsText) { text.single("more", .gauge, "More.", 7) }
  }

  @Test("requests are counted by route and class of status, whatever their paths are")
  func counts() async throws {
    try await withRepository(.sqliteMemory) { fixture in
      let client = TestClient(fixture.repository) { $0.metrics = [Source()] }
      for path in ["/livez", "/livez?a=1", "/v1/books/9780439023481", "/v1/books/9780439023498", "/nowhere"] {
        try await client.exchange("GET", path)
      }
      try await client.exchange("PUT", "/livez")
      try await client.exchange("HEAD", "/livez")
      client.api.didRespond(
        ExchangeRecord(
          head: nil, peer: "", status: .badRequest, requestID: nil, bytes: 0, duration: .zero,
          label: client.api.response(toMalformedRequest: .badRequest, reason: "x").label))
      let answer = try await client.get("/metrics")
      #expect(answer.status == 200)
      #expect(answer["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
      #expect(answer["cache-control"] == "no-store")
      let page = try MetricsPage(answer.text)
      let name = "bookstore_http_requests_total"
      #expect(page.values["\(name){method=\"GET\",route=\"/livez\",status=\"2xx\"}"] == 2)
      #expect(page.values["\(name){method=\"GET\",route=\"/livez\",status=\"4xx\"}"] == 1)
      #expect(page.values["\(name){method=\"GET\",route=\"/v1/books/{book}\",status=\"4xx\"}"] == 2)
      #expect(page.values["\(name){method=\"any\",route=\"unmatched\",status=\"4xx\"}"] == 2)
      #expect(page.values["\(name){method=\"any\",route=\"malformed\",status=\"4xx\"}"] == 1)
      #expect(page.sum(name) == 8)
      #expect(page.sum("bookstore_http_request_duration_seconds_count") == 8)
      #expect(page.values["more"] == 7)
    }
  }

  @Test("what Prometheus asks for is accepted, and nothing else than the text")
  func negotiation() async throws {
    try await withClient { client in
      let accept =
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
        + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
      let taken = try await client.get("/metrics", headers: [("Accept", accept)])
      #expect(taken.status == 200)
      let refused = try await client.get("/metrics", headers: [("Accept", "application/json")])
      #expect(refused.problem == "not-acceptable")
    }
  }
}

extension TestClient {
  /// Sends a request and reports it as the server does once its response is sent.
  func exchange(_ method: String, _ target: String) async throws {
    var scanned = 0
    let text = "\(method) \(target) HTTP/1.1\r\nHost: test\r\n\r\n"
    guard case .complete(let head, _, _) = HeadParser.parse(Array(text.utf8), scanned: &scanned) else {
      throw HeadParser.Refusal("incomplete")
    }
    let response = await api.respond(to: Request(head: head, body: TestBody([]), peer: "127.0.0.1"))
    api.didRespond(
      ExchangeRecord(
        head: head, peer: "127.0.0.1", status: response.status, requestID: nil, bytes: 0,
        duration: .milliseconds(1), label: response.label))
  }
}
