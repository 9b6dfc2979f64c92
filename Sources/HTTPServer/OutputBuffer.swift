/// Bytes to be sent, in order.
struct OutputBuffer {
  private var bytes: [UInt8] = []
  private var sent = 0
  /// Bytes handed to the kernel since the connection was opened.
  private(set) var totalSent = 0

  /// Bytes that wait.
  var count: Int { bytes.count - sent }
  var isEmpty: Bool { sent == bytes.count }
  /// Bytes ever appended.
  var totalAppended: Int { totalSent + count }

  mutating func append(_ body: (inout [UInt8]) -> Void) { body(&bytes) }

  func withUnsentBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    unsafe bytes.withUnsafeBytes { unsafe body(UnsafeRawBufferPointer(rebasing: $0[sent...])) }
  }

  mutating func didSend(_ count: Int) {
    totalSent += count
    sent += count
    if sent == bytes.count {
      // An idle connection keeps no buffer.
      bytes = []
      sent = 0
    } else if sent > 1 << 20 {
      bytes.removeFirst(sent)
      sent = 0
    }
  }
}
