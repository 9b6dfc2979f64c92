/// A request as a handler sees it.
public struct Request: Sendable {
  /// Start line and fields.
  public let head: RequestHead
  /// The content, read only when asked for.
  public let body: any RequestBody
  /// The peer's address as text, without a port; empty for a unix socket.
  public let peer: String
  /// True when the server has more to do than it should and the request has waited for long: it is to be answered 503
  /// at once.
  public let isExcess: Bool
  /// True when the client has shown, by TLS, a certificate of an authority that the server was given for that.
  public let hasClientCertificate: Bool

  /// A request from parts; for servers and tests.
  public init(
    head: RequestHead, body: any RequestBody, peer: String, isExcess: Bool = false,
    hasClientCertificate: Bool = false
  ) {
    self.head = head
    self.body = body
    self.peer = peer
    self.isExcess = isExcess
    self.hasClientCertificate = hasClientCertificate
  }
}

/// Why a request's content could not be read. The server then closes the connection.
public enum BodyError: Error, Hashable, Sendable {
  /// More than the limit; answer 413.
  case tooLarge(limit: Int)
  /// The chunked coding is broken; answer 400.
  case malformed(String)
  /// Too much content of other requests is in memory; answer 503.
  case overloaded
  /// The client closed the connection or was too slow; no answer will be read.
  case incomplete
}

/// The content of a request, pulled piece by piece: nothing is read from the socket before it is asked for.
public protocol RequestBody: Sendable {
  /// The content's length when the client declared it; 0 for no content; nil for chunked.
  var declaredLength: Int? { get }

  /// The next piece, not empty; nil at the end.
  func next() async throws(BodyError) -> [UInt8]?
}

extension RequestBody {
  /// The whole content, at most `limit` bytes; throws ``BodyError``.
  public func collect(limit: Int) async throws(BodyError) -> [UInt8] {
    if let length = declaredLength {
      guard length <= limit else { throw .tooLarge(limit: limit) }
      guard length > 0 else { return [] }
    }
    var content: [UInt8] = []
    while let piece = try await next() {
      guard content.count + piece.count <= limit else { throw .tooLarge(limit: limit) }
      if content.isEmpty { content = piece } else { content += piece }
    }
    return content
  }
}
