internal import CLinux
internal import Glibc
internal import TLS

/// The bytes of a connection on their way in and out, by TLS or as they are: the one place that reads, writes and
/// closes a client's socket. Loop-confined; owns the descriptor.
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
  private var session: TLSSession?

  init(descriptor: Int32, session: TLSSession? = nil) {
    self.descriptor = descriptor
    self.session = session
  }

  // MARK: TLS

  /// Whether a read may have to wait until the socket can be written, and a write until it can be read.
  var isSecure: Bool { session != nil }

  /// Whether the client has shown a certificate that it was asked for.
  var hasClientCertificate: Bool { session?.hasPeerCertificate ?? false }

  /// Goes on with the handshake; complete at once where there is none.
  func handshake() -> TLSSession.Handshake { session?.handshake() ?? .complete }

  /// From now on the bytes go as they are, for a client that does not speak TLS.
  mutating func becomePlain() { session = nil }

  // MARK: Bytes

  /// The socket says that there may be something to read, or that the client has ended its side.
  func socketIsReadable(hasEnded: Bool) { session?.socketIsReadable(hasEnded: hasEnded) }

  /// Reads once.
  func receive(into buffer: UnsafeMutableRawBufferPointer) -> Received {
    if let session {
      return switch unsafe session.receive(into: buffer) {
      case .bytes(let count): .bytes(count, isDrained: false)
      case .nothing: .nothing
      case .end: .end
      case .failed: .failed
      }
    }
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

  /// Writes once; with `isMore` the kernel may wait for what is written next before it sends a packet. After
  /// `nothing` the same bytes must come again, with others behind them at will.
  func send(_ bytes: UnsafeRawBufferPointer, isMore: Bool = false) -> Sent {
    if let session {
      return switch unsafe session.send(bytes) {
      case .bytes(let count): .bytes(count)
      case .nothing: .nothing
      case .end, .failed: .failed
      }
    }
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

  /// Bytes that were written and that the client's machine has not acknowledged, with what TLS adds to them.
  var unacknowledged: Int { Int(clinux_unacknowledged(descriptor)) }

  // MARK: The end

  /// Tells the client that nothing more will come; `isWhole` when what came was all there is to say: by TLS a client
  /// can tell a response that ends with the connection from one that was cut off (RFC 9112 §9.8).
  func endOutput(isWhole: Bool) {
    if isWhole { session?.endOutput() }
    _ = Glibc.shutdown(descriptor, Int32(SHUT_WR))
  }

  /// Has ``close(isWhole:)`` tell the client that something went wrong, by a reset.
  func resetAtClose() {
    var option = linger(l_onoff: 1, l_linger: 0)
    _ = unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  /// To be called once.
  mutating func close(isWhole: Bool) {
    if isWhole { session?.endOutput() }
    session = nil
    Glibc.close(descriptor)
  }
}
