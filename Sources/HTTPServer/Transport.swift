internal import CLinux
internal import Glibc

/// The bytes of a connection on their way in and out: the one place that reads, writes and closes a client's
/// socket. Loop-confined; owns the descriptor.
struct Transport {
  /// What came of a read.
  enum Received {
    /// So many bytes; `isDrained` when nothing more is there until the socket says so.
    case bytes(Int, isDrained: Bool)
    /// Nothing now.
    case nothing
    /// Nothing ever again.
    case end
    /// The connection is gone.
    case failed
  }

  /// What came of a write.
  enum Sent {
    case bytes(Int)
    /// There is no room now.
    case nothing
    /// The connection is gone.
    case failed
  }

  /// What the loop watches.
  let descriptor: Int32

  /// Reads once.
  func receive(into buffer: UnsafeMutableRawBufferPointer) -> Received {
    while true {
      let count = unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
      // A short read from a stream socket has emptied it (epoll(7)); the end of input is another edge.
      if count > 0 { return .bytes(count, isDrained: count < buffer.count) }
      if count == 0 { return .end }
      switch errno {
      case EINTR: continue
      case EAGAIN: return .nothing
      default: return .failed
      }
    }
  }

  /// Writes once; with `isMore` the kernel may wait for what is written next before it sends a packet.
  func send(_ bytes: UnsafeRawBufferPointer, isMore: Bool = false) -> Sent {
    let flags = Int32(MSG_NOSIGNAL) | (isMore ? Int32(MSG_MORE) : 0)
    while true {
      let count = unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, flags)
      if count >= 0 { return .bytes(count) }
      switch errno {
      case EINTR: continue
      case EAGAIN: return .nothing
      default: return .failed
      }
    }
  }

  /// Bytes that were written and that the client's machine has not acknowledged.
  var unacknowledged: Int { Int(clinux_unacknowledged(descriptor)) }

  /// Tells the client that nothing more will come.
  func endOutput() { _ = Glibc.shutdown(descriptor, Int32(SHUT_WR)) }

  /// To be called once.
  func close() { Glibc.close(descriptor) }
}
