/// Request targets: paths and queries, percent-encoding, dot segments, URLs.
extension WireCase {
  static let targets: [WireCase] =
    [
      .seen("the root", "RFC 9112 §3.2.1", get("/"), "GET / "),
      .seen("a path and a query", "RFC 9112 §3.2.1", get("/a/b?c=d&e"), "GET /a/b?c=d&e "),
      .seen("an empty query", "RFC 3986 §3.4", get("/a?"), "GET /a? "),
      .seen("a query with ? and /", "RFC 3986 §3.4", get("/a?b?c/d"), "GET /a?b?c/d "),
      .seen("a query of the root", "RFC 3986 §3.4", get("/?a"), "GET /?a "),
      .seen("empty segments stay", "RFC 3986 §3.3", get("//a//"), "GET //a// "),
      .seen("brackets in a query", "RFC 3986 §3.2.2", get("/a?b[c]=d"), "GET /a?b[c]=d "),
      .seen("an encoded slash is no slash", "RFC 3986 §2.2", get("/a%2Fb"), "GET /a%2Fb "),
      .seen("an encoded slash in lower case", "RFC 3986 §2.1", get("/a%2fb"), "GET /a%2fb "),
      .seen("an encoded backslash", "RFC 3986 §2.1", get("/a%5Cb"), "GET /a%5Cb "),
      .seen("an encoded question mark", "RFC 3986 §2.1", get("/a%3Fb"), "GET /a%3Fb "),
      .seen("an encoded percent sign is decoded once", "RFC 3986 §2.4", get("/a%2500"), "GET /a%2500 "),
      .seen("encoded UTF-8", "RFC 3986 §2.5", get("/%C3%A9%e2%82%ac"), "GET /%C3%A9%e2%82%ac "),
      .seen("encoded CR and LF are data", "RFC 3986 §2.1", get("/a%0D%0Ab"), "GET /a%0D%0Ab "),
      .seen("a query that is not UTF-8", "RFC 3986 §2.5", get("/a?b=%ff"), "GET /a?b=%ff "),
      .seen("OPTIONS *", "RFC 9112 §3.2.4", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * "),
      .refused(400, "GET *", "RFC 9112 §3.2.4", get("*")),
      .refused(400, "OPTIONS *a", "RFC 9112 §3.2.4", "OPTIONS *a HTTP/1.1\r\nHost: a\r\n\r\n"),
      .refused(400, "OPTIONS *?a", "RFC 9112 §3.2.4", "OPTIONS *?a HTTP/1.1\r\nHost: a\r\n\r\n"),
      .refused(400, "OPTIONS **", "RFC 9112 §3.2.4", "OPTIONS ** HTTP/1.1\r\nHost: a\r\n\r\n"),
      .refused(400, "authority-form with GET", "RFC 9112 §3.2.3", get("a:80")),
      .refused(400, "a path without slash", "RFC 9112 §3.2", get("a/b")),
      .refused(400, "a query without path", "RFC 9112 §3.2", get("?a")),
      .refused(400, "a fragment", "RFC 9112 §3.2", get("/a#b")),
      .refused(400, "an encoded NUL", "RFC 3986 §7.3", get("/a%00")),
      .refused(400, "an encoded NUL in a query", "RFC 3986 §7.3", get("/a?b=%00")),
    ]
    + ["-", ".", "_", "~", "!", "$", "&", "'", "(", ")", "*", "+", ",", ";", "=", ":", "@"].map {
      (character: String) in
      .seen("\(character) in a path", "RFC 3986 §3.3", get("/a\(character)b"), "GET /a\(character)b ")
    }
    + ["\"", "<", ">", "\\", "^", "`", "{", "|", "}", "é", "\u{7F}", "\u{1}"].map { (character: String) in
      .refused(
        400, "\(character.debugDescription) in a target", "RFC 3986 §2", get("/a\(character)b"))
    }
    + ["%", "%4", "%%41", "%zz", "%4g", "%g4", "%-1", "%+1", "%0x41", "% 41", "%u0041", "%é"].map {
      (text: String) in
      .refused(400, "\(text) in a path", "RFC 3986 §2.1", get("/a\(text)"))
    }
    + ["%", "%4", "%zz", "b=%4g"].map { (text: String) in
      .refused(400, "\(text) in a query", "RFC 3986 §2.1", get("/a?\(text)"))
    }
    + [
      "%C0%AF", "%c0%ae%c0%ae", "%C1%81", "%E0%80%AF", "%F0%80%80%AF", "%FF", "%80", "%C3", "%C3%28",
      "%ED%A0%80", "%F4%90%80%80", "%F8%88%80%80%80", "%E2%82",
    ].map { (text: String) in
      .refused(400, "\(text) is not UTF-8", "RFC 3629 §3", get("/\(text)"))
    } + dots

  private static let dots: [WireCase] =
    [
      "/.", "/..", "/./", "/../", "/./a", "/../a", "/a/.", "/a/..", "/a/./b", "/a/../b", "/a/..?b",
      "/%2e", "/%2E", "/%2e%2e", "/%2E%2e/a", "/.%2e", "/%2e.", "/a/%2E%2E/b", "/a/.%2E/../b", "/..?",
      "//..//",
    ].map { (path: String) in .refused(400, "dots as a segment: \(path)", "RFC 3986 §5.2.4", get(path)) }
    + [
      "/.a", "/a.", "/...", "/..a", "/a..", "/a/.b/c", "/.well-known/x", "/%2ea", "/a%2e", "/%2e%2e%2e",
      "/a?b=/../c",
      "/a/..%2Fb", "/..;a",
    ].map { (path: String) in
      .seen("dots in a segment: \(path)", "RFC 3986 §3.3", get(path), "GET \(path) ")
    }

  static let absoluteForms: [WireCase] =
    [
      .seen("a URL", "RFC 9112 §3.2.2", get("http://a/b?c"), "GET /b?c "),
      .seen("a URL with a port", "RFC 9112 §3.2.2", get("http://a:80/b"), "GET /b "),
      .seen("a URL of https", "RFC 9112 §3.2.2", get("https://a/b"), "GET /b "),
      .seen("a scheme in upper case", "RFC 3986 §3.1", get("HTTP://a/b"), "GET /b "),
      .seen("a URL of another host than Host", "RFC 9112 §3.2.2", get("http://other.example/b"), "GET /b "),
      .seen("a URL of an IPv6 address", "RFC 3986 §3.2.2", get("http://[::1]:8080/b"), "GET /b "),
      .seen("a URL without a path", "RFC 9110 §4.2.3", get("http://a"), "GET / "),
      .seen("a URL with a port and no path", "RFC 9110 §4.2.3", get("http://a:80"), "GET / "),
      .seen("a URL without a path, with a query", "RFC 9110 §4.2.3", get("http://a?b"), "GET /?b "),
      .seen(
        "POST to a URL without a path", "RFC 9110 §4.2.3",
        "POST http://a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx", "POST / x"),
      .seen(
        "OPTIONS of a URL without a path", "RFC 9112 §3.2.4",
        "OPTIONS http://a:80 HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * "),
      .seen(
        "OPTIONS of a URL with the path /", "RFC 9112 §3.2.4",
        "OPTIONS http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS / "),
      .seen(
        "OPTIONS of a URL with only a query", "RFC 9112 §3.2.4",
        "OPTIONS http://a?b HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS /?b "),
      .last("a URL in HTTP/1.0", "RFC 9112 §3.2.2", "GET http://a/b HTTP/1.0\r\n\r\n", "GET /b "),
      .refused(400, "a URL without Host", "RFC 9112 §3.2.2", "GET http://a/ HTTP/1.1\r\n\r\n"),
      .refused(400, "a URL with an encoded NUL", "RFC 3986 §7.3", get("http://a/%00")),
    ]
    + [
      "http:///b", "http://", "http:/a/b", "http:a/b", "http:", "http", "http://:80/b", "http://?b",
      "http://u@a/b",
      "http://u:p@a/b", "http://a:b/c", "http://a:80:80/", "http://a:65536/", "http://[::1/", "http://[]/",
      "http://::1/", "http://a,b/", "http://[a]/", "ftp://a/b", "httpx://a/b", "httpss://a/", "ws://a/b",
      "file:///b", "urn:isbn:9780439023481", "http://a/#b", "http://a/../b", "http://a/%2e", "http://a%zz/",
      "http://a\\b/",
    ].map { (target: String) in
      .refused(400, "target \(target)", "RFC 9112 §3.2.2", get(target))
    }
}
