internal import HTTP
internal import Metrics

/// What is counted of requests. Routes are told apart by their patterns, never by paths, so that no client can
/// make up new series.
final class RequestMetrics: Sendable {
  /// The label of responses to requests that lead to no route.
  static let unmatched = 0
  /// The label of responses to what is not HTTP as it should be.
  static let malformed = 1

  /// Requests that were answered 429.
  let rateLimited = Counter()

  /// Requests that were answered 503, since there was too much to do.
  let shed = Counter()

  private struct Series: Sendable {
    let method: String
    let route: String
    let classes = (1...5).map { _ in Counter() }
    let durations = Histogram()
  }

  private let series: [Series]
  private let labels: [ObjectIdentifier: Int]

  init(routes: [Route]) {
    var series = [Series(method: "any", route: "unmatched"), Series(method: "any", route: "malformed")]
    var labels: [ObjectIdentifier: Int] = [:]
    for route in routes {
      labels[ObjectIdentifier(route)] = series.count
      series.append(Series(method: route.method.rawValue, route: route.pattern))
    }
    self.series = series
    self.labels = labels
  }

  /// The label of a route's responses; HEAD counts as GET.
  func label(of route: Route) -> Int { labels[ObjectIdentifier(route)] ?? Self.unmatched }

  /// Counts a response that was sent, or could not be.
  func count(_ exchange: ExchangeRecord) {
    guard series.indices.contains(exchange.label) else { return }
    let series = series[exchange.label]
    series.classes[exchange.status.code / 100 - 1].increment()
    series.durations.observe(exchange.duration)
  }

  /// Appends the families; series that were never counted are left out.
  func write(to text: inout MetricsText) {
    text.begin(
      "bookstore_http_requests_total", .counter, "Requests that were answered, by route and class of status.")
    for series in series {
      for (index, counter) in series.classes.enumerated() where counter.value > 0 {
        text.sample(
          ["method": series.method, "route": series.route, "status": "\(index + 1)xx"], counter.value)
      }
    }
    text.begin(
      "bookstore_http_request_duration_seconds", .histogram,
      "From the end of a request's head to the last byte of its answer handed to the kernel.")
    for series in series where series.durations.reading.counts.contains(where: { $0 > 0 }) {
      text.histogram(["method": series.method, "route": series.route], series.durations)
    }
    text.single(
      "bookstore_http_shed_total", .counter,
      "Requests that were answered 503 since there was too much to do.", shed.value)
    text.single(
      "bookstore_http_rate_limited_total", .counter, "Requests that were answered 429.", rateLimited.value)
  }
}
