/// Where a content ends: lengths, transfer codings, chunks.
extension WireCase {
  private static func length(_ value: String, _ content: String = "x") -> String {
    post("Content-Length:\(value)\r\n", content)
  }

  static let lengths: [WireCase] =
    [
      .seen("no content", "RFC 9112 §6.3", post(""), "POST /a "),
      .seen("a length", "RFC 9112 §6.2", length(" 5", "hello"), "POST /a hello"),
      .seen("a length of 0", "RFC 9112 §6.2", length("0", ""), "POST /a "),
      .seen("a length with zeros in front", "RFC 9110 §8.6", length("0001"), "POST /a x"),
      .seen(
        "a length with many zeros in front", "RFC 9110 §8.6", length("\(String(repeating: "0", count: 40))1"),
        "POST /a x"),
      .seen("white space around a length", "RFC 9112 §5.1", length(" \t1\t "), "POST /a x"),
      .seen("content-length in lower case", "RFC 9110 §5.1", post("content-length: 1\r\n", "x"), "POST /a x"),
      .seen("CR and LF in a content", "RFC 9112 §6.2", length("4", "\r\n\r\n"), "POST /a \r\n\r\n"),
      .seen(
        "a request in a content", "RFC 9112 §6.2", length("\(get().utf8.count)", get()), "POST /a \(get())"),
      .seen(
        "contents in a row", "RFC 9112 §9.3.2", length("1") + length("2", "yz"), "POST /a x", "POST /a yz"),
      .seen(
        "a content of another method", "RFC 9112 §6", get("/a", "Content-Length: 1\r\n") + "x", "GET /a x"),
      .last(
        "a length in HTTP/1.0", "RFC 9112 §6.3", post("Content-Length: 1\r\n", "x", version: "1.0"),
        "POST /a x"),
      .last("no length in HTTP/1.0", "RFC 9112 §6.3", post("", version: "1.0"), "POST /a "),
      .refused(400, "two lengths, the same", "RFC 9112 §6.3", length("1\r\nContent-Length: 1")),
      .refused(400, "two lengths, different", "RFC 9112 §6.3", length("1\r\nContent-Length: 2")),
      .refused(400, "two lengths, the second empty", "RFC 9112 §6.3", length("1\r\nContent-Length:")),
      .refused(400, "two lengths in another case", "RFC 9112 §6.3", length("1\r\nCONTENT-LENGTH: 1")),
      .refused(408, "a content that is too short", "RFC 9112 §8", length("5", "hell")),
    ]
    + ["99999999999999999999", "9223372036854775808", "18446744073709551617", "1000000000000000000"].map {
      (value: String) in .refused(413, "length \(value)", "RFC 9110 §8.6", length(value))
    }
    + [
      "", "1,1", "1, 1", "1,2", "1,", ",1", "+1", "-1", "-0", "+0", "0x1", "1.0", "1e1", "1_0", "1 1", "1;a",
      "\"1\"", "one",
      "1x", "x1", "１", "1\t1", "٣", "NaN", "∞",
    ].map { (value: String) in
      .refused(400, "length \(value.debugDescription)", "RFC 9112 §6.3", length(value))
    }

  private static func coding(_ value: String, _ content: String = "1\r\nx\r\n0\r\n\r\n") -> String {
    post("Transfer-Encoding:\(value)\r\n", content)
  }

  static let codings: [WireCase] =
    [
      .seen("chunked", "RFC 9112 §7.1", coding(" chunked"), "POST /a x"),
      .seen("CHUNKED", "RFC 9112 §7", coding("CHUNKED"), "POST /a x"),
      .seen("white space around chunked", "RFC 9112 §5.1", coding("\t chunked \t"), "POST /a x"),
      .seen(
        "chunked and a request behind it", "RFC 9112 §9.3.2", coding("chunked") + get(), "POST /a x",
        "GET /a "),
      .refused(
        400, "length before chunked", "RFC 9112 §6.1",
        post("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
      .refused(
        400, "chunked before length", "RFC 9112 §6.1",
        post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")),
      .refused(
        400, "chunked and a wrong length", "RFC 9112 §6.1",
        post("Transfer-Encoding: chunked\r\nContent-Length: x\r\n", "0\r\n\r\n")),
      .refused(
        400, "an unknown coding and a length", "RFC 9112 §6.1",
        post("Transfer-Encoding: x\r\nContent-Length: 1\r\n", "x")),
      .refused(
        400, "an empty coding and a length", "RFC 9112 §6.1",
        post("Transfer-Encoding:\r\nContent-Length: 1\r\n", "x")),
      .refused(
        400, "chunked twice, on two lines", "RFC 9112 §6.1", coding("chunked\r\nTransfer-Encoding: chunked")),
      .refused(
        400, "another coding on a second line", "RFC 9112 §6.1",
        coding("chunked\r\nTransfer-Encoding: identity")),
      .refused(
        400, "another coding on the first line", "RFC 9112 §6.1", coding("gzip\r\nTransfer-Encoding: chunked")
      ),
      .refused(
        400, "chunked in HTTP/1.0", "RFC 9112 §6.1",
        post("Transfer-Encoding: chunked\r\n", "0\r\n\r\n", version: "1.0")),
      .refused(
        400, "chunked in HTTP/1.0 with keep-alive", "RFC 9112 §6.1",
        post("Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n", version: "1.0")),
    ]
    + ["gzip, chunked", "deflate,chunked", "x, y, chunked", "gzip;q=1, chunked", "identity, chunked"].map {
      (value: String) in .refused(501, "coding \(value)", "RFC 9112 §6.1", coding(value))
    }
    + [
      "", ",", "identity", "gzip", "xchunked", "chunkedx", "chunke", "\"chunked\"", "chunked;a=b",
      "chunked;q=1", "chunked, ",
      ", chunked", "chunked,chunked", "chunked, gzip", "chunked identity", "chunked\tx", "chun\u{212A}ed",
      "chunked\u{A0}",
      "'chunked'", "chunked,identity", "chunked;", "chunked=1", "gzip,,chunked", "cow",
    ].map { (value: String) in
      .refused(400, "coding \(value.debugDescription)", "RFC 9112 §6.3", coding(value))
    } + [.refused(400, "coding with a vertical tab", "RFC 9110 §5.5", coding("\u{B}chunked"))]

  private static func chunked(_ content: String) -> String { coding("chunked", content) }

  static let chunks: [WireCase] =
    [
      .seen("no chunk but the last", "RFC 9112 §7.1", chunked("0\r\n\r\n"), "POST /a "),
      .seen("two chunks", "RFC 9112 §7.1", chunked("2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n"), "POST /a abcde"),
      .seen(
        "sizes in hexadecimal", "RFC 9112 §7.1", chunked("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n"),
        "POST /a 01234567890123456789"),
      .seen("zeros in front of a size", "RFC 9112 §7.1", chunked("001\r\nx\r\n000\r\n\r\n"), "POST /a x"),
      .seen(
        "CR and LF in a chunk", "RFC 9112 §7.1", chunked("4\r\n\r\n\r\n\r\n0\r\n\r\n"), "POST /a \r\n\r\n"),
      .seen(
        "a last chunk in a chunk", "RFC 9112 §7.1", chunked("5\r\n0\r\n\r\n\r\n0\r\n\r\n"),
        "POST /a 0\r\n\r\n"),
      .seen("extensions", "RFC 9112 §7.1.1", chunked("1;a;b=c;d=\"e\"\r\nx\r\n0;f\r\n\r\n"), "POST /a x"),
      .seen(
        "white space in extensions", "RFC 9112 §7.1.1",
        chunked("1 ;\ta = b ; c\t=\t\"d\" ;e\r\nx\r\n0\r\n\r\n"), "POST /a x"),
      .seen(
        "quoted text in extensions", "RFC 9112 §7.1.1", chunked("1;a=\"b;c\\\"=\\\\ é\"\r\nx\r\n0\r\n\r\n"),
        "POST /a x"),
      .seen(
        "trailers are dropped", "RFC 9112 §7.1.2", chunked("1\r\nx\r\n0\r\nA: b\r\nC:\r\n\r\n"), "POST /a x"),
      .seen(
        "framing fields as trailers are dropped", "RFC 9110 §6.5.1",
        chunked("0\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\nHost: b\r\n\r\n") + get(),
        "POST /a ", "GET /a "),
      .seen(
        "the longest size line", "RFC 9112 §7.1.1", chunked("1;\(long(252))\r\nx\r\n0\r\n\r\n"), "POST /a x"),
      .refused(
        400, "an extension that is too long", "RFC 9112 §7.1.1", chunked("1;\(long(300))\r\nx\r\n0\r\n\r\n")),
      .refused(
        400, "extensions that are too long together", "RFC 9112 §7.1.1",
        chunked(String(repeating: "1;\(long(250))\r\nx\r\n", count: 70) + "0\r\n\r\n")),
      .refused(
        400, "trailers that are too long together", "RFC 9112 §7.1.2",
        chunked("0\r\n" + String(repeating: "A: \(long(500))\r\n", count: 20) + "\r\n")),
      .refused(408, "chunks without the last", "RFC 9112 §8", chunked("1\r\nx\r\n")),
      .refused(408, "half a chunk", "RFC 9112 §8", chunked("5\r\nhell")),
      .refused(408, "trailers without the empty line", "RFC 9112 §8", chunked("0\r\nA: b\r\n")),
      .refused(408, "no chunk at all", "RFC 9112 §8", chunked("")),
    ]
    + [
      "", " ", "g", "x", "-1", "+1", "0x1", "1h", "1 1", " 1", "1 ", "1\t", "1.", "1,", "0o1", "1_0", "１",
      "1\u{B}", "\u{0}1", "1=",
      "1:a", "1/", "fffffffffffffffff", "8000000000000000", "10000000000000001", "0000000000000001",
    ].map { (size: String) in
      .refused(
        400, "chunk size \(size.debugDescription)", "RFC 9112 §7.1", chunked("\(size)\r\nx\r\n0\r\n\r\n"))
    }
    + [
      ";", ";;", ";;a", ";a;", ";=b", ";a=", ";a==b", ";a b", ";a=b c", ";a=b=c", ";a=\"b", ";a=\"b\"c",
      ";a=\"b\\", ";\"a\"", ";a ", ";a=b ",
      ";a=\"b\" ", ";a=\"\u{1}\"", ";a=\u{7F}", ";(", ";a=\"\\\u{1}\"", " ", " a", ";a=\"b\n\"", ";é",
    ].map { (text: String) in
      .refused(
        400, "chunk extension \(text.debugDescription)", "RFC 9112 §7.1.1",
        chunked("1\(text)\r\nx\r\n0\r\n\r\n"))
    }
    + [
      "1\nx\r\n0\r\n\r\n", "1\rx\r\n0\r\n\r\n", "1\r\r\nx\r\n0\r\n\r\n", "1\r\nx\n0\r\n\r\n",
      "1\r\nx\r0\r\n\r\n", "1\r\nxy\r\n0\r\n\r\n",
      "2\r\nx\r\n0\r\n\r\n", "1\r\nx0\r\n\r\n", "1;a\nx\r\n0\r\n\r\n", "1;a\rb\r\nx\r\n0\r\n\r\n",
      "1\r\nx\r\n0\n\n", "1\r\nx\r\n0\r\n\n",
      "1\r\nx\r\n0\r\n\rX", "1\r\nx\r\n\r\n0\r\n\r\n", "\r\n1\r\nx\r\n0\r\n\r\n",
    ].map { (text: String) in
      .refused(400, "chunks \(text.debugDescription)", "RFC 9112 §7.1", chunked(text))
    }
    + [
      "A\r\n", "A : b\r\n", " A: b\r\n", ": b\r\n", "A: b\r\n c\r\n", "A: b\n", "A: \0\r\n", "A: \u{1}\r\n",
      "A: b\rc\r\n", "A(: b\r\n", "é: b\r\n",
    ].map { (text: String) in
      .refused(400, "trailer \(text.debugDescription)", "RFC 9112 §7.1.2", chunked("0\r\n\(text)\r\n"))
    }
}
