public import Metrics

extension PostgresRepository: MetricsSource {
  /// The pools of connections.
  public func writeMetrics(to text: inout MetricsText) { metrics.write(to: &text) }
}
