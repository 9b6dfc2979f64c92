internal import EventLoop
internal import Inventory
internal import Metrics

/// What the parts of a running service count, as one source.
final class ServiceMetrics: MetricsSource {
  private let sources: Lock<[any MetricsSource]>

  /// The process, its loops and the repository.
  init(loops: EventLoopGroup, repository: any InventoryRepository) {
    var sources: [any MetricsSource] = [ProcessMetrics(), loops]
    if let repository = repository as? any MetricsSource { sources.append(repository) }
    self.sources = Lock(sources)
  }

  /// What is made later, such as the server, which needs the API.
  func add(_ source: any MetricsSource) { sources.withLock { $0.append(source) } }

  func writeMetrics(to text: inout MetricsText) async {
    for source in sources.withLock({ $0 }) { await source.writeMetrics(to: &text) }
  }
}
