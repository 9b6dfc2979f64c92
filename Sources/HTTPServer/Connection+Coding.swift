internal import Compression
internal import HTTP

extension Connection {
  /// Codes a content with gzip where the client asks for it and it is worth it. For a content that is still to
  /// be written, returns the stream that it goes through, to be given back to the loop's pool.
  func code(_ response: inout Response, for head: RequestHead) -> GzipStream? {
    guard let minimum = server.configuration.gzipMinimum, !response.status.forbidsContent else { return nil }
    var isWorthIt = true
    switch response.content {
    case .none: return nil
    case .bytes(let bytes): isWorthIt = bytes.count >= minimum
    case .stream: break
    }
    guard isWorthIt || head.has("accept-encoding"), Self.isCompressible(response.fields) else { return nil }
    let accepted = AcceptEncoding(of: head)
    let isForced = accepted.prefersGzip && accepted.refusesIdentity
    guard isWorthIt || isForced else { return nil }
    response.fields.append("Accept-Encoding", toListOf: "vary")
    guard accepted.prefersGzip else { return nil }
    switch response.content {
    case .none: return nil
    case .bytes(let bytes):
      guard let coded = code(bytes, constant: response.isConstant ? response.fields["etag"] : nil),
        coded.count < bytes.count || isForced
      else { return nil }
      response.content = .bytes(coded)
      Self.markCoded(&response.fields)
      return nil
    case .stream:
      if head.method == .head {
        Self.markCoded(&response.fields)
        return nil
      }
      guard let stream = server.gzip.lend() else { return nil }
      Self.markCoded(&response.fields)
      return stream
    }
  }

  private func code(_ bytes: [UInt8], constant tag: String?) -> [UInt8]? {
    if let tag, let kept = server.codedConstants[tag] { return kept }
    guard let stream = server.gzip.lend() else { return nil }
    defer { server.gzip.takeBack(stream) }
    let coded = stream.finish(bytes)
    if let tag { server.codedConstants[tag] = coded }
    return coded
  }

  /// Behind it the writer of an exchange codes nothing more, however long a handler keeps it.
  func takeBackCoder(of exchange: Exchange) {
    guard let coder = exchange.coder else { return }
    exchange.coder = nil
    server.gzip.takeBack(coder)
  }

  private static func markCoded(_ fields: inout Fields) {
    fields.append("content-encoding", "gzip")
    if let tag = fields["etag"] { fields.replace("etag", with: CodedTag.gzip(of: tag)) }
  }

  /// Text, and not coded yet. Events have to arrive one by one, which a coding would hold back.
  private static func isCompressible(_ fields: Fields) -> Bool {
    guard let type = fields["content-type"]?.prefix(while: { $0 != ";" }), fields["content-encoding"] == nil
    else { return false }
    return type.hasSuffix("json") || type.hasPrefix("text/") && type != "text/event-stream"
  }
}
