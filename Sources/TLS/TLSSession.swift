internal import CTLS

/// One connection's TLS over a socket that blocks or not. Belongs to one thread at a time.
@safe
public final class TLSSession {
  /// How far a handshake has come.
  public enum Handshake {
    case complete
    /// Again when the socket is ready to be read or written.
    case incomplete
    /// The client speaks HTTP without TLS.
    case plainHTTP
    case failed
  }

  /// What came of a read or a write.
  public enum Moved {
    case bytes(Int)
    /// Again when the socket is ready to be read or written, a write with the same bytes.
    case nothing
    /// The peer sends nothing more; of reads only.
    case end
    case failed
  }

  private let session: OpaquePointer
  /// Kept as long as the session.
  private let context: TLSContext

  init(_ session: OpaquePointer, of context: TLSContext) {
    unsafe self.session = unsafe session
    self.context = context
  }

  deinit { unsafe ctls_session_free(session) }

  /// To be called when the socket says that there may be something to read, or that the peer has ended its side;
  /// after a read that has emptied it, a server's session does not ask it before.
  public func socketIsReadable(hasEnded: Bool) { unsafe ctls_session_ready(session, hasEnded) }

  /// Goes on with the handshake.
  public func handshake() -> Handshake {
    switch unsafe ctls_handshake(session) {
    case 1: .complete
    case Int32(CTLS_NOTHING): .incomplete
    case Int32(CTLS_PLAIN_HTTP): .plainHTTP
    default: .failed
    }
  }

  /// Reads at most what one record holds.
  public func receive(into buffer: UnsafeMutableRawBufferPointer) -> Moved {
    guard let start = buffer.baseAddress else { return .nothing }
    return moved(unsafe ctls_read(session, start, Int32(clamping: buffer.count)))
  }

  /// Writes at most what one record holds.
  public func send(_ bytes: UnsafeRawBufferPointer) -> Moved {
    guard let start = bytes.baseAddress, unsafe !bytes.isEmpty else { return .bytes(0) }
    return moved(unsafe ctls_write(session, start, Int32(clamping: bytes.count)))
  }

  private func moved(_ result: Int32) -> Moved {
    switch result {
    case 1...: .bytes(Int(result))
    case 0: .end
    case Int32(CTLS_NOTHING): .nothing
    default: .failed
    }
  }

  /// Tells the peer, as far as the socket takes it now, that nothing more will come (close_notify).
  public func endOutput() { unsafe ctls_end_output(session) }

  /// Whether the peer has shown a certificate of one of the authorities.
  public var hasPeerCertificate: Bool { unsafe ctls_has_peer_certificate(session) }

  /// As in `TLSv1.3`.
  public var version: String { unsafe String(cString: ctls_version(session)) }
}
