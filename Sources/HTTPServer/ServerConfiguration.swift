public import HTTP

/// Where the server listens, and every limit and deadline it keeps.
public struct ServerConfiguration: Sendable {
  /// A literal IPv4 or IPv6 address.
  public var address = "127.0.0.1"
  /// 0 takes a free port; ``HTTPServer/start()`` tells which.
  public var port: UInt16 = 8080
  /// Connections that the kernel keeps for a loop until it accepts them.
  public var backlog: Int32 = 1024

  /// The largest heads that are taken.
  public var head = HeadParser.Limits()
  /// Connections at one time, over all loops; beyond it they wait in the backlog.
  public var maximumConnections = 10_000
  /// Bytes of unsent output at which a connection starts no other request and a streaming handler waits.
  public var maximumOutput = 256 * 1024
  /// Bytes of content that a handler left unread and that are discarded to keep the connection; with more,
  /// the connection is closed.
  public var maximumDiscardedContent = 64 * 1024

  /// Bytes of content from which on a response is compressed for a client that takes gzip; what is streamed
  /// always is. Nil: never.
  public var gzipMinimum: Int? = 2048

  /// From a response (or the accept) to the first byte of the next request.
  public var idleDeadline = Duration.seconds(75)
  /// From the first byte of a request to the end of its head.
  public var headDeadline = Duration.seconds(10)
  /// From the first wait for content to its end.
  public var bodyDeadline = Duration.seconds(60)
  /// For a handler; then it is cancelled, and after as long again the connection is closed.
  public var handlingDeadline = Duration.seconds(30)
  /// Without any byte taken by the client while output waits.
  public var writeDeadline = Duration.seconds(30)
  /// For a client to take the last response of a connection that is closed with input unread
  /// (RFC 9112 §9.6).
  public var lingerDeadline = Duration.seconds(2)

  /// The defaults.
  public init() {}
}
