/// Parses the head of a request: a pure function of bytes, strict where RFC 9112 lets a recipient choose.
///
/// Whatever is ambiguous is refused, since a proxy in front may read it another way (RFC 9112 §11.2). After
/// a refusal no further byte of the connection may be read as a request.
public enum HeadParser {
  /// The largest heads that are taken.
  public struct Limits: Hashable, Sendable {
    /// Bytes of the whole head; at most 65,535. Beyond it: 431, or 414 while still in the request line.
    public var head = 16_384
    /// Bytes of the request target. Beyond it: 414.
    public var target = 8_192

    /// The defaults: 16 KiB head, 8 KiB target; always at most 64 field lines.
    public init() {}
  }

  /// What a parse came to.
  public enum Outcome: Sendable {
    /// The end of the head has not come yet; parse again with more bytes.
    case incomplete
    /// A head, and how many bytes it took, an ignored empty line in front included.
    case complete(RequestHead, framing: BodyFraming, consumed: Int)
    /// Answer with this status and close.
    case refused(Refusal)
  }

  /// Why a message is refused.
  public struct Refusal: Error, Hashable, Sendable {
    /// What to answer.
    public let status: Status
    /// A short sentence for the client.
    public let reason: String

    /// A refusal with this status.
    public init(_ status: Status, _ reason: String) {
      self.status = status
      self.reason = reason
    }

    /// A refusal with 400.
    public init(_ reason: String) { self.init(.badRequest, reason) }
  }

  /// Parses from the first byte of `bytes`. `scanned` is what an earlier, incomplete call has looked at
  /// already; it starts at 0 and is moved forward, so that a head that comes byte by byte is scanned once.
  public static func parse(_ bytes: [UInt8], scanned: inout Int, limits: Limits = Limits()) -> Outcome {
    do throws(Refusal) {
      guard let end = try scan(bytes, scanned: &scanned, limits: limits) else { return .incomplete }
      // One empty line in front is ignored (RFC 9112 §2.2).
      let start = startsWithEmptyLine(bytes) ? 2 : 0
      let headBytes = start == 0 && end == bytes.count ? bytes : Array(bytes[start..<end])
      var layout = HeadLayout()
      let method = try HeadReader.read(headBytes, into: &layout, limits: limits)
      let head = RequestHead(bytes: headBytes, layout: layout, method: method)
      return .complete(head, framing: try BodyFraming(of: head), consumed: end)
    } catch {
      return .refused(error)
    }
  }

  /// Whether these are the first bytes of a request with HEAD, the answer to which has no content even when
  /// it is refused (RFC 9110 §9.3.2).
  public static func isHead(_ bytes: [UInt8]) -> Bool {
    bytes.dropFirst(startsWithEmptyLine(bytes) ? 2 : 0).starts(with: "HEAD ".utf8)
  }

  /// As ``endOfHead(_:scanned:limits:)``, but a request line is judged as soon as it is there: a client that
  /// speaks another protocol may never send more. A wrong line behind a wrong request line changes nothing
  /// then, so that the answer is the same however the bytes come.
  private static func scan(
    _ bytes: [UInt8], scanned: inout Int, limits: Limits
  ) throws(Refusal) -> Int? {
    let seen = scanned
    do throws(Refusal) {
      if let end = try endOfHead(bytes, scanned: &scanned, limits: limits) { return end }
    } catch {
      try checkRequestLine(bytes, endsIn: 0..<scanned, limits: limits)
      throw error
    }
    try checkRequestLine(bytes, endsIn: seen..<scanned, limits: limits)
    return nil
  }

  private static func checkRequestLine(
    _ bytes: [UInt8], endsIn range: Range<Int>, limits: Limits
  ) throws(Refusal) {
    let start = startsWithEmptyLine(bytes) ? 2 : 0
    guard let end = bytes[start..<max(start, range.upperBound)].firstIndex(of: Byte.lf),
      end >= range.lowerBound
    else { return }
    let line = Array(bytes[start...end])
    var layout = HeadLayout()
    _ = try HeadReader.readRequestLine(line.span, into: &layout, limits: limits)
  }

  private static func startsWithEmptyLine(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 2 && bytes[0] == Byte.cr && bytes[1] == Byte.lf
  }

  /// The offset behind the empty line that ends the head; nil while it has not come.
  private static func endOfHead(
    _ bytes: [UInt8], scanned: inout Int, limits: Limits
  ) throws(Refusal) -> Int? {
    let span = bytes.span
    let start = startsWithEmptyLine(bytes) ? 2 : 0
    let limit = min(span.count, start + limits.head)
    var index = max(scanned, start)
    defer { scanned = index }
    while index < limit {
      let byte = span[index]
      if byte == Byte.lf {
        guard index > start, span[index - 1] == Byte.cr else {
          throw Refusal("A line must end with CR LF, not with LF alone.")
        }
        guard index > start + 1 else { throw Refusal("The request line is empty.") }
        if index >= start + 3, span[index - 2] == Byte.lf {
          index += 1
          return index
        }
      } else if index > start, span[index - 1] == Byte.cr {
        throw Refusal("CR must be followed by LF.")
      } else if byte == 0 {
        throw Refusal("The head contains a NUL byte.")
      }
      index += 1
    }
    guard span.count >= start + limits.head else { return nil }
    let head = bytes[start..<limit]
    if head.contains(Byte.lf) {
      throw Refusal(.requestHeaderFieldsTooLarge, "The head is longer than \(limits.head) bytes.")
    }
    // What of the request line is too long (RFC 9112 §3)?
    guard let end = head.firstIndex(where: { !HeadReader.isToken($0) }) else {
      throw Refusal(.notImplemented, "The method is longer than any that is known.")
    }
    guard end > start, head[end] == Byte.space else { throw Refusal("The request line has no valid method.") }
    throw Refusal(.uriTooLong, "The request target is longer than \(limits.target) bytes.")
  }
}

enum Byte {
  static let tab = UInt8(ascii: "\t")
  static let lf = UInt8(ascii: "\n")
  static let cr = UInt8(ascii: "\r")
  static let space = UInt8(ascii: " ")
  static let colon = UInt8(ascii: ":")
  static let percent = UInt8(ascii: "%")
  static let asterisk = UInt8(ascii: "*")
  static let dot = UInt8(ascii: ".")
  static let slash = UInt8(ascii: "/")
  static let questionMark = UInt8(ascii: "?")
}
