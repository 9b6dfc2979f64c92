import HTTP
import Testing

/// Decodes a content in pieces of a size; the content and how many bytes were taken, or the error.
private func decode(_ text: String, pieces: Int = .max) -> Result<
  (content: String, taken: Int, done: Bool), BodyError
> {
  var decoder = ChunkedDecoder()
  var content: [UInt8] = []
  let bytes = Array(text.utf8)
  var taken = 0
  do throws(BodyError) {
    while taken < bytes.count, !decoder.isDone {
      let end = pieces == .max ? bytes.count : min(bytes.count, taken + pieces)
      taken += try decoder.decode(bytes[taken..<end], into: &content, limit: .max)
    }
    return .success((String(decoding: content, as: UTF8.self), taken, decoder.isDone))
  } catch {
    return .failure(error)
  }
}

@Suite("Chunked transfer coding")
struct ChunkedDecoderTests {
  @Test(
    "a content is decoded, however it is cut",
    arguments: [
      ("0\r\n\r\n", ""),
      ("5\r\nhello\r\n0\r\n\r\n", "hello"),
      ("5\r\nhello\r\n6\r\n world\r\n000\r\n\r\n", "hello world"),
      ("A\r\n0123456789\r\na;x\r\n0123456789\r\n0\r\n\r\n", "01234567890123456789"),
      ("5 ; a=b\r\nhello\r\n0;c=\"d\\\";\"\r\nTrailer: x\r\nOther:\r\n\r\n", "hello"),
      ("2\r\n\r\n\r\n0\r\n\r\n", "\r\n"),
    ])
  func decoded(text: String, content: String) throws {
    for pieces in [1, 2, 3, 7, .max] {
      let result = try decode(text + "NEXT", pieces: pieces).get()
      #expect(result.content == content)
      #expect(result.taken == text.utf8.count, "not a byte of the next message is taken")
      #expect(result.done)
    }
  }

  @Test("every truncation waits for more")
  func truncations() throws {
    let text = "5;a=\"b\"\r\nhello\r\n0\r\nT: x\r\n\r\n"
    for count in 0..<text.utf8.count {
      let result = try decode(String(decoding: text.utf8.prefix(count), as: UTF8.self)).get()
      #expect(!result.done)
      #expect(result.taken == count)
    }
  }

  @Test(
    "what is not chunked coding is refused, however it is cut",
    arguments: [
      "\r\n", "g\r\n", "-1\r\n", "+1\r\n", "0x5\r\n", " 5\r\n", "5 \r\nhello\r\n", "5\nhello", "5\rhello",
      "5\r\nhelloX", "5\r\nhello\n", "5\r\nhello\rX", "1000000000000000\r\n",
      "5;a\u{0}\r\n", "5;a=\"b\r\n", "0\r\n: x\r\n", "0\r\n X: y\r\n", "0\r\nX y\r\n", "0\r\nX: \u{1}\r\n",
      "0\r\nX: y\n", "0\r\n\rX", "5;\(String(repeating: "a", count: 300))\r\n",
      "0\r\nX: \(String(repeating: "a", count: 9000))\r\n\r\n",
    ])
  func refused(text: String) {
    for pieces in [1, .max] {
      guard case .failure(.malformed(let reason)) = decode(text, pieces: pieces) else {
        Issue.record("taken in pieces of \(pieces)")
        continue
      }
      #expect(!reason.isEmpty)
    }
  }

  @Test("no more content is appended than the limit; the rest stays in the input")
  func limit() throws {
    var decoder = ChunkedDecoder()
    var content: [UInt8] = []
    let bytes = Array("8\r\n12345678\r\n0\r\n\r\n".utf8)
    let taken = try decoder.decode(bytes[...], into: &content, limit: 3)
    #expect(content == Array("123".utf8))
    #expect(taken == 6)
    content = []
    _ = try decoder.decode(bytes[taken...], into: &content, limit: 100)
    #expect(content == Array("45678".utf8))
    #expect(decoder.isDone)
  }
}
