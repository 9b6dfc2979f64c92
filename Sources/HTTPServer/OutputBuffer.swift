/// Bytes to be sent, in order: one segment that is being sent, and those behind it.
struct OutputBuffer {
  /// From this size on a content is kept as it is instead of copied: many connections may wait with the same.
  static let shareMinimum = 16 * 1024
  /// A segment that has this size gets nothing more, so that what is sent of a long stream can go.
  static let fullSegment = 64 * 1024

  private var segment: [UInt8] = []
  /// How much of `segment` is sent.
  private var sent = 0
  private var later: [[UInt8]] = []
  /// Whether the last segment is a content that others may share, and so gets nothing more.
  private var lastIsShared = false
  /// Bytes that wait.
  private(set) var count = 0
  /// Bytes handed to the kernel since the connection was opened.
  private(set) var totalSent = 0

  var isEmpty: Bool { count == 0 }
  /// Bytes ever appended.
  var totalAppended: Int { totalSent + count }

  mutating func append(_ body: (inout [UInt8]) -> Void) {
    if later.isEmpty, !lastIsShared, segment.count < Self.fullSegment {
      let before = segment.count
      body(&segment)
      count += segment.count - before
    } else if let before = later.last?.count, !lastIsShared, before < Self.fullSegment {
      body(&later[later.count - 1])
      count += later[later.count - 1].count - before
    } else {
      var next: [UInt8] = []
      body(&next)
      append(segment: next, isShared: false)
    }
  }

  mutating func append(content: [UInt8]) {
    if content.count < Self.shareMinimum {
      append { $0 += content }
    } else {
      append(segment: content, isShared: true)
    }
  }

  private mutating func append(segment next: [UInt8], isShared: Bool) {
    guard !next.isEmpty else { return }
    if isEmpty { segment = next } else { later.append(next) }
    lastIsShared = isShared
    count += next.count
  }

  /// The next bytes to be sent, and whether others come behind them.
  func withUnsentBytes<Result>(_ body: (UnsafeRawBufferPointer, _ isMore: Bool) -> Result) -> Result {
    unsafe segment.withUnsafeBytes {
      unsafe body(UnsafeRawBufferPointer(rebasing: $0[sent...]), !later.isEmpty)
    }
  }

  mutating func didSend(_ sentCount: Int) {
    totalSent += sentCount
    count -= sentCount
    sent += sentCount
    guard sent == segment.count else { return }
    sent = 0
    if later.isEmpty {
      // An idle connection keeps no buffer.
      segment = []
      lastIsShared = false
    } else {
      segment = later.removeFirst()
    }
  }
}
