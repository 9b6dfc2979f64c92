import HTTP
import Testing

@Suite("Responses")
struct ResponseEncoderTests {
  private func head(
    _ response: Response, framing: ResponseEncoder.Framing,
    persistence: ResponseEncoder.Persistence = .implied
  ) -> String {
    var output: [UInt8] = []
    ResponseEncoder.appendHead(
      of: response, date: Array("date: now\r\n".utf8), framing: framing, persistence: persistence, to: &output
    )
    return String(decoding: output, as: UTF8.self)
  }

  @Test("a head has status line, date, fields, framing and connection, in this order")
  func order() {
    #expect(
      head(Response(.created, fields: ["etag": "\"1\""]), framing: .length(1203), persistence: .close)
        == "HTTP/1.1 201 Created\r\ndate: now\r\netag: \"1\"\r\ncontent-length: 1203\r\nconnection: close\r\n\r\n"
    )
    #expect(
      head(Response(.ok), framing: .chunked, persistence: .keepAlive)
        == "HTTP/1.1 200 OK\r\ndate: now\r\ntransfer-encoding: chunked\r\nconnection: keep-alive\r\n\r\n")
    #expect(
      head(Response(.notModified), framing: .none) == "HTTP/1.1 304 Not Modified\r\ndate: now\r\n\r\n")
  }

  @Test("a value cannot start another field line (RFC 9110 §5.5)")
  func injection() {
    let fields: Fields = ["location": "/a\r\nset-cookie: b\0"]
    #expect(fields["location"] == "/a  set-cookie: b ")
  }

  @Test("whatever a value is made of, a head has the lines that it was given, and no control character")
  func noInjection() {
    var random = Random(state: 0x5EED)
    let pieces = [
      "\r\n", "\r", "\n", "\0", "\u{7F}", "\u{B}", "\u{85}", "\u{2028}", ": ", "\t", "é", "set-cookie",
    ]
    for _ in 0..<2000 {
      let value = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        Bool.random(using: &random)
          ? pieces.randomElement(using: &random) ?? ""
          : String(UnicodeScalar(UInt8.random(in: 0...127, using: &random)))
      }.joined()
      var fields = Fields()
      fields.append("location", value)
      fields.append("x-request-id", value)
      var output: [UInt8] = []
      ResponseEncoder.appendHead(
        of: Response(.ok, fields: fields), date: [], framing: .length(0), persistence: .implied, to: &output)
      let lines = output.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      // Status, two fields, the length, the empty line, and nothing behind it.
      #expect(lines.count == 6, "\(value.debugDescription)")
      for line in lines.dropLast() {
        #expect(line.last == UInt8(ascii: "\r"))
        #expect(line.dropLast().allSatisfy { $0 >= 32 && $0 != 127 || $0 == 9 })
      }
    }
  }

  @Test("chunks carry their size in hexadecimal, and an empty one is not written")
  func chunks() {
    var output: [UInt8] = []
    ResponseEncoder.appendChunk(Array(repeating: 65, count: 26), to: &output)
    ResponseEncoder.appendChunk([], to: &output)
    output += ResponseEncoder.lastChunk
    #expect(
      String(decoding: output, as: UTF8.self) == "1a\r\n\(String(repeating: "A", count: 26))\r\n0\r\n\r\n")
  }

  @Test("what is encoded in chunks decodes to itself")
  func roundTrip() throws {
    let content = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    var encoded: [UInt8] = []
    for start in stride(from: 0, to: 1000, by: 33) {
      ResponseEncoder.appendChunk(Array(content[start..<min(1000, start + 33)]), to: &encoded)
    }
    encoded += ResponseEncoder.lastChunk
    var decoder = ChunkedDecoder()
    var decoded: [UInt8] = []
    #expect(try decoder.decode(encoded[...], into: &decoded, limit: .max) == encoded.count)
    #expect(decoded == content)
  }

  @Test(
    "dates are those of RFC 9110 §5.6.7",
    arguments: [
      (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
      (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
      (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"), (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
      (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
    ] as [(Int64, String)])
  func dates(seconds: Int64, text: String) {
    #expect(HTTPDate.text(secondsSince1970: seconds) == text)
  }
}

/// The same numbers every time (SplitMix64).
private struct Random: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
