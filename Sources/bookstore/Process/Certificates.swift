internal import EventLoop
internal import Glibc
internal import HTTPServer
internal import Inventory
internal import Metrics
internal import TLS

/// The certificates that a server speaks HTTPS with: read at start, and again when SIGHUP comes.
final class Certificates: MetricsSource {
  private let files: TLSFiles
  private let context: Lock<TLSContext>
  private let hangups: AsyncStream<Void>
  private let hangup: AsyncStream<Void>.Continuation

  /// Reads the files; throws ``Failure``.
  init(_ files: TLSFiles) throws(Failure) {
    self.files = files
    context = Lock(try Self.read(files))
    // However many signals come meanwhile, reading once more is enough.
    (hangups, hangup) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// What the files held when they were read last.
  var current: TLSContext { context.withLock { $0 } }

  /// Reads the files again whenever SIGHUP comes, for connections that are made from then on. Files that cannot be
  /// used change nothing.
  func reload(on signals: Signals, for server: HTTPServer, log: Log) {
    write(log, "speaking TLS")
    signals.onHangup { [hangup] in hangup.yield() }
    Task.detached { [self] in
      for await _ in hangups {
        do throws(Failure) {
          let next = try Self.read(files)
          context.withLock { $0 = next }
          await server.use(next)
          write(log, "read the certificates again")
        } catch {
          log.write(.error, "\(error.message); the certificates that were read before stay in use")
        }
      }
    }
  }

  private static func read(_ files: TLSFiles) throws(Failure) -> TLSContext {
    do throws(TLSError) {
      return try TLSContext(files)
    } catch {
      throw Failure("cannot speak TLS: \(error)")
    }
  }

  private func write(_ log: Log, _ message: String) {
    let end = current.certificateEnd
    let hasEnded = end <= time(nil)
    log.write(
      hasEnded ? .warning : .info, hasEnded ? "the certificate has ended; clients will refuse it" : message
    ) {
      $0.field("certificate_ends", "\(Instant(microseconds: end * 1_000_000))")
    }
  }

  func writeMetrics(to text: inout MetricsText) {
    text.single(
      "bookstore_tls_certificate_end_seconds", .gauge,
      "When the server's certificate ends, in seconds since 1970.", current.certificateEnd)
  }
}
