/// How the end of a request's content is found (RFC 9112 §6).
public enum BodyFraming: Hashable, Sendable {
  /// This many bytes; 0 when there is no content.
  case length(Int)
  /// Chunked transfer coding.
  case chunked

  /// Decides from the fields, and checks what else a server must check before it trusts a head.
  init(of head: RequestHead) throws(HeadParser.Refusal) {
    try Self.checkHost(head)
    try Self.checkExpect(head)
    self = head.has("transfer-encoding") ? try Self.coding(head) : .length(try Self.length(head))
  }

  /// Only plain `chunked` is decoded: another coding before it is 501, and a list that does not end with
  /// chunked has no end that could be found (RFC 9112 §6.1, §6.3).
  private static func coding(_ head: RequestHead) throws(HeadParser.Refusal) -> BodyFraming {
    guard !head.has("content-length") else {
      throw .init("Content-Length and Transfer-Encoding must not be sent together.")
    }
    guard head.minorVersion > 0 else { throw .init("HTTP/1.0 has no Transfer-Encoding.") }
    let values = head.values("transfer-encoding")
    guard values.count == 1 else { throw .init("Transfer-Encoding is sent more than once.") }
    let codings = elements(of: values[0])
    if codings == ["chunked"] { return .chunked }
    guard codings.last == "chunked", codings.dropLast().allSatisfy({ $0 != "chunked" && !$0.isEmpty }) else {
      throw .init("Transfer-Encoding must be chunked.")
    }
    throw .init(.notImplemented, "Of the transfer codings only chunked is known here.")
  }

  private static func length(_ head: RequestHead) throws(HeadParser.Refusal) -> Int {
    guard let text = head.first("content-length") else { return 0 }
    guard head.values("content-length").count == 1 else {
      throw .init("Content-Length is sent more than once.")
    }
    guard !text.isEmpty, text.utf8.allSatisfy(HeadReader.isDigit) else {
      throw .init("Content-Length is not a decimal number.")
    }
    guard text.utf8.count <= 18, let length = Int(text) else {
      throw .init(.contentTooLarge, "Content-Length is larger than anything that is taken here.")
    }
    return length
  }

  /// Exactly one valid Host in HTTP/1.1 (RFC 9112 §3.2).
  private static func checkHost(_ head: RequestHead) throws(HeadParser.Refusal) {
    guard let host = head.first("host") else {
      guard head.minorVersion == 0 else { throw .init("HTTP/1.1 needs a Host field.") }
      return
    }
    guard head.values("host").count == 1 else { throw .init("Host is sent more than once.") }
    guard host.utf8.allSatisfy(HeadReader.isHostByte) else { throw .init("The Host field is not valid.") }
  }

  /// The one expectation there is (RFC 9110 §10.1.1).
  private static func checkExpect(_ head: RequestHead) throws(HeadParser.Refusal) {
    guard let expectation = head.first("expect") else { return }
    guard expectation.lowercased() == "100-continue" else {
      throw .init(.expectationFailed, "The only expectation known is 100-continue.")
    }
  }

  /// The elements of a comma-separated list in lower case, without white space around them.
  static func elements(of list: String) -> [String] {
    list.lowercased().split(separator: ",", omittingEmptySubsequences: false).map { element in
      var element = element.drop { $0 == " " || $0 == "\t" }
      while element.last == " " || element.last == "\t" { element.removeLast() }
      return String(element)
    }
  }
}

extension RequestHead {
  /// Whether the client waits for `100 Continue`; an HTTP/1.0 client cannot (RFC 9110 §10.1.1).
  public var expectsContinue: Bool { minorVersion > 0 && has("expect") }

  /// Whether the connection may carry another request (RFC 9112 §9.3).
  public var wantsKeepAlive: Bool {
    guard has("connection") else { return minorVersion > 0 }
    let options = values("connection").flatMap(BodyFraming.elements)
    if options.contains("close") { return false }
    return minorVersion > 0 || options.contains("keep-alive")
  }
}
