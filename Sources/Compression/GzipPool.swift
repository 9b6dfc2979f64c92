/// The streams of a loop, lent one content at a time. Loop-confined.
public final class GzipPool: @unchecked Sendable {
  /// How many may be lent: exports to slow clients keep theirs for long.
  private let limit: Int
  /// How many are kept for the next content.
  private let kept: Int
  private var idle: [GzipStream] = []
  private var lent = 0

  /// An empty pool.
  public init(limit: Int = 64, kept: Int = 4) {
    self.limit = limit
    self.kept = kept
  }

  /// A stream at its start; nil when all are lent, and the content is then sent as it is. To be given back.
  public func lend() -> GzipStream? {
    guard lent < limit, let stream = idle.popLast() ?? GzipStream() else { return nil }
    lent += 1
    return stream
  }

  /// Takes a stream back, whatever state it is in.
  public func takeBack(_ stream: GzipStream) {
    lent -= 1
    guard idle.count < kept else { return }
    stream.reset()
    idle.append(stream)
  }
}
