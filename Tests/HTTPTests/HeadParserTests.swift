import HTTP
import Testing

/// Parses a message that is given whole.
private func parse(_ text: String, limits: HeadParser.Limits = .init()) -> HeadParser.Outcome {
  var scanned = 0
  return HeadParser.parse(Array(text.utf8), scanned: &scanned, limits: limits)
}

/// Parses a message that comes byte by byte, and stops at the first outcome that is not `incomplete`.
private func parseByteByByte(_ text: String) -> HeadParser.Outcome {
  let bytes = Array(text.utf8)
  var scanned = 0
  for count in 0...bytes.count {
    let outcome = HeadParser.parse(Array(bytes[..<count]), scanned: &scanned)
    if case .incomplete = outcome { continue }
    return outcome
  }
  return .incomplete
}

/// What a test compares: everything of an outcome that can be observed.
private func describe(_ outcome: HeadParser.Outcome) -> String {
  switch outcome {
  case .incomplete: return "incomplete"
  case .refused(let refusal): return "refused \(refusal.status.code): \(refusal.reason)"
  case .complete(let head, let framing, let consumed):
    let query = head.rawQuery.map { "?" + String(decoding: $0, as: UTF8.self) } ?? ""
    return "\(head.method.rawValue) \(String(decoding: head.rawPath, as: UTF8.self))\(query) "
      + "1.\(head.minorVersion) fields \(head.fieldCount) \(framing) consumed \(consumed)"
  }
}

struct RefusedHead: CustomTestStringConvertible, Sendable {
  let status: Int
  let why: String
  let text: String

  init(_ status: Int, _ why: String, _ text: String) {
    self.status = status
    self.why = why
    self.text = text
  }

  var testDescription: String { "\(status) \(why)" }
}

@Suite("Request heads")
struct HeadParserTests {
  @Test("a head is found with everything in it")
  func wholeHead() throws {
    let text =
      "GET /v1/books?q=a%20b&limit=5 HTTP/1.1\r\nHost: localhost:8080\r\nAccept:  */* \r\nX-Empty:\r\n\r\nrest"
    guard case .complete(let head, let framing, let consumed) = parse(text) else {
      Issue.record("not complete: \(describe(parse(text)))")
      return
    }
    #expect(head.method == .get)
    #expect(String(decoding: head.rawPath, as: UTF8.self) == "/v1/books")
    #expect(head.rawQuery.map { String(decoding: $0, as: UTF8.self) } == "q=a%20b&limit=5")
    #expect(head.target == "/v1/books?q=a%20b&limit=5")
    #expect(head.first("host") == "localhost:8080")
    #expect(head.first("accept") == "*/*")
    #expect(head.first("x-empty") == "")
    #expect(head.first("absent") == nil)
    #expect(framing == .length(0))
    #expect(consumed == text.utf8.count - 4)
  }

  @Test(
    "these heads are taken",
    arguments: [
      ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / 1.1 fields 1 length(0) consumed 27"),
      ("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / 1.1 fields 1 length(0) consumed 29"),
      ("GET / HTTP/1.0\r\n\r\n", "GET / 1.0 fields 0 length(0) consumed 18"),
      ("GET / HTTP/1.7\r\nHost: a\r\n\r\n", "GET / 1.1 fields 1 length(0) consumed 27"),
      ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * 1.1 fields 1 length(0) consumed 31"),
      ("GET http://a.b:80/x?y HTTP/1.1\r\nHost: c\r\n\r\n", "GET /x?y 1.1 fields 1 length(0) consumed 43"),
      ("GET /?a[b]=c HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "GET /?a[b]=c 1.1 fields 1 length(0) consumed 41"),
      ("GET /? HTTP/1.1\r\nHost:\r\n\r\n", "GET /? 1.1 fields 1 length(0) consumed 26"),
      (
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 007\r\n\r\n",
        "POST / 1.1 fields 2 length(7) consumed 49"
      ),
      (
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n",
        "POST / 1.1 fields 2 chunked consumed 56"
      ),
    ])
  func taken(text: String, expected: String) {
    #expect(describe(parse(text)) == expected)
    #expect(describe(parseByteByByte(text)) == expected)
  }

  static let refused: [RefusedHead] = [
    .init(400, "bare LF (RFC 9112 §2.2)", "GET / HTTP/1.1\nHost: a\n\n"),
    .init(400, "bare CR (RFC 9112 §2.2)", "GET / HTTP/1.1\rHost: a\r\n\r\n"),
    .init(400, "NUL (RFC 9110 §5.5)", "GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n"),
    .init(400, "two empty lines in front", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    .init(400, "HTTP/0.9", "GET /\r\n\r\n"),
    .init(400, "no method", " / HTTP/1.1\r\nHost: a\r\n\r\n"),
    .init(400, "method with a bad character", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"),
    .init(501, "unknown method (RFC 9110 §9.1)", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n"),
    .init(501, "methods are case-sensitive", "get / HTTP/1.1\r\nHost: a\r\n\r\n"),
    .init(501, "TRACE", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n"),
    .init(501, "CONNECT with authority-form", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"),
    .init(505, "HTTP/2 preface (RFC 9113 §3.4)", "PRI * HTTP/2.0\r\n\r\n"),
    .init(505, "HTTP/3.0", "GET / HTTP/3.0\r\nHost: a\r\n\r\n"),
    .init(400, "lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n"),
    .init(400, "version without minor", "GET / HTTP/1\r\nHost: a\r\n\r\n"),
    .init(400, "version with more digits", "GET / HTTP/1.10\r\nHost: a\r\n\r\n"),
    .init(400, "two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
    .init(400, "space behind the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
    .init(400, "target without slash", "GET x HTTP/1.1\r\nHost: a\r\n\r\n"),
    .init(400, "fragment (RFC 9112 §3.2)", "GET /#a HTTP/1.1\r\nHost: a\r\n\r\n"),
    .init(400, "bytes above 127 in the target", "GET /é HTTP/1.1\r\nHost: a\r\n\r\n"),
    .init(400, "quote in the target", "GET /\" HTTP/1.1\r\nHost: a\r\n\r\n"),
    .init(400, "absolute-form with user information", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    .init(400, "asterisk with GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
    .init(400, "no Host (RFC 9112 §3.2)", "GET / HTTP/1.1\r\n\r\n"),
    .init(400, "two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
    .init(400, "Host with a space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
    .init(400, "Host with a slash", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
    .init(400, "white space before the colon (RFC 9112 §5.1)", "GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
    .init(400, "obs-fold (RFC 9112 §5.2)", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n"),
    .init(400, "folded first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
    .init(400, "field without colon", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n"),
    .init(400, "field without name", "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"),
    .init(400, "name with a bad character", "GET / HTTP/1.1\r\nHost: a\r\nX@: b\r\n\r\n"),
    .init(400, "DEL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: \u{7F}\r\n\r\n"),
    .init(400, "control character in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: \u{1}\r\n\r\n"),
    .init(
      400, "length and coding (RFC 9112 §6.1)",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
    .init(400, "coding in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
    .init(400, "two codings fields", chunked("chunked\r\nTransfer-Encoding: chunked")),
    .init(400, "chunked twice", chunked("chunked, chunked")),
    .init(400, "chunked not last", chunked("chunked, gzip")),
    .init(400, "unknown last coding", chunked("identity")),
    .init(400, "empty coding", chunked("")),
    .init(400, "empty element", chunked(", chunked")),
    .init(400, "chunked with a strange character", chunked("\u{B}chunked")),
    .init(501, "gzip, chunked (RFC 9112 §6.1)", chunked("gzip, chunked")),
    .init(400, "two lengths (RFC 9112 §6.3)", length("1\r\nContent-Length: 1")),
    .init(400, "list of lengths", length("1, 1")),
    .init(400, "signed length", length("+1")),
    .init(400, "negative length", length("-1")),
    .init(400, "hexadecimal length", length("0x1")),
    .init(400, "length with a space", length("1 1")),
    .init(400, "empty length", length("")),
    .init(413, "huge length", length("99999999999999999999999")),
    .init(
      417, "unknown expectation (RFC 9110 §10.1.1)", "GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n"),
  ]

  private static func chunked(_ value: String) -> String {
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \(value)\r\n\r\n"
  }

  private static func length(_ value: String) -> String {
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(value)\r\n\r\n"
  }

  @Test("what is not HTTP is refused with its status, whole or byte by byte", arguments: refused)
  func refusedWhole(head: RefusedHead) {
    let whole = describe(parse(head.text))
    #expect(whole.hasPrefix("refused \(head.status):"), "\(whole)")
    #expect(describe(parseByteByByte(head.text)) == whole)
  }

  @Test("every truncation of a head is incomplete")
  func truncations() {
    let text = "POST /v1/books HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n"
    for count in 0..<text.utf8.count {
      let truncated = String(decoding: text.utf8.prefix(count), as: UTF8.self)
      #expect(describe(parse(truncated)) == "incomplete")
    }
  }

  @Test("a target, a head and a number of fields over the limit are refused with 414 and 431")
  func limits() {
    var limits = HeadParser.Limits()
    limits.head = 200
    limits.target = 100
    let long = String(repeating: "a", count: 101)
    #expect(
      describe(parse("GET /\(long) HTTP/1.1\r\nHost: a\r\n\r\n", limits: limits)).hasPrefix("refused 414"))
    #expect(describe(parse("GET /\(long)\(long)", limits: limits)).hasPrefix("refused 414"))
    #expect(
      describe(parse("GET / HTTP/1.1\r\nA: \(long)\r\nB: \(long)\r\n", limits: limits))
        .hasPrefix("refused 431"))
    let fields = (0..<64).map { "X\($0): a\r\n" }.joined()
    #expect(describe(parse("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")).hasPrefix("refused 431"))
    #expect(describe(parse("GET / HTTP/1.0\r\n\(fields)\r\n")).hasPrefix("GET / 1.0 fields 64"))
  }

  @Test(
    "a connection is kept as version and Connection say (RFC 9112 §9.3)",
    arguments: [
      ("1.1", "", true), ("1.1", "Connection: close\r\n", false), ("1.1", "Connection: x, Close\r\n", false),
      ("1.0", "", false), ("1.0", "Connection: Keep-Alive\r\n", true),
      ("1.0", "Connection: keep-alive\r\nConnection: close\r\n", false),
    ])
  func persistence(version: String, field: String, kept: Bool) throws {
    guard case .complete(let head, _, _) = parse("GET / HTTP/\(version)\r\nHost: a\r\n\(field)\r\n") else {
      Issue.record("not complete")
      return
    }
    #expect(head.wantsKeepAlive == kept)
  }
}
