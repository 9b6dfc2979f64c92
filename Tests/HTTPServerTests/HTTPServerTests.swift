import EventLoop
import Glibc
import HTTP
import HTTPServer
import TestSupport
import Testing

private let get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
private let ok = "HTTP/1.1 200 OK"

@Suite("Server", .endsHangs)
struct HTTPServerTests {
  @Test("a connection carries one request after the other")
  func keepAlive() async throws {
    let server = try await TestServer()
    let client = try server.connect()
    for number in 0..<5 {
      client.send("POST /\(number) HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")
      let response = client.readResponse()
      #expect(response.status == ok)
      #expect(response.content == "POST /\(number) abc")
      #expect(response.head.contains("\r\ndate: "))
      #expect(!response.head.contains("connection:"))
    }
    await server.stop()
  }

  @Test("a request gives the same response whole and cut at every byte")
  func everyCut() async throws {
    let server = try await TestServer()
    let client = try server.connect()
    let text =
      "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    let bytes = Array(text.utf8)
    for cut in 1..<bytes.count {
      client.send(Array(bytes[..<cut]))
      client.send(Array(bytes[cut...]))
      #expect(client.readResponse().content == "POST /x abcde", "cut at \(cut)")
    }
    await server.stop()
  }

  @Test("pipelined requests are answered in order, also when a later one is ready first")
  func pipelining() async throws {
    let server = try await TestServer(loops: 2) { request in
      if request.head.target == "/0" { try? await Task.sleep(for: .milliseconds(20)) }
      return await TestServer.echo(request)
    }
    let client = try server.connect()
    client.send(
      (0..<100).map { "POST /\($0) HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab" }.joined())
    for number in 0..<100 { #expect(client.readResponse().content == "POST /\(number) ab") }
    await server.stop()
  }

  @Test("HEAD has the length that GET would have, and no content")
  func head() async throws {
    let server = try await TestServer()
    let client = try server.connect()
    client.send("HEAD /abc HTTP/1.1\r\nHost: x\r\n\r\n" + get)
    #expect(client.read(until: "\r\n\r\n").contains("content-length: 10\r\n"))
    #expect(client.readResponse().content == "GET /a ")
    await server.stop()
  }

  @Test("HTTP/1.0 is closed after the response unless it asks to be kept, and never gets chunks")
  func http10() async throws {
    let server = try await TestServer { request in
      request.head.target == "/stream"
        ? Response(.ok, content: .stream { try await $0.write(Array("piece".utf8)) })
        : await TestServer.echo(request)
    }
    var client = try server.connect()
    client.send("GET /a HTTP/1.0\r\n\r\n")
    #expect(client.readToEnd().hasSuffix("connection: close\r\n\r\nGET /a "))
    client = try server.connect()
    client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    #expect(client.readResponse().head.contains("connection: keep-alive\r\n"))
    client.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    let streamed = client.readToEnd()
    #expect(streamed.hasSuffix("connection: close\r\n\r\npiece"))
    #expect(!streamed.contains("chunked"))
    await server.stop()
  }

  @Test("100 Continue is sent when the handler asks for the content, not before")
  func expectContinue() async throws {
    let server = try await TestServer { request in
      request.head.target == "/refuse" ? Response(.unauthorized) : await TestServer.echo(request)
    }
    let head = "HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"
    var client = try server.connect()
    client.send("POST /a \(head)")
    #expect(client.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
    client.send("body")
    #expect(client.readResponse().content == "POST /a body")
    client.send("POST /b \(head)body")
    #expect(client.readResponse().content == "POST /b body", "content that is there needs no 100")
    client = try server.connect()
    client.send("POST /refuse \(head)")
    let refused = client.readToEnd()
    #expect(refused.hasPrefix("HTTP/1.1 401 "))
    #expect(refused.contains("connection: close\r\n"))
    await server.stop()
  }

  @Test("content that a handler did not read is discarded, or the connection closed when it is much")
  func unreadContent() async throws {
    let server = try await TestServer { _ in Response(.ok, content: .bytes(Array("ok".utf8))) }
    var client = try server.connect()
    client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello" + get)
    #expect(client.readResponse().content == "ok")
    #expect(client.readResponse().content == "ok")
    client = try server.connect()
    client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n" + get + get)
    let closed = client.readToEnd()
    #expect(closed.contains("connection: close\r\n"))
    #expect(closed.components(of: ok) == 1, "content is never read as a request")
    await server.stop()
  }

  @Test(
    "what is not HTTP is answered and closed, and no byte behind it is read as a request",
    arguments: [
      ("GET / HTTP/1.1\nHost: x\n\n", "400 Bad Request"), ("BREW / HTTP/1.1\r\nHost: x\r\n\r\n", "501 "),
      ("GET / HTTP/2.0\r\nHost: x\r\n\r\n", "505 "), ("GET /LONG", "414 "),
      ("GET / HTTP/1.1\r\nA: LONG", "431 "),
      ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "400 Bad Request"),
    ])
  func malformed(text: String, status: String) async throws {
    let server = try await TestServer()
    let client = try server.connect()
    client.send(text.replacing("LONG", with: String(repeating: "a", count: 20_000)) + get + get)
    let answer = client.readToEnd()
    #expect(answer.hasPrefix("HTTP/1.1 \(status)"), "\(answer.prefix(100))")
    #expect(answer.contains("connection: close\r\n"))
    #expect(answer.components(of: "content-length: ") == 1)
    await server.stop()
  }

  @Test("a stream is sent in chunks; one that fails ends without its last chunk")
  func streams() async throws {
    struct Failure: Error {}
    let server = try await TestServer { request in
      let fails = request.head.target == "/fail"
      return Response(
        .ok,
        content: .stream { writer in
          for number in 0..<3 { try await writer.write(Array("line \(number)\n".utf8)) }
          if fails { throw Failure() }
        })
    }
    let client = try server.connect()
    client.send(get)
    let whole = client.read(until: "0\r\n\r\n")
    #expect(whole.hasSuffix("7\r\nline 0\n\r\n7\r\nline 1\n\r\n7\r\nline 2\n\r\n0\r\n\r\n"))
    client.send("GET /fail HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(client.readToEnd().hasSuffix("line 2\n\r\n"))
    // To HTTP/1.0 the end of the connection is that of the content.
    for (path, isReset) in [("/whole", false), ("/fail", true)] {
      let old = try server.connect()
      old.send("GET \(path) HTTP/1.0\r\n\r\n")
      #expect(old.readToEndOrReset().isReset == isReset)
    }
    await server.stop()
    let records = server.handler.records.withLock { $0.map(\.isCutOff) }
    #expect(records == [false, true, false, true])
  }

  @Test("a stream waits for a client that does not read, and arrives whole")
  func backpressure() async throws {
    let written = Lock(0)
    let piece = [UInt8](repeating: 65, count: 100_000)
    let server = try await TestServer(configuration: .with { $0.maximumOutput = 300_000 }) { _ in
      Response(
        .ok,
        content: .stream { writer in
          for _ in 0..<300 {
            try await writer.write(piece)
            written.withLock { $0 += piece.count }
          }
        })
    }
    let client = try server.connect()
    client.send("GET / HTTP/1.0\r\n\r\n")
    _ = client.read(until: "\r\n\r\n")
    let half = client.read(count: 10_000_000)
    #expect(half.count == 10_000_000)
    // What is written and unread fits the output limit and the kernel's buffers, not the whole of 30 MB.
    #expect(written.withLock { $0 } < 25_000_000)
    #expect(client.readToEnd().utf8.count == 20_000_000)
    await server.stop()
  }

  @Test("a client that ends its side after the request gets its response")
  func halfClose() async throws {
    let server = try await TestServer { request in
      try? await Task.sleep(for: .milliseconds(10))
      return await TestServer.echo(request)
    }
    let client = try server.connect()
    client.send(get)
    client.endOutput()
    #expect(client.readToEnd().hasSuffix("GET /a "))
    await server.stop()
  }

  @Test("content that ends too early is told to the handler")
  func truncatedContent() async throws {
    let server = try await TestServer()
    let client = try server.connect()
    client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhello")
    client.endOutput()
    #expect(client.readToEnd().hasPrefix("HTTP/1.1 408 "))
    await server.stop()
  }

  @Test("a head that is too slow gets 408; an idle connection is closed without a word")
  func slowHead() async throws {
    let server = try await TestServer(
      configuration: .with {
        $0.headDeadline = .milliseconds(50)
        $0.idleDeadline = .milliseconds(50)
      })
    var client = try server.connect()
    client.send("GET / HTT")
    #expect(client.readToEnd().hasPrefix("HTTP/1.1 408 "))
    client = try server.connect()
    #expect(client.readToEnd() == "")
    await server.stop()
  }

  @Test("content that does not come is told to the handler at its deadline")
  func slowContent() async throws {
    let server = try await TestServer(configuration: .with { $0.bodyDeadline = .milliseconds(50) })
    let client = try server.connect()
    client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhel")
    #expect(client.readToEnd().hasPrefix("HTTP/1.1 408 "))
    await server.stop()
  }

  @Test("a handler that takes too long is cancelled and may still answer")
  func slowHandler() async throws {
    let server = try await TestServer(configuration: .with { $0.handlingDeadline = .milliseconds(50) }) { _ in
      do {
        try await Task.sleep(for: .seconds(60))
        return Response(.ok)
      } catch {
        return Response(.serviceUnavailable)
      }
    }
    let client = try server.connect()
    client.send(get)
    #expect(client.readResponse().status.hasPrefix("HTTP/1.1 503"))
    await server.stop()
  }

  @Test("no more connections are open than the limit; the next is served when one closes or gives way")
  func connectionLimit() async throws {
    let server = try await TestServer(configuration: .with { $0.maximumConnections = 2 })
    var first: TestClient? = try server.connect()
    let second = try server.connect()
    for client in [first, second] {
      client?.send(get)
      #expect(client?.readResponse().status == ok)
    }
    let third = try server.connect()
    third.send(get)
    first = nil
    #expect(third.readResponse().status == ok)
    await server.stop()
  }

  @Test("every exchange is recorded once, with its status and bytes")
  func records() async throws {
    let server = try await TestServer()
    let client = try server.connect()
    client.send(get + "HEAD /b HTTP/1.1\r\nHost: x\r\n\r\nBREW / HTTP/1.1\r\n\r\n")
    _ = client.readToEnd()
    await server.stop()
    let records = server.handler.records.withLock { $0 }
    #expect(records.map(\.status.code) == [200, 200, 501])
    #expect(records.prefix(2).map(\.bytes) == [7, 0])
    #expect(records.map { $0.head?.target } == ["/a", "/b", nil])
    #expect(records.allSatisfy { $0.peer == "127.0.0.1" && $0.duration > .zero })
  }

  @Test("a reset cancels the handler, and the exchange is recorded all the same")
  func reset() async throws {
    let (entered, enteredContinuation) = AsyncStream.makeStream(of: Void.self)
    let (ended, endedContinuation) = AsyncStream.makeStream(of: Bool.self)
    let server = try await TestServer { _ in
      enteredContinuation.yield()
      try? await Task.sleep(for: .seconds(600))
      endedContinuation.yield(Task.isCancelled)
      return Response(.ok, content: .bytes(Array("done".utf8)))
    }
    var client: TestClient? = try server.connect()
    client?.send(get)
    for await _ in entered { break }
    client?.resetOnClose()
    client = nil
    for await isCancelled in ended {
      #expect(isCancelled)
      break
    }
    await server.stop()
    let records = server.handler.records.withLock { $0 }
    #expect(records.map(\.status.code) == [200])
    #expect(records.map(\.bytes) == [0])
  }

  @Test("a port that is taken is a clear error")
  func portTaken() async throws {
    let server = try await TestServer(loops: 2)
    let group = try EventLoopGroup(count: 1)
    var configuration = ServerConfiguration()
    configuration.address = "192.0.2.1"
    configuration.port = server.port
    let other = HTTPServer(configuration: configuration, group: group, handler: server.handler)
    await #expect(throws: SystemError.self) { try await other.start() }
    await server.stop()
    group.shutdown()
  }

  @Test("a second server does not share the port of the first, and gets it when the first has ended")
  func portShared() async throws {
    let server = try await TestServer(loops: 2)
    let group = try EventLoopGroup(count: 2)
    var configuration = ServerConfiguration()
    configuration.port = server.port
    let refused = HTTPServer(configuration: configuration, group: group, handler: server.handler)
    let error = await #expect(throws: SystemError.self) { try await refused.start() }
    #expect(error?.number == EADDRINUSE)
    await server.stop()
    let second = HTTPServer(configuration: configuration, group: group, handler: server.handler)
    #expect(try await second.start() == server.port)
    await second.shutdown(grace: .zero)
    group.shutdown()
  }
}

extension String {
  /// How often a text stands in this one.
  fileprivate func components(of text: String) -> Int {
    var rest = self[...]
    var count = 0
    while let range = rest.firstRange(of: text) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
