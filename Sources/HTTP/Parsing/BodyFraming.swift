/// How the end of a request's content is found (RFC 9112 §6).
public enum BodyFraming: Hashable, Sendable {
  /// This many bytes; 0 when there is no content.
  case length(Int)
  /// Chunked transfer coding.
  case chunked

  /// Decides from the fields, and checks what else a server must check before it trusts a head.
  init(of head: RequestHead) throws(HeadParser.Refusal) {
    let fields = Found(in: head)
    try Self.checkHost(fields.host, head)
    if fields.expect.count > 0 { try Self.checkExpect(head) }
    if fields.coding.count > 0 {
      guard fields.length.count == 0 else {
        throw .init("Content-Length and Transfer-Encoding must not be sent together.")
      }
      self = try Self.coding(fields.coding, head)
    } else {
      self = .length(try Self.length(fields.length, head))
    }
  }

  /// The fields that decide, found in one pass.
  private struct Found {
    /// How often a field is there, and the index of one of its lines.
    struct Line {
      var count = 0
      var index = 0

      mutating func note(_ index: Int) {
        count += 1
        self.index = index
      }
    }
    var host = Line()
    var expect = Line()
    var length = Line()
    var coding = Line()

    init(in head: RequestHead) {
      for index in 0..<head.fieldCount {
        switch head.layout.fields[index].name.count {
        case 4: if head.fieldName(index, is: "host") { host.note(index) }
        case 6: if head.fieldName(index, is: "expect") { expect.note(index) }
        case 14: if head.fieldName(index, is: "content-length") { length.note(index) }
        case 17: if head.fieldName(index, is: "transfer-encoding") { coding.note(index) }
        default: break
        }
      }
    }
  }

  /// Only plain `chunked` is decoded: another coding before it is 501, and a list that does not end with
  /// chunked has no end that could be found (RFC 9112 §6.1, §6.3).
  private static func coding(
    _ field: Found.Line, _ head: RequestHead
  ) throws(HeadParser.Refusal) -> BodyFraming {
    guard head.minorVersion > 0 else { throw .init("HTTP/1.0 has no Transfer-Encoding.") }
    guard field.count == 1 else { throw .init("Transfer-Encoding is sent more than once.") }
    let codings = elements(of: head.value(field.index))
    if codings == ["chunked"] { return .chunked }
    guard codings.last == "chunked", codings.dropLast().allSatisfy({ $0 != "chunked" && !$0.isEmpty }) else {
      throw .init("Transfer-Encoding must be chunked.")
    }
    throw .init(.notImplemented, "Of the transfer codings only chunked is known here.")
  }

  private static func length(_ field: Found.Line, _ head: RequestHead) throws(HeadParser.Refusal) -> Int {
    guard field.count > 0 else { return 0 }
    guard field.count == 1 else { throw .init("Content-Length is sent more than once.") }
    let text = head.value(field.index)
    guard !text.isEmpty, text.utf8.allSatisfy(HeadReader.isDigit) else {
      throw .init("Content-Length is not a decimal number.")
    }
    let digits = text.drop { $0 == "0" }
    guard digits.utf8.count <= 18, let length = Int(digits.isEmpty ? "0" : digits) else {
      throw .init(.contentTooLarge, "Content-Length is larger than anything that is taken here.")
    }
    return length
  }

  /// Exactly one valid Host in HTTP/1.1 (RFC 9112 §3.2). Without a name it stands for this server, whatever
  /// its name (§3.3).
  private static func checkHost(_ field: Found.Line, _ head: RequestHead) throws(HeadParser.Refusal) {
    guard field.count > 0 else {
      guard head.minorVersion == 0 else { throw .init("HTTP/1.1 needs a Host field.") }
      return
    }
    guard field.count == 1 else { throw .init("Host is sent more than once.") }
    let host = head.layout.fields[field.index].value.range
    if host.isEmpty { return }
    let bytes = head.bytes
    guard HostSyntax.isValid(bytes.span, host) else { throw .init("The Host field is not valid.") }
  }

  /// The one expectation there is (RFC 9110 §10.1.1).
  private static func checkExpect(_ head: RequestHead) throws(HeadParser.Refusal) {
    let expectations = head.values("expect").flatMap(elements)
    guard expectations.allSatisfy({ $0 == "100-continue" || $0.isEmpty }) else {
      throw .init(.expectationFailed, "The only expectation known is 100-continue.")
    }
  }

  /// The elements of a comma-separated list in lower case, without white space around them. Only ASCII is
  /// lowered: in Unicode the Kelvin sign is a capital k.
  static func elements(of list: String) -> [String] {
    let lowered = String(decoding: list.utf8.map(HeadReader.lowercased), as: UTF8.self)
    return lowered.split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
  }

  static func trimmed(_ text: Substring) -> String {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return String(text)
  }
}

extension RequestHead {
  /// Whether the client waits for `100 Continue`; an HTTP/1.0 client cannot (RFC 9110 §10.1.1).
  public var expectsContinue: Bool {
    minorVersion > 0 && has("expect")
      && values("expect").flatMap(BodyFraming.elements).contains("100-continue")
  }

  /// Whether the connection may carry another request (RFC 9112 §9.3).
  public var wantsKeepAlive: Bool {
    guard has("connection") else { return minorVersion > 0 }
    let options = values("connection").flatMap(BodyFraming.elements)
    if options.contains("close") { return false }
    return minorVersion > 0 || options.contains("keep-alive")
  }
}
