import Compression
import EventLoop
import HTTP
import HTTPServer
import TestSupport
import Testing

@Suite("Content coding", .endsHangs)
struct CodingTests {
  private static let large = Array(String(repeating: "{\"title\":\"The Hunger Games\"},", count: 200).utf8)
  private static let small = Array("{\"status\":\"ok\"}".utf8)

  /// What a handler answers, by path.
  private static let handler: @Sendable (Request) async -> Response = { request in
    switch String(decoding: request.head.rawPath, as: UTF8.self) {
    case "/large":
      Response(
        .ok, fields: ["content-type": "application/json", "etag": "\"3\"", "vary": "Accept"],
        content: .bytes(large))
    case "/weak":
      Response(
        .ok, fields: ["content-type": "text/csv; charset=utf-8", "etag": "W/\"3\""], content: .bytes(large))
    case "/small":
      Response(.ok, fields: ["content-type": "application/json", "etag": "\"3\""], content: .bytes(small))
    case "/image": Response(.ok, fields: ["content-type": "image/png"], content: .bytes(large))
    case "/untyped": Response(.ok, content: .bytes(large))
    case "/coded":
      Response(.ok, fields: ["content-type": "text/plain", "content-encoding": "br"], content: .bytes(large))
    case "/events": Response(.ok, fields: ["content-type": "text/event-stream"], content: .bytes(large))
    case "/unchanged": Response(.notModified, fields: ["content-type": "application/json", "etag": "\"3\""])
    case "/nothing": Response(.noContent, fields: ["content-type": "application/json"])
    case "/problem":
      Response(.notFound, fields: ["content-type": "application/problem+json"], content: .bytes(large))
    case "/stream":
      Response(
        .ok, fields: ["content-type": "text/csv", "etag": "\"3\""],
        content: .stream { writer in for _ in 0..<50 { try await writer.write(large) } })
    default: Response(.notFound)
    }
  }

  private struct Answer {
    let head: String
    let content: [UInt8]

    func value(_ name: String) -> String? {
      head.split(separator: "\r\n").first { $0.hasPrefix("\(name): ") }.map {
        String($0.dropFirst(name.utf8.count + 2))
      }
    }

    var decoded: [UInt8]? { Gzip.decompress(content, limit: 1 << 20) }
  }

  private func ask(
    _ server: TestServer, _ path: String, _ accept: String?, method: String = "GET", version: String = "1.1"
  ) throws -> Answer {
    let client = try server.connect()
    let field = accept.map { "Accept-Encoding: \($0)\r\n" } ?? ""
    client.send("\(method) \(path) HTTP/\(version)\r\nHost: x\r\n\(field)Connection: close\r\n\r\n")
    let head = client.read(until: "\r\n\r\n")
    var content = client.read(count: 10_000_000)
    if head.contains("transfer-encoding: chunked\r\n"), method != "HEAD" {
      var decoder = ChunkedDecoder()
      var decoded: [UInt8] = []
      #expect(try decoder.decode(content[...], into: &decoded, limit: .max) == content.count)
      #expect(decoder.isDone)
      content = decoded
    }
    return Answer(head: head, content: content)
  }

  @Test("a large text is sent with gzip to who takes it, under a tag of its own")
  func large() async throws {
    let server = try await TestServer(Self.handler)
    let coded = try ask(server, "/large", "br, gzip")
    #expect(coded.value("content-encoding") == "gzip")
    #expect(coded.value("etag") == "\"3-gzip\"")
    #expect(coded.value("vary") == "Accept, Accept-Encoding")
    #expect(coded.value("content-length") == "\(coded.content.count)")
    #expect(coded.content.count < Self.large.count / 10)
    #expect(coded.decoded == Self.large)
    for accept in [nil, "br", "gzip;q=0", "identity, gzip;q=0.9", "identity;q=0", "*;q=0"] {
      let plain = try ask(server, "/large", accept)
      #expect(plain.value("content-encoding") == nil)
      #expect(plain.value("etag") == "\"3\"")
      // What is sent depends on the field all the same.
      #expect(plain.value("vary") == "Accept, Accept-Encoding")
      #expect(plain.content == Self.large)
    }
    let weak = try ask(server, "/weak", "gzip")
    #expect(weak.value("etag") == "W/\"3\"")
    #expect(weak.decoded == Self.large)
    #expect(try ask(server, "/problem", "gzip").decoded == Self.large)
    await server.stop()
  }

  @Test("a content that is said to be always the same is coded once for each tag, any other one each time")
  func constants() async throws {
    let count = Lock(0)
    let server = try await TestServer { request in
      let number = count.withLock { count in
        count += 1
        return count
      }
      let content = Array(String(repeating: "\(number)", count: 5000).utf8)
      var response = Response(
        .ok, fields: ["content-type": "application/json", "etag": "\"\(request.head.target)\""],
        content: .bytes(content))
      response.isConstant = request.head.target != "/new"
      return response
    }
    let firsts = try ["/a", "/a", "/b", "/a", "/new", "/new"].map { path in
      String(decoding: try #require(try ask(server, path, "gzip").decoded).prefix(1), as: UTF8.self)
    }
    #expect(firsts == ["1", "1", "3", "1", "5", "6"])
    let plain = try ask(server, "/a", nil)
    #expect(plain.value("content-encoding") == nil)
    #expect(plain.content.first == UInt8(ascii: "7"))
    await server.stop()
  }

  @Test("what is small, no text or coded already is sent as it is")
  func uncoded() async throws {
    let server = try await TestServer(Self.handler)
    for path in ["/small", "/image", "/untyped", "/events", "/nothing", "/unchanged"] {
      let answer = try ask(server, path, "gzip")
      #expect(answer.value("content-encoding") == nil, "\(path)")
      #expect(answer.value("vary") == nil, "\(path)")
    }
    #expect(try ask(server, "/coded", "gzip").value("content-encoding") == "br")
    #expect(try ask(server, "/unchanged", "gzip").value("etag") == "\"3\"")
    await server.stop()
  }

  @Test("even what is small is coded for who takes nothing else")
  func forced() async throws {
    let server = try await TestServer(Self.handler)
    let answer = try ask(server, "/small", "gzip, identity;q=0")
    #expect(answer.value("content-encoding") == "gzip")
    #expect(answer.value("vary") == "Accept-Encoding")
    #expect(answer.decoded == Self.small)
    #expect(try ask(server, "/nothing", "gzip, identity;q=0").value("content-encoding") == nil)
    await server.stop()
  }

  @Test(
    "HEAD has the fields of GET and no content",
    arguments: ["/large", "/small", "/stream", "/image", "/nothing", "/unchanged"], [nil, "gzip"])
  func heads(path: String, accept: String?) async throws {
    let server = try await TestServer(Self.handler)
    let get = try ask(server, path, accept)
    let head = try ask(server, path, accept, method: "HEAD")
    let fields = { (answer: Answer) in
      answer.head.split(separator: "\r\n").filter { !$0.hasPrefix("date: ") }
    }
    #expect(fields(head) == fields(get))
    #expect(head.content == [])
    await server.stop()
  }

  @Test("a stream is coded as it is written, also to HTTP/1.0", arguments: ["1.1", "1.0"])
  func streams(version: String) async throws {
    let server = try await TestServer(Self.handler)
    let content = Array(repeatElement(Self.large, count: 50).joined())
    let coded = try ask(server, "/stream", "gzip", version: version)
    #expect(coded.value("content-encoding") == "gzip")
    #expect(coded.value("etag") == "\"3-gzip\"")
    #expect(coded.content.count < content.count / 10)
    #expect(coded.decoded == content)
    let plain = try ask(server, "/stream", nil, version: version)
    #expect(plain.value("vary") == "Accept-Encoding")
    #expect(plain.content == content)
    await server.stop()
  }

  @Test("streams that are written at the same time do not mix")
  func mixed() async throws {
    let server = try await TestServer { request in
      let letter = request.head.rawPath.last ?? 0
      return Response(
        .ok, fields: ["content-type": "text/csv"],
        content: .stream { writer in
          for _ in 0..<40 {
            try await writer.write([UInt8](repeating: letter, count: 50_000))
            await Task.yield()
          }
        })
    }
    let clients = try "abcdef".map { letter in
      let client = try server.connect()
      client.send("GET /\(letter) HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n")
      return (letter, client)
    }
    for (letter, client) in clients {
      _ = client.read(until: "\r\n\r\n")
      let content = Gzip.decompress(client.read(count: 10_000_000), limit: 1 << 22)
      #expect(content == [UInt8](repeating: letter.asciiValue ?? 0, count: 2_000_000))
    }
    await server.stop()
  }

  @Test("nothing is coded where it is off")
  func off() async throws {
    let server = try await TestServer(configuration: .with { $0.gzipMinimum = nil }, Self.handler)
    for path in ["/large", "/stream"] {
      let answer = try ask(server, path, "gzip")
      #expect(answer.value("content-encoding") == nil)
      #expect(answer.value("vary") == (path == "/large" ? "Accept" : nil))
    }
    await server.stop()
  }

  @Test("a range is ignored: the whole is sent (RFC 9110 §14.2)")
  func ranges() async throws {
    let server = try await TestServer(Self.handler)
    let client = try server.connect()
    client.send("GET /small HTTP/1.1\r\nHost: x\r\nRange: bytes=0-3\r\nIf-Range: \"3\"\r\n\r\n")
    let answer = client.readResponse()
    #expect(answer.status == "HTTP/1.1 200 OK")
    #expect(!answer.head.contains("content-range"))
    #expect(Array(answer.content.utf8) == Self.small)
    await server.stop()
  }
}
