import EventLoop
import Glibc
import HTTP
import HTTPServer
import TestSupport
import Testing

private let get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
private let ok = "HTTP/1.1 200 OK"

/// The end of the server in every state of a connection.
@Suite("The end of the server", .endsHangs)
struct GracefulTests {
  @Test("shutdown ends idle connections, lets a running request end, and refuses new ones")
  func gracefulShutdown() async throws {
    let (entered, enteredContinuation) = AsyncStream.makeStream(of: Void.self)
    let (release, releaseContinuation) = AsyncStream.makeStream(of: Void.self)
    let server = try await TestServer { request in
      enteredContinuation.yield()
      for await _ in release { break }
      return await TestServer.echo(request)
    }
    let idle = try server.connect()
    let busy = try server.connect()
    busy.send(get)
    for await _ in entered { break }
    let end = await server.beginShutdown()
    #expect(idle.readToEnd() == "")
    releaseContinuation.yield()
    let answer = busy.readToEnd()
    #expect(answer.hasPrefix(ok))
    #expect(answer.contains("connection: close\r\n"))
    await end.value
    #expect(!TestClient.isAccepted(port: server.port))
    server.group.shutdown()
  }

  @Test("shutdown answers a request that waits for the client to take the response before it")
  func shutdownOfPipeline() async throws {
    let (entered, continuation) = AsyncStream.makeStream(of: Void.self)
    let size = 16 << 20
    let server = try await TestServer { _ in
      continuation.yield()
      return Response(.ok, content: .bytes([UInt8](repeating: 0x61, count: size)))
    }
    let client = try server.connect()
    client.send(get + get + get)
    for await _ in entered { break }
    let end = await server.beginShutdown()
    #expect(client.read(until: "\r\n\r\n").hasPrefix(ok))
    #expect(client.read(count: size).count == size)
    // All that came with the first is answered, and the last says that it is the last.
    for isLast in [false, true] {
      let next = client.read(until: "\r\n\r\n")
      #expect(next.hasPrefix(ok))
      #expect(next.contains("connection: close\r\n") == isLast)
      #expect(client.read(count: size).count == size)
    }
    #expect(client.readToEnd() == "")
    await end.value
    server.group.shutdown()
  }

  @Test("shutdown is bounded: what still runs after the grace is closed")
  func boundedShutdown() async throws {
    let (entered, continuation) = AsyncStream.makeStream(of: Void.self)
    let server = try await TestServer(configuration: .with { $0.handlingDeadline = .seconds(3600) }) { _ in
      continuation.yield()
      try? await Task.sleep(for: .seconds(3600))
      return Response(.ok)
    }
    let client = try server.connect()
    client.send(get)
    for await _ in entered { break }
    await server.stop(grace: .milliseconds(20))
    #expect(client.readToEnd() == "")
  }

  @Test("when the end is announced everything is answered, with the word that the connection ends")
  func announcement() async throws {
    let server = try await TestServer()
    let kept = try server.connect()
    kept.send(get)
    #expect(!kept.readResponse().head.contains("connection:"))
    await server.server.announceShutdown()
    for client in [kept, try server.connect()] {
      client.send(get)
      let answer = client.readToEnd()
      #expect(answer.hasPrefix(ok) && answer.contains("connection: close\r\n"))
    }
    await server.stop()
  }

  /// No client is too slow.
  private static let patient = ServerConfiguration.with {
    $0.headDeadline = .seconds(3600)
    $0.bodyDeadline = .seconds(3600)
    $0.bodyGrace = .seconds(3600)
  }

  @Test("a request whose head is half there is answered")
  func midHead() async throws {
    let server = try await TestServer(configuration: Self.patient)
    let client = try server.connect()
    client.send("GET /a HTT")
    try await server.until("bookstore_http_connections", "state=\"head\"", is: 1)
    let end = await server.beginShutdown()
    client.send("P/1.1\r\nHost: x\r\n\r\n")
    let answer = client.readToEnd()
    #expect(answer.hasPrefix(ok) && answer.contains("connection: close\r\n"))
    await end.value
    server.group.shutdown()
  }

  @Test("a request whose content is half there is answered")
  func midBody() async throws {
    let server = try await TestServer(configuration: Self.patient)
    let client = try server.connect()
    client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n12")
    try await server.until("bookstore_http_connections", "state=\"handling\"", is: 1)
    let end = await server.beginShutdown()
    client.send("34")
    let answer = client.readToEnd()
    #expect(answer.hasPrefix(ok) && answer.hasSuffix("POST /a 1234"))
    #expect(answer.contains("connection: close\r\n"))
    await end.value
    server.group.shutdown()
  }

  @Test("a request that has arrived and was not read yet is answered")
  func unread() async throws {
    let server = try await TestServer()
    let clients = try (0..<50).map { _ in try server.connect() }
    for client in clients {
      client.send(get)
      #expect(client.readResponse().status == ok)
    }
    // While the loop is held nothing is read of what the clients send, and the end is what comes first.
    let (held, heldContinuation) = AsyncStream.makeStream(of: Void.self)
    let isHeld = Lock(true)
    server.group.loops[0].execute {
      heldContinuation.yield()
      while isHeld.withLock({ $0 }) { usleep(1000) }
    }
    for await _ in held { break }
    let end = Task { await server.server.shutdown(grace: .seconds(60)) }
    // The shutdown's first step is queued on the loop behind this.
    for _ in 0..<100 { await Task.yield() }
    for client in clients { client.send(get) }
    isHeld.withLock { $0 = false }
    for client in clients {
      #expect(client.readToEnd().hasPrefix(ok))
    }
    await end.value
    server.group.shutdown()
  }

  @Test("pipelined requests that have been read are all answered, and the last says that it is the last")
  func pipelined() async throws {
    let (entered, enteredContinuation) = AsyncStream.makeStream(of: Void.self)
    let (release, releaseContinuation) = AsyncStream.makeStream(of: Void.self)
    let server = try await TestServer { request in
      if request.head.target == "/0" {
        enteredContinuation.yield()
        for await _ in release { break }
      }
      return await TestServer.echo(request)
    }
    let client = try server.connect()
    client.send((0..<5).map { "GET /\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined())
    for await _ in entered { break }
    let end = await server.beginShutdown()
    releaseContinuation.yield()
    for number in 0..<5 {
      let answer = client.readResponse()
      #expect(answer.content == "GET /\(number) ")
      #expect(answer.head.contains("connection: close\r\n") == (number == 4))
    }
    #expect(client.readToEnd() == "")
    await end.value
    server.group.shutdown()
  }

  @Test("content that the handler left unread does not keep the server")
  func discarding() async throws {
    let server = try await TestServer(configuration: Self.patient) { _ in Response(.ok) }
    let client = try server.connect()
    client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n")
    #expect(client.readResponse().status == ok)
    try await server.until("bookstore_http_connections", "state=\"discarding\"", is: 1)
    let end = await server.beginShutdown()
    client.send("1234")
    #expect(client.readToEnd() == "")
    await end.value
    server.group.shutdown()
  }
}
