/// Line ends, control characters and what is no HTTP/1 at all.
extension WireCase {
  static let lines: [WireCase] =
    [
      .waits("nothing", "RFC 9112 §2.1", ""),
      .waits("half a line", "RFC 9112 §2.1", "GET /a HT"),
      .waits("a request line alone", "RFC 9112 §2.1", "GET /a HTTP/1.1\r\n"),
      .waits("a head without its empty line", "RFC 9112 §2.1", "GET /a HTTP/1.1\r\nHost: a\r\n"),
      .waits("half an empty line", "RFC 9112 §2.1", "GET /a HTTP/1.1\r\nHost: a\r\n\r"),
      .waits("an empty line alone", "RFC 9112 §2.2", "\r\n"),
      .seen("an empty line in front", "RFC 9112 §2.2", "\r\n" + get(), "GET /a "),
      .seen(
        "an empty line between requests", "RFC 9112 §2.2", get() + "\r\n" + get("/b"), "GET /a ", "GET /b "),
      .seen(
        "an empty line behind a content", "RFC 9112 §2.2",
        post("Content-Length: 1\r\n", "x") + "\r\n" + get(),
        "POST /a x", "GET /a "),
      .refused(400, "two empty lines in front", "RFC 9112 §2.2", "\r\n\r\n" + get()),
      .refused(400, "a bare LF in front", "RFC 9112 §2.2", "\n" + get()),
      .refused(400, "a bare CR in front", "RFC 9112 §2.2", "\r" + get()),
      .refused(400, "white space in front", "RFC 9112 §2.2", " " + get()),
      .refused(400, "a line of white space in front", "RFC 9112 §2.2", " \r\n" + get()),
      .refused(400, "bare LF behind the request line", "RFC 9112 §2.2", "GET /a HTTP/1.1\nHost: a\r\n\r\n"),
      .refused(400, "bare LF behind a field", "RFC 9112 §2.2", "GET /a HTTP/1.1\r\nHost: a\nB: b\r\n\r\n"),
      .refused(400, "bare LF as the empty line", "RFC 9112 §2.2", "GET /a HTTP/1.1\r\nHost: a\r\n\n"),
      .refused(400, "bare LF everywhere", "RFC 9112 §2.2", "GET /a HTTP/1.1\nHost: a\n\n"),
      .refused(400, "bare CR in the method", "RFC 9112 §2.2", "G\rT /a HTTP/1.1\r\nHost: a\r\n\r\n"),
      .refused(400, "bare CR in the target", "RFC 9112 §2.2", "GET /\ra HTTP/1.1\r\nHost: a\r\n\r\n"),
      .refused(400, "bare CR as a line end", "RFC 9112 §2.2", "GET /a HTTP/1.1\rHost: a\r\n\r\n"),
      .refused(400, "bare CR in a name", "RFC 9112 §2.2", get("/a", "B\rC: d\r\n")),
      .refused(400, "bare CR in a value", "RFC 9112 §2.2", get("/a", "B: c\rd\r\n")),
      .refused(
        400, "a field hidden behind a bare CR", "RFC 9112 §2.2", get("/a", "B: c\rTransfer-Encoding: x\r\n")),
      .refused(400, "CR CR LF", "RFC 9112 §2.2", "GET /a HTTP/1.1\r\r\nHost: a\r\n\r\n"),
      .refused(400, "CR CR LF behind a field", "RFC 9112 §2.2", "GET /a HTTP/1.1\r\nHost: a\r\r\n\r\n"),
      .refused(400, "NUL in the method", "RFC 9110 §5.6.2", "G\0T /a HTTP/1.1\r\nHost: a\r\n\r\n"),
      .refused(400, "NUL in the target", "RFC 3986 §2", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"),
      .refused(400, "NUL in the version", "RFC 9112 §2.3", "GET /a HTTP/1.\0\r\nHost: a\r\n\r\n"),
      .refused(400, "NUL in a name", "RFC 9110 §5.1", get("/a", "B\0: c\r\n")),
      .refused(400, "NUL in a value", "RFC 9110 §5.5", get("/a", "B: c\0\r\n")),
      .refused(
        400, "a TLS client hello", "RFC 9112 §2.1",
        bytes: [0x16, 3, 1, 0, 0xC4, 1, 0, 0, 0xC0, 3, 3, 0x5F, 0x0D, 0x0A]),
      .refused(400, "an SSH banner", "RFC 9112 §2.1", "SSH-2.0-OpenSSH_9.2\r\n"),
      .refused(400, "an SMTP greeting", "RFC 9112 §2.1", "EHLO a.example\r\n"),
      .refused(400, "a PROXY line", "RFC 9112 §2.1", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + get()),
      .refused(400, "a response", "RFC 9112 §2.1", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
      .refused(
        400, "a byte order mark", "RFC 9112 §2.1", bytes: [0xEF, 0xBB, 0xBF] + Array(get().utf8)),
    ] + controls

  /// Every control character but NUL, CR and LF, which are above; the tab is white space in a value.
  private static let controls: [WireCase] = ((1...31) + [127]).filter { ![9, 10, 13].contains($0) }.flatMap {
    (code: Int) -> [WireCase] in
    let byte = String(UnicodeScalar(UInt8(code)))
    return [
      .refused(400, "control character \(code) in a value", "RFC 9110 §5.5", get("/a", "B: c\(byte)d\r\n"))
    ]
  }

  static let requestLines: [WireCase] = [
    .refused(400, "two spaces behind the method", "RFC 9112 §3", "GET  /a HTTP/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "two spaces behind the target", "RFC 9112 §3", "GET /a  HTTP/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "a space behind the version", "RFC 9112 §3", "GET /a HTTP/1.1 \r\nHost: a\r\n\r\n"),
    .refused(400, "a tab behind the method", "RFC 9112 §3", "GET\t/a HTTP/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "a tab behind the target", "RFC 9112 §3", "GET /a\tHTTP/1.1\r\nHost: a\r\n\r\n"),
    .refused(
      400, "a vertical tab behind the method", "RFC 9112 §3", "GET\u{B}/a HTTP/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "a form feed behind the target", "RFC 9112 §3", "GET /a\u{C}HTTP/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "a space in the target", "RFC 9112 §3.2", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "no method", "RFC 9112 §3", " /a HTTP/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "no target", "RFC 9112 §3", "GET HTTP/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "an empty target", "RFC 9112 §3", "GET  HTTP/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "only a method", "RFC 9112 §3", "GET\r\n\r\n"),
    .refused(400, "a word behind the version", "RFC 9112 §3", "GET /a HTTP/1.1 x\r\nHost: a\r\n\r\n"),
    .refused(
      400, "two requests in a line", "RFC 9112 §3", "GET /a HTTP/1.1 GET /b HTTP/1.1\r\nHost: a\r\n\r\n"),
    .seen("the longest target", "RFC 9112 §3", get("/" + long(999)), "GET /\(long(999)) "),
    .refused(414, "a target that is too long", "RFC 9112 §3", get("/" + long(1000))),
    .refused(414, "a query that is too long", "RFC 9112 §3", get("/?" + long(999))),
    .refused(414, "a target without end", "RFC 9112 §3", "GET /\(long(2000))"),
    .refused(501, "a method without end", "RFC 9112 §3", long(2000)),
    .refused(501, "a method that is too long", "RFC 9112 §3", "\(long(1000)) /a HTTP/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "no token without end", "RFC 9112 §3", "(" + long(2000)),
  ]

  static func long(_ count: Int) -> String { String(repeating: "x", count: count) }

  static let versions: [WireCase] = [
    .seen("HTTP/1.1", "RFC 9112 §2.3", get(), "GET /a "),
    .seen("HTTP/1.2 is answered as 1.1", "RFC 9110 §2.5", get(version: "1.2"), "GET /a "),
    .seen("HTTP/1.9 is answered as 1.1", "RFC 9110 §2.5", get(version: "1.9"), "GET /a "),
    .last("HTTP/1.0", "RFC 9112 §9.3", get(version: "1.0"), "GET /a "),
    .last("HTTP/1.0 without Host", "RFC 9112 §3.2", "GET /a HTTP/1.0\r\n\r\n", "GET /a "),
    .refused(505, "HTTP/2.0", "RFC 9110 §15.6.6", get(version: "2.0")),
    .refused(505, "HTTP/0.9 with its name", "RFC 9110 §15.6.6", get(version: "0.9")),
    .refused(505, "HTTP/9.9", "RFC 9110 §15.6.6", get(version: "9.9")),
    .refused(505, "the preface of HTTP/2", "RFC 9113 §3.4", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    .refused(505, "the first line of HTTP/2's preface", "RFC 9113 §3.4", "PRI * HTTP/2.0\r\n"),
    .refused(400, "HTTP/0.9", "RFC 9112 §3", "GET /a\r\n"),
    .refused(400, "HTTP/0.9 with an empty line", "RFC 9112 §3", "GET /a\r\n\r\n"),
    .refused(400, "HTTP/0.9 with a space", "RFC 9112 §3", "GET /a \r\n"),
    .refused(400, "HTTP/1", "RFC 9112 §2.3", get(version: "1")),
    .refused(400, "HTTP/1.", "RFC 9112 §2.3", get(version: "1.")),
    .refused(400, "HTTP/.1", "RFC 9112 §2.3", get(version: ".1")),
    .refused(400, "HTTP/1.10", "RFC 9112 §2.3", get(version: "1.10")),
    .refused(400, "HTTP/01.1", "RFC 9112 §2.3", get(version: "01.1")),
    .refused(400, "HTTP/1.1.1", "RFC 9112 §2.3", get(version: "1.1.1")),
    .refused(400, "HTTP/1,1", "RFC 9112 §2.3", get(version: "1,1")),
    .refused(400, "HTTP/1.x", "RFC 9112 §2.3", get(version: "1.x")),
    .refused(400, "HTTP/-1.1", "RFC 9112 §2.3", get(version: "-1.1")),
    .refused(400, "HTTP/ 1.1", "RFC 9112 §2.3", get(version: " 1.1")),
    .refused(400, "HTTP/", "RFC 9112 §2.3", get(version: "")),
    .refused(400, "http/1.1", "RFC 9112 §2.3", "GET /a http/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "Http/1.1", "RFC 9112 §2.3", "GET /a Http/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "HTTPS/1.1", "RFC 9112 §2.3", "GET /a HTTPS/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "HTTP1.1", "RFC 9112 §2.3", "GET /a HTTP1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "RTSP/1.0", "RFC 9112 §2.3", "GET /a RTSP/1.0\r\nHost: a\r\n\r\n"),
    .refused(400, "digits that are not ASCII", "RFC 9112 §2.3", get(version: "１.１")),
  ]

  static let methods: [WireCase] =
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].map { (method: String) in
      .seen("\(method)", "RFC 9110 §9", "\(method) /a HTTP/1.1\r\nHost: a\r\n\r\n", "\(method) /a ")
    }
    + [
      "get", "Get", "gET", "head", "post", "BREW", "TRACE", "PROPFIND", "QUERY", "GETT", "GE", "XGET", "G",
      "!#$%&'*+-.^_`|~0", "PRI", "SEARCH", "options",
    ].map { (method: String) in
      .refused(501, "method \(method)", "RFC 9110 §9.1", "\(method) /a HTTP/1.1\r\nHost: a\r\n\r\n")
    }
    + ["G(T", "G,T", "G/T", "G:T", "GE;", "G=T", "<GET>", "G@T", "[GET", "\\GET", "{GET}", "\"GET\"", "GÉT"]
    .map { (method: String) in
      .refused(400, "no token \(method)", "RFC 9110 §9.1", "\(method) /a HTTP/1.1\r\nHost: a\r\n\r\n")
    } + [
      .refused(501, "CONNECT", "RFC 9110 §9.3.6", "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n"),
      .refused(501, "CONNECT with a path", "RFC 9110 §9.3.6", "CONNECT /a HTTP/1.1\r\nHost: a\r\n\r\n"),
      .refused(501, "PRI without HTTP/2", "RFC 9113 §3.4", "PRI * HTTP/1.1\r\nHost: a\r\n\r\n"),
      .refused(400, "HEAD without Host", "RFC 9110 §9.3.2", "HEAD /a HTTP/1.1\r\n\r\n"),
      .refused(505, "HEAD of HTTP/3", "RFC 9110 §9.3.2", "HEAD /a HTTP/3.0\r\nHost: a\r\n\r\n"),
      .seen(
        "GET with a content", "RFC 9110 §9.3.1",
        "GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi", "GET /a hi"),
      .seen(
        "HEAD with a content", "RFC 9110 §9.3.2",
        "HEAD /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi", "HEAD /a hi"),
      .seen(
        "DELETE with a content", "RFC 9110 §9.3.5",
        "DELETE /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
        "DELETE /a hi"),
    ]
}
