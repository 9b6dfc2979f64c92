/// Bytes to be sent, in order.
struct OutputBuffer {
  /// From this size on a content is kept as it is instead of copied: many connections may wait with the same.
  static let shareMinimum = 16 * 1024
  /// A segment that has this size gets nothing more, so that what is sent of a long stream can go.
  private static let fullSegment = 64 * 1024

  private var segments: [[UInt8]] = []
  /// The segment that is being sent, and how much of it is.
  private var first = 0
  private var sent = 0
  private var lastIsShared = false
  /// Bytes that wait.
  private(set) var count = 0
  /// Bytes handed to the kernel since the connection was opened.
  private(set) var totalSent = 0

  var isEmpty: Bool { count == 0 }
  /// Bytes ever appended.
  var totalAppended: Int { totalSent + count }

  mutating func append(_ body: (inout [UInt8]) -> Void) {
    if segments.isEmpty || lastIsShared || segments[segments.count - 1].count >= Self.fullSegment {
      segments.append([])
      lastIsShared = false
    }
    let last = segments.count - 1
    let before = segments[last].count
    body(&segments[last])
    count += segments[last].count - before
  }

  mutating func append(content: [UInt8]) {
    guard content.count >= Self.shareMinimum else { return append { $0 += content } }
    segments.append(content)
    lastIsShared = true
    count += content.count
  }

  /// The next bytes to be sent, and whether others come behind them.
  func withUnsentBytes<Result>(_ body: (UnsafeRawBufferPointer, _ isMore: Bool) -> Result) -> Result {
    unsafe segments[first].withUnsafeBytes {
      unsafe body(UnsafeRawBufferPointer(rebasing: $0[sent...]), first + 1 < segments.count)
    }
  }

  mutating func didSend(_ sentCount: Int) {
    totalSent += sentCount
    count -= sentCount
    sent += sentCount
    guard sent == segments[first].count else { return }
    segments[first] = []
    first += 1
    sent = 0
    if first == segments.count {
      // An idle connection keeps no buffer.
      segments = []
      first = 0
      lastIsShared = false
    } else if first == 64 {
      segments.removeFirst(first)
      first = 0
    }
  }
}
