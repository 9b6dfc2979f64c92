internal import EventLoop
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
    text.single(
      "bookstore_http_accept_pauses_total", .counter,
      "Pauses of accepting because the process had no descriptor or memory left.", figures.acceptPauses)
  }
}
