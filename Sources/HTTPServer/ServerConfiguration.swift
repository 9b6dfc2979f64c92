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
  /// Connections at one time, over all loops; beyond it they wait in the backlog, and those that were idle for
  /// longest are closed for them.
  public var maximumConnections = 10_000
  /// Connections of one address (of IPv6: of one /64 network) at one time; nil for 1,000, and any number from
  /// this machine itself. More are answered 503 and closed.
  public var maximumConnectionsPerAddress: Int?
  /// Requests of each ``Lane`` that may be worked on at a time by one loop; those beyond it wait. Handlers that wait for
  /// content and those whose response is being sent do not count. What is at work at a time should fit into the
  /// processor's caches: with thousands each takes twice as long.
  public var maximumHandling = 64
  /// How long requests wait when too many are worked on; then they are handed to the handler to be refused
  /// (``Request/isExcess``), at most 1,000 a second and loop.
  public var patience = Duration.seconds(1)
  /// Bytes of content that unfinished requests may have brought, over all loops; what comes beyond it is refused.
  public var maximumContentInMemory = 256 << 20
  /// Bytes of unsent output at which a connection starts no other request and a streaming handler waits.
  public var maximumOutput = 64 * 1024
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
  /// Bytes a second that a client must send of a content and take of a response; 0 for no minimum.
  public var minimumRate = 512
  /// How far a content may fall behind the minimum rate.
  public var bodyGrace = Duration.seconds(10)
  /// For a handler; then it is cancelled, and after as long again the connection is closed.
  public var handlingDeadline = Duration.seconds(30)
  /// Without any byte taken by the client while output waits; also how far a client may fall behind the minimum
  /// rate while it takes a response.
  public var writeDeadline = Duration.seconds(30)
  /// For a client to take the last response of a connection that is closed with input unread
  /// (RFC 9112 §9.6).
  public var lingerDeadline = Duration.seconds(2)

  /// Connections of one address where nothing else is said.
  static let usualPerAddress = 1000

  /// The defaults.
  public init() {}
}
