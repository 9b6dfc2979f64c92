/// Writes response heads (RFC 9112 §4) and chunks (§7.1).
public enum ResponseEncoder {
  /// How the end of the content will be found.
  public enum Framing: Hashable, Sendable {
    /// There is no content and no length to tell: 1xx, 204, 304.
    case none
    /// Content-Length; to HEAD the length that GET would have.
    case length(Int)
    case chunked
    /// The end of the connection; for HTTP/1.0.
    case untilClose
  }

  /// What the Connection field says.
  public enum Persistence: Hashable, Sendable {
    /// Nothing: HTTP/1.1 keeps the connection.
    case implied
    /// `keep-alive`, for an HTTP/1.0 client that asked for it.
    case keepAlive
    case close
  }

  /// The interim answer to `Expect: 100-continue`.
  public static let continueResponse: [UInt8] = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
  /// The chunk that ends a content, without trailers.
  public static let lastChunk: [UInt8] = Array("0\r\n\r\n".utf8)

  /// Appends a head. `date` is a whole field line with its CR LF.
  public static func appendHead(
    of response: Response, date: [UInt8], framing: Framing, persistence: Persistence,
    to output: inout [UInt8]
  ) {
    output.append(contentsOf: "HTTP/1.1 ".utf8)
    appendDecimal(response.status.code, to: &output)
    output.append(Byte.space)
    output.append(contentsOf: response.status.reason.utf8)
    output.append(contentsOf: "\r\n".utf8)
    output.append(contentsOf: date)
    for (name, value) in response.fields.lines {
      output.append(contentsOf: name.utf8)
      output.append(contentsOf: ": ".utf8)
      output.append(contentsOf: value.utf8)
      output.append(contentsOf: "\r\n".utf8)
    }
    switch framing {
    case .none, .untilClose: break
    case .length(let length):
      output.append(contentsOf: "content-length: ".utf8)
      appendDecimal(length, to: &output)
      output.append(contentsOf: "\r\n".utf8)
    case .chunked: output.append(contentsOf: "transfer-encoding: chunked\r\n".utf8)
    }
    switch persistence {
    case .implied: break
    case .keepAlive: output.append(contentsOf: "connection: keep-alive\r\n".utf8)
    case .close: output.append(contentsOf: "connection: close\r\n".utf8)
    }
    output.append(contentsOf: "\r\n".utf8)
  }

  /// Appends a chunk; nothing for no bytes, since an empty chunk would end the content.
  public static func appendChunk(_ bytes: [UInt8], to output: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    output.append(contentsOf: String(bytes.count, radix: 16).utf8)
    output.append(contentsOf: "\r\n".utf8)
    output.append(contentsOf: bytes)
    output.append(contentsOf: "\r\n".utf8)
  }

  private static func appendDecimal(_ value: Int, to output: inout [UInt8]) {
    if value >= 10 { appendDecimal(value / 10, to: &output) }
    output.append(UInt8(ascii: "0") + UInt8(value % 10))
  }
}
