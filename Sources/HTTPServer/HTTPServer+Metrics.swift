internal import EventLoop
internal import HTTP
public import Metrics

extension HTTPServer: MetricsSource {
  /// Connections by state, and why they ended.
  public func writeMetrics(to text: inout MetricsText) async {
    var figures = ServerFigures()
    for server in servers { figures = figures + (await server.figures()) }
    text.begin("bookstore_http_connections", .gauge, "Open connections by what they are doing.")
    for name in Connection.State.names { text.sample(["state": name], figures.states[name] ?? 0) }
    text.single(
      "bookstore_http_connections_accepted_total", .counter, "Connections that were accepted.",
      figures.accepted)
    text.begin(
      "bookstore_http_connections_ended_total", .counter,
      "Connections that the server ended although the client would have kept them, by what was at its limit.")
    for end in ConnectionEnd.allCases { text.sample(["limit": end.rawValue], figures.ended[end] ?? 0) }
    text.begin(
      "bookstore_http_requests_in_flight", .gauge,
      "Requests that are worked on, without those whose content is waited for.")
    for lane in Lane.allCases { text.sample(["lane": "\(lane)"], figures.handling[lane] ?? 0) }
    text.begin(
      "bookstore_http_requests_waiting", .gauge, "Requests that wait until fewer of their lane are worked on."
    )
    for lane in Lane.allCases { text.sample(["lane": "\(lane)"], figures.waiting[lane] ?? 0) }
    text.single(
      "bookstore_http_content_bytes", .gauge, "Bytes of content of requests that are not answered yet.",
      figures.content)
    text.single(
      "bookstore_http_excess_requests_total", .counter,
      "Requests that had to wait since too many were worked on.", figures.excess)
    text.begin("bookstore_http_handshakes_total", .counter, "Handshakes of TLS by how they ended.")
    text.sample(["result": "completed"], figures.handshakes)
    text.sample(["result": "failed"], figures.failedHandshakes)
    text.single(
      "bookstore_http_accept_failures_total", .counter,
      "Connections that could not be accepted at once because no descriptor or memory was left.",
      figures.acceptFailures)
  }
}
