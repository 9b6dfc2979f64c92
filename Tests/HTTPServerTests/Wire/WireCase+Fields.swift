/// Host and the syntax of all other fields.
extension WireCase {
  private static func host(_ value: String) -> String { "GET /a HTTP/1.1\r\nHost:\(value)\r\n\r\n" }

  static let hosts: [WireCase] =
    [
      "a", "a:80", "a:", "a:0", "a:65535", "A.example-1_2~", "1.2.3.4", "1.2.3.4:8080", "a.", "%41b", "a%2Eb",
      "a!$&'()*+;=b", "[::1]", "[::1]:8080", "[::]", "[::1]:", "[2001:DB8::1]", "[1:2:3:4:5:6:7:8]", "[1::]",
      "[1:2:3:4:5:6:7::]", "[::ffff:1.2.3.4]", "[1:2:3:4:5:6:1.2.3.4]", "localhost:8080",
      "xn--bcher-kva.example",
    ].map { (value: String) in .seen("Host \(value)", "RFC 9110 §7.2", host(value), "GET /a ") }
    + [
      .seen("Host of nothing", "RFC 9112 §3.3", host(""), "GET /a "),
      .seen("white space around Host", "RFC 9112 §5.1", host(" \t a \t "), "GET /a "),
      .seen("HOST in upper case", "RFC 9110 §5.1", "GET /a HTTP/1.1\r\nHOST: a\r\n\r\n", "GET /a "),
      .seen(
        "Host as the last field", "RFC 9110 §5.3", "GET /a HTTP/1.1\r\nB: c\r\nHost: a\r\n\r\n", "GET /a "),
      .refused(400, "no Host", "RFC 9112 §3.2", "GET /a HTTP/1.1\r\n\r\n"),
      .refused(400, "no Host among fields", "RFC 9112 §3.2", "GET /a HTTP/1.1\r\nB: c\r\nHosts: a\r\n\r\n"),
      .refused(400, "Host twice, the same", "RFC 9112 §3.2", get("/a", "Host: a\r\n")),
      .refused(400, "Host twice, different", "RFC 9112 §3.2", get("/a", "host: b\r\n")),
      .refused(400, "Host twice, the second empty", "RFC 9112 §3.2", get("/a", "Host:\r\n")),
      .refused(400, "Host twice in HTTP/1.0", "RFC 9112 §3.2", get("/a", "Host: a\r\n", version: "1.0")),
      .refused(400, "a wrong Host in HTTP/1.0", "RFC 9112 §3.2", "GET /a HTTP/1.0\r\nHost: a b\r\n\r\n"),
    ]
    + [
      ":80", ":", "a:b", "a:80:80", "a:-1", "a:+1", "a:65536", "a:99999999999999999999", "a:8 0", "[", "[]",
      "[::1", "::1", "[:::1]", "[:1::2]", "[1::2::3]", "[12345::]", "[g::]", "[1:2:3:4:5:6:7]",
      "[1:2:3:4:5:6:7:8:9]",
      "[1:2:3:4:5:6:7:8::]", "[::1:]", "[::1]x", "[::1]80", "[::1%25eth0]", "[::1.2.3]", "[::1.2.3.256]",
      "[::1.2.3.04]", "[::1.2.3.4.5]", "[1.2.3.4]", "[v1.a]", "a,b", "a, b", "a b", "a/b", "http://a", "u@a",
      "a?b", "a#b", "%4", "%zz", "é", "a\tb", "a\\b", "<a>", "\"a\"", "a|b", "a^b", "a`b", "{a}", "[a]", "a]",
    ].map { (value: String) in .refused(400, "Host \(value)", "RFC 9112 §3.2", host(value)) }

  static let fields: [WireCase] =
    [
      .seen("a field without value", "RFC 9110 §5.5", get("/a", "B:\r\n"), "GET /a "),
      .seen("a field of white space", "RFC 9110 §5.5", get("/a", "B: \t \r\n"), "GET /a "),
      .seen("no white space behind the colon", "RFC 9112 §5", get("/a", "B:c\r\n"), "GET /a "),
      .seen("tabs around a value", "RFC 9112 §5", get("/a", "B:\tc\t\r\n"), "GET /a "),
      .seen("a tab in a value", "RFC 9110 §5.5", get("/a", "B: c\td\r\n"), "GET /a "),
      .seen("bytes above 127 in a value", "RFC 9110 §5.5", get("/a", "B: é\r\n"), "GET /a "),
      .seen("a colon in a value", "RFC 9112 §5", get("/a", "B: c:d\r\n"), "GET /a "),
      .seen(
        "every character of a name", "RFC 9110 §5.6.2", get("/a", "!#$%&'*+-.^_`|~09azAZ: b\r\n"), "GET /a "),
      .seen("the same field twice", "RFC 9110 §5.3", get("/a", "B: c\r\nB: d\r\n"), "GET /a "),
      .seen("as many fields as there may be", "RFC 9110 §5.4", get("/a", many(63)), "GET /a "),
      .refused(431, "one field too many", "RFC 6585 §5", get("/a", many(64))),
      .refused(431, "a field that is too long", "RFC 6585 §5", get("/a", "B: \(long(2000))\r\n")),
      .refused(431, "a name that is too long", "RFC 6585 §5", get("/a", "\(long(2000)): b\r\n")),
      .refused(431, "fields without end", "RFC 6585 §5", get("/a", many(300))),
      .refused(400, "a space before the colon", "RFC 9112 §5.1", get("/a", "B : c\r\n")),
      .refused(400, "a tab before the colon", "RFC 9112 §5.1", get("/a", "B\t: c\r\n")),
      .refused(
        400, "a space before the colon of Host", "RFC 9112 §5.1", "GET /a HTTP/1.1\r\nHost : a\r\n\r\n"),
      .refused(
        400, "a space before the colon of Transfer-Encoding", "RFC 9112 §5.1",
        post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")),
      .refused(400, "a space in front of a name", "RFC 9112 §5.2", get("/a", " B: c\r\n")),
      .refused(
        400, "a space in front of the first field", "RFC 9112 §2.2", "GET /a HTTP/1.1\r\n Host: a\r\n\r\n"),
      .refused(400, "a value on a second line", "RFC 9112 §5.2", get("/a", "B: c\r\n d\r\n")),
      .refused(400, "a value on a second line, by a tab", "RFC 9112 §5.2", get("/a", "B: c\r\n\td\r\n")),
      .refused(400, "an empty second line", "RFC 9112 §5.2", get("/a", "B: c\r\n \r\n")),
      .refused(
        400, "chunked on a second line", "RFC 9112 §5.2",
        post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n")),
      .refused(400, "no colon", "RFC 9112 §5", get("/a", "B\r\n")),
      .refused(400, "no name", "RFC 9112 §5", get("/a", ": c\r\n")),
      .refused(400, "a colon alone", "RFC 9112 §5", get("/a", ":\r\n")),
      .refused(400, "DEL in a name", "RFC 9110 §5.1", get("/a", "B\u{7F}: c\r\n")),
      .refused(400, "a control character in a name", "RFC 9110 §5.1", get("/a", "B\u{1}: c\r\n")),
      .refused(400, "a byte above 127 in a name", "RFC 9110 §5.1", get("/a", "é: c\r\n")),
    ]
    + ["\"", "(", ")", ",", "/", ";", "<", "=", ">", "?", "@", "[", "\\", "]", "{", "}"].map {
      (character: String) in
      .refused(400, "\(character) in a name", "RFC 9110 §5.1", get("/a", "B\(character): c\r\n"))
    }

  private static func many(_ count: Int) -> String {
    (0..<count).map { "x\($0): a\r\n" }.joined()
  }

  private static let close = "Connection: close\r\n"

  static let persistence: [WireCase] = [
    .last("Connection: close", "RFC 9112 §9.6", get("/a", close), "GET /a "),
    .last("Connection: CLOSE", "RFC 9110 §7.6.1", get("/a", "Connection: CLOSE\r\n"), "GET /a "),
    .last("close among options", "RFC 9110 §7.6.1", get("/a", "Connection: x , close,y\r\n"), "GET /a "),
    .last("close on a second line", "RFC 9110 §7.6.1", get("/a", "Connection: x\r\n\(close)"), "GET /a "),
    .last("close and keep-alive", "RFC 9112 §9.3", get("/a", "Connection: keep-alive, close\r\n"), "GET /a "),
    .last(
      "close with a content", "RFC 9112 §9.6", post("Connection: close\r\nContent-Length: 1\r\n", "x"),
      "POST /a x"),
    .seen(
      "an option that begins with close", "RFC 9110 §7.6.1", get("/a", "Connection: closed\r\n"), "GET /a "),
    .seen("keep-alive in HTTP/1.1", "RFC 9112 §9.3", get("/a", "Connection: keep-alive\r\n"), "GET /a "),
    .seen("an empty Connection", "RFC 9110 §7.6.1", get("/a", "Connection:\r\n"), "GET /a "),
    .seen(
      "an offer to upgrade is not taken", "RFC 9110 §7.8",
      get("/a", "Connection: Upgrade\r\nUpgrade: h2c\r\n"), "GET /a "),
    .seen(
      "Proxy-Connection means nothing", "RFC 9112 §C.2.2", get("/a", "Proxy-Connection: close\r\n"), "GET /a "
    ),
    .seen(
      "keep-alive in HTTP/1.0", "RFC 9112 §9.3", get("/a", "Connection: Keep-Alive\r\n", version: "1.0"),
      "GET /a "),
    .last("close in HTTP/1.0", "RFC 9112 §9.3", get("/a", close, version: "1.0"), "GET /a "),
    .last(
      "another option in HTTP/1.0", "RFC 9112 §9.3", get("/a", "Connection: x\r\n", version: "1.0"), "GET /a "
    ),
    .last(
      "Keep-Alive alone in HTTP/1.0", "RFC 9112 §C.2.2",
      get("/a", "Keep-Alive: timeout=5\r\n", version: "1.0"), "GET /a "),
    .last(
      "keep-alive and close in HTTP/1.0", "RFC 9112 §9.3",
      get("/a", "Connection: close, keep-alive\r\n", version: "1.0"), "GET /a "),
    .seen(
      "three requests in a row", "RFC 9112 §9.3.2",
      get("/1") + post("Content-Length: 2\r\n", "hi") + get("/3"),
      "GET /1 ", "POST /a hi", "GET /3 "),
  ]

  static let expectations: [WireCase] = [
    .seen(
      "100-continue with the content", "RFC 9110 §10.1.1",
      post("Expect: 100-continue\r\nContent-Length: 1\r\n", "x"), "POST /a x"),
    .seen(
      "100-continue with chunks", "RFC 9110 §10.1.1",
      post("Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n", "1\r\nx\r\n0\r\n\r\n"), "POST /a x"),
    .seen(
      "100-Continue in another case", "RFC 9110 §10.1.1",
      post("Expect: 100-Continue\r\nContent-Length: 1\r\n", "x"), "POST /a x"),
    .seen(
      "100-continue without content", "RFC 9110 §10.1.1", get("/a", "Expect: 100-continue\r\n"), "GET /a "),
    .seen("an empty Expect", "RFC 9110 §5.6.1.2", get("/a", "Expect:\r\n"), "GET /a "),
    .last(
      "100-continue in HTTP/1.0", "RFC 9110 §10.1.1",
      post("Expect: 100-continue\r\nContent-Length: 1\r\n", "x", version: "1.0"), "POST /a x"),
    .refused(417, "an unknown expectation", "RFC 9110 §10.1.1", get("/a", "Expect: tea\r\n")),
    .refused(
      417, "an unknown expectation behind 100-continue", "RFC 9110 §10.1.1",
      get("/a", "Expect: 100-continue, tea\r\n")),
    .refused(
      417, "an unknown expectation on a second line", "RFC 9110 §10.1.1",
      get("/a", "Expect: 100-continue\r\nExpect: tea\r\n")),
    .refused(417, "100-continue with a value", "RFC 9110 §10.1.1", get("/a", "Expect: 100-continue=1\r\n")),
  ]
}
