public import Metrics

extension EventLoopGroup: MetricsSource {
  /// How long the loops' turns took.
  public func writeMetrics(to text: inout MetricsText) {
    text.begin(
      "bookstore_event_loop_turn_seconds", .histogram,
      "How long a turn of an event loop took, which is the longest that anything ready waited for it.")
    for loop in loops { text.histogram(["loop": "\(loop.index)"], loop.turns) }
  }
}
