/// What a handler answers. Framing fields (Content-Length, Transfer-Encoding, Connection, Date) are the
/// server's: a handler never sets them. To HEAD a handler answers as to GET; the server leaves the content out.
public struct Response: Sendable {
  /// The status.
  public var status: Status
  /// All fields but those of the framing.
  public var fields: Fields
  /// The content.
  public var content: ResponseContent
  /// The content is the same in every response with this entity tag, of which there are few: what was coded once is
  /// kept for the next.
  public var isConstant = false
  /// A number of the handler's own, such as which of its routes answered; comes back in the record.
  public var label = 0
  /// Who asked, as the handler knows it; comes back in the record.
  public var actor: String?

  /// A response; without content unless given.
  public init(_ status: Status, fields: Fields = Fields(), content: ResponseContent = .none) {
    self.status = status
    self.fields = fields
    self.content = content
  }
}

/// The content of a response.
public enum ResponseContent: Sendable {
  case none
  /// All of it.
  case bytes([UInt8])
  /// Written piece by piece, in chunked coding (to HTTP/1.0 until the connection closes). A body that
  /// throws ends the connection without the last chunk, so that the client sees that it is incomplete.
  case stream(@Sendable (any ResponseWriter) async throws -> Void)
}

/// Where a streamed content goes.
public protocol ResponseWriter: Sendable {
  /// Sends a piece; returns when the connection has room for more. Throws ``ConnectionClosed`` when the client is gone.
  func write(_ bytes: [UInt8]) async throws
}

/// The client is gone.
public struct ConnectionClosed: Error, Sendable {
  /// The client is gone.
  public init() {}
}

/// Answers requests. Called on the connection's loop; must not block it.
public protocol RequestHandler: Sendable {
  /// Answers a request; errors are the handler's to turn into responses.
  func respond(to request: Request) async -> Response

  /// The answer to a message that is not HTTP as it should be; `reason` is a short sentence for the client.
  func response(toMalformedRequest status: Status, reason: String) -> Response

  /// Where the request waits, and is refused after that, when too many are worked on; nil for probes, which never wait.
  func lane(of head: RequestHead) -> Lane?

  /// Told of every response after it was handed to the kernel, for the access log; also of one that nobody
  /// took, with 0 bytes, since what it answers was done.
  func didRespond(_ exchange: ExchangeRecord)
}

/// One answered request, for the log.
public struct ExchangeRecord: Sendable {
  /// Nil for a request whose head could not be parsed.
  public var head: RequestHead?
  /// The peer's address, without a port.
  public var peer: String
  /// The final status.
  public var status: Status
  /// The `x-request-id` of the response.
  public var requestID: String?
  /// Content bytes sent; 0 when the client was gone before all were.
  public var bytes: Int
  /// The response has not, or not whole, come to the client.
  public var isCutOff: Bool
  /// From the complete head to the last byte handed to the kernel.
  public var duration: Duration
  /// The label of the response.
  public var label: Int
  /// Who asked, by the response; nil where nobody is asked who they are.
  public var actor: String?

  /// A record from its parts.
  public init(
    head: RequestHead?, peer: String, status: Status, requestID: String?, bytes: Int, isCutOff: Bool = false,
    duration: Duration, label: Int = 0, actor: String? = nil
  ) {
    self.head = head
    self.peer = peer
    self.status = status
    self.requestID = requestID
    self.bytes = bytes
    self.isCutOff = isCutOff
    self.duration = duration
    self.label = label
    self.actor = actor
  }
}
