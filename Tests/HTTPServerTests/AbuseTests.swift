import EventLoop
import HTTP
import HTTPServer
import Metrics
import TestSupport
import Testing

private let get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
private let ok = "HTTP/1.1 200 OK"

/// Clients that mean no good, and more of them than there is room for. No test depends on time: limits are tiny,
/// and what is waited for comes however long it takes.
@Suite("Limits of the server", .endsHangs)
struct AbuseTests {
  @Test("content that trickles is cut off long before the time for the whole is over")
  func slowBody() async throws {
    let server = try await TestServer(
      configuration: .with {
        $0.bodyDeadline = .seconds(3600)
        $0.handlingDeadline = .seconds(3600)
        $0.bodyGrace = .milliseconds(50)
        $0.minimumRate = 1 << 20
      })
    let client = try server.connect()
    client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nh")
    #expect(client.readToEnd().hasPrefix("HTTP/1.1 408 "))
    #expect(try await server.figure("bookstore_http_connections_ended_total", "limit=\"body\"") == 1)
    await server.stop()
  }

  @Test("a client that takes nothing of a response is given up, and the handler told")
  func slowReader() async throws {
    let (ended, continuation) = AsyncStream.makeStream(of: Bool.self)
    let server = try await TestServer(
      configuration: .with {
        $0.writeDeadline = .milliseconds(50)
        $0.handlingDeadline = .seconds(3600)
      }
    ) { _ in
      Response(
        .ok,
        content: .stream { writer in
          do {
            while true { try await writer.write([UInt8](repeating: 65, count: 1 << 20)) }
          } catch {
            continuation.yield(error is ConnectionClosed)
            throw error
          }
        })
    }
    let client = try server.connect()
    client.send(get)
    for await isClosed in ended {
      #expect(isClosed)
      break
    }
    #expect(try await server.figure("bookstore_http_connections_ended_total", "limit=\"output\"") == 1)
    await server.stop()
  }

  @Test(
    "an address has only so many connections; the next is told so, until one of them is closed"
  )
  func perAddress() async throws {
    let server = try await TestServer(
      loops: 2, configuration: .with { $0.maximumConnectionsPerAddress = 3 })
    var clients: [TestClient] = []
    for _ in 0..<3 {
      clients.append(try server.connect())
      clients.last?.send(get)
      #expect(clients.last?.readResponse().status == ok)
    }
    let refused = try server.connect()
    #expect(refused.readToEnd().hasPrefix("HTTP/1.1 503 "))
    #expect(try await server.figure("bookstore_http_connections_ended_total", "limit=\"address\"") == 1)
    clients.removeLast()
    // The server sees the end when it comes to it.
    try await server.until("bookstore_http_connections", is: 2)
    let next = try server.connect()
    next.send(get)
    #expect(next.readResponse().status == ok)
    await server.stop()
  }

  @Test("when all places are taken, the connection that was idle for longest gives way, and no busy one")
  func makingRoom() async throws {
    let (entered, enteredContinuation) = AsyncStream.makeStream(of: Void.self)
    let (release, releaseContinuation) = AsyncStream.makeStream(of: Void.self)
    let server = try await TestServer(configuration: .with { $0.maximumConnections = 3 }) { request in
      if request.head.target == "/busy" {
        enteredContinuation.yield()
        for await _ in release { break }
      }
      return await TestServer.echo(request)
    }
    let busy = try server.connect()
    busy.send("GET /busy HTTP/1.1\r\nHost: x\r\n\r\n")
    for await _ in entered { break }
    let idle = [try server.connect(), try server.connect()]
    for client in idle {
      client.send(get)
      #expect(client.readResponse().status == ok)
    }
    let third = try server.connect()
    third.send(get)
    #expect(third.readResponse().status == ok)
    #expect(idle[0].readToEnd() == "", "the older one")
    idle[1].send(get)
    #expect(idle[1].readResponse().status == ok)
    releaseContinuation.yield()
    #expect(busy.readResponse().status == ok)
    await server.stop()
  }

  @Test("contents of many requests are bounded together, and the bound is free again when they are answered")
  func contentInMemory() async throws {
    let (entered, enteredContinuation) = AsyncStream.makeStream(of: Void.self)
    let (release, releaseContinuation) = AsyncStream.makeStream(of: Void.self)
    let server = try await TestServer(configuration: .with { $0.maximumContentInMemory = 10 }) { request in
      let response = await TestServer.echo(request)
      if request.head.target == "/busy" {
        enteredContinuation.yield()
        for await _ in release { break }
      }
      return response
    }
    let head = "HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n12345678"
    let busy = try server.connect()
    busy.send("POST /busy \(head)")
    for await _ in entered { break }
    let other = try server.connect()
    other.send("POST /a \(head)")
    #expect(other.readResponse().status.hasPrefix("HTTP/1.1 503"))
    releaseContinuation.yield()
    #expect(busy.readResponse().content == "POST /busy 12345678")
    other.send("POST /a \(head)")
    #expect(other.readResponse().content == "POST /a 12345678")
    await server.stop()
  }

  @Test("no more is read of a client that sends one request after the other without taking the answers")
  func boundedPipelining() async throws {
    let started = Lock(0)
    let answer = [UInt8](repeating: 65, count: 64 << 10)
    let server = try await TestServer { _ in
      started.withLock { $0 += 1 }
      return Response(.ok, content: .bytes(answer))
    }
    let client = try server.connect()
    client.sendWithoutWaiting(Array(String(repeating: get, count: 100_000).utf8))
    // Everything stands still once the output is full; a standstill cannot be waited for, but a client that comes
    // later and is answered shows that the loop is not busy with the first.
    let other = try server.connect()
    for _ in 0..<100 {
      other.send(get)
      #expect(other.readResponse().status == ok)
    }
    // The kernel's buffers and the limit of the output, in answers.
    #expect(started.withLock { $0 } < 1000)
    await server.stop()
  }
}

extension TestServer {
  /// A figure of the server's metrics, summed over the series with these labels.
  func figure(_ name: String, _ labels: String...) async throws -> Double {
    try await page().sum(name, labels)
  }

  /// Waits until a figure has a value.
  func until(_ name: String, _ labels: String..., is value: Double) async throws {
    while try await page().sum(name, labels) != value { try await Task.sleep(for: .milliseconds(1)) }
  }

  private func page() async throws -> MetricsPage {
    var text = MetricsText()
    await server.writeMetrics(to: &text)
    return try MetricsPage(String(decoding: text.bytes, as: UTF8.self))
  }
}
