import EventLoop
import HTTP
import Metrics
import TestSupport
import Testing

@testable import HTTPServer

private let get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
private let ok = "HTTP/1.1 200 OK"

/// Why connections end, and that nothing of them is kept: each limit has a figure of its own, and whatever was taken
/// is given back however a connection ends.
@Suite("Connections that end", .endsHangs)
struct EndedConnectionsTests {
  /// The one limit that was reached, by the server's figures.
  private func expectOnly(_ limit: ConnectionEnd, _ server: TestServer) async throws {
    for end in ConnectionEnd.allCases {
      let count = try await server.figure(
        "bookstore_http_connections_ended_total", "limit=\"\(end.rawValue)\"")
      #expect(count == (end == limit ? 1 : 0), "\(end)")
    }
  }

  @Test("a head that is not finished in time is refused, and counted as such")
  func slowHead() async throws {
    let server = try await TestServer(
      configuration: .with {
        $0.headDeadline = .milliseconds(50)
        $0.idleDeadline = .seconds(3600)
        $0.lingerDeadline = .seconds(3600)
      })
    var client: TestClient? = try server.connect()
    client?.send("GET /a HTTP/1.1\r\nHos")
    #expect(client?.readToEnd().hasPrefix("HTTP/1.1 408 ") == true)
    try await expectOnly(.head, server)
    client = nil
    await server.stop()
  }

  @Test("a connection without a request is closed without a word, and counted as such")
  func idle() async throws {
    let server = try await TestServer(configuration: .with { $0.idleDeadline = .milliseconds(50) })
    let client = try server.connect()
    #expect(client.readToEnd() == "")
    try await expectOnly(.idle, server)
    await server.stop()
  }

  @Test("a handler that does not end when it is told to loses its connection, and is counted as such")
  func stubbornHandler() async throws {
    let (release, releaseContinuation) = AsyncStream.makeStream(of: Void.self)
    let server = try await TestServer(configuration: .with { $0.handlingDeadline = .milliseconds(50) }) {
      request in
      // Not cancelled with this task.
      await Task.detached { for await _ in release { break } }.value
      return await TestServer.echo(request)
    }
    let client = try server.connect()
    client.send(get)
    #expect(client.readToEnd() == "")
    try await expectOnly(.handling, server)
    #expect(try await server.figure("bookstore_http_requests_in_flight") == 1, "it is still at work")
    releaseContinuation.yield()
    try await server.until("bookstore_http_requests_in_flight", is: 0)
    await server.stop()
  }

  @Test("a client that ends its connection itself is at no limit")
  func ownEnd() async throws {
    let server = try await TestServer()
    var client: TestClient? = try server.connect()
    client?.send(get)
    #expect(client?.readResponse().status == ok)
    client = nil
    try await server.until("bookstore_http_connections", is: 0)
    for end in ConnectionEnd.allCases {
      #expect(
        try await server.figure("bookstore_http_connections_ended_total", "limit=\"\(end.rawValue)\"") == 0)
    }
    #expect(try await server.figure("bookstore_http_connections_accepted_total") == 1)
    await server.stop()
  }

  @Test(
    "a client that goes away in the middle of its content gives everything back", arguments: [true, false])
  func contentGivenBack(byReset: Bool) async throws {
    let server = try await TestServer(
      configuration: .with {
        $0.maximumContentInMemory = 10
        $0.maximumConnectionsPerAddress = 2
      })
    for _ in 0..<3 {
      var client: TestClient? = try server.connect()
      client?.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n12345678")
      try await server.until("bookstore_http_content_bytes", is: 8)
      if byReset { client?.resetOnClose() }
      client = nil
      try await server.until("bookstore_http_connections", is: 0)
      try await server.until("bookstore_http_content_bytes", is: 0)
      #expect(try await server.figure("bookstore_http_requests_in_flight") == 0)
    }
    let next = try server.connect()
    next.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n123456789")
    #expect(next.readResponse().content == "POST /a 123456789")
    await server.stop()
  }

  @Test("many that are refused and many that reset leave no place of their address taken")
  func addressGivenBack() async throws {
    let server = try await TestServer(loops: 2, configuration: .with { $0.maximumConnectionsPerAddress = 2 })
    for _ in 0..<20 {
      var kept: [TestClient] = []
      for _ in 0..<2 {
        let client = try server.connect()
        client.send(get)
        #expect(client.readResponse().status == ok)
        kept.append(client)
      }
      #expect(try server.connect().readToEnd().hasPrefix("HTTP/1.1 503 "))
      for client in kept { client.resetOnClose() }
      kept = []
      try await server.until("bookstore_http_connections", is: 0)
    }
    #expect(try await server.figure("bookstore_http_connections_ended_total", "limit=\"address\"") == 20)
    #expect(try await server.figure("bookstore_http_connections_accepted_total") == 60)
    await server.stop()
  }
}

@Suite("The table of addresses")
struct AddressTableTests {
  @Test("an address has as many as it may, whatever the others have")
  func limit() {
    let table = AddressTable()
    #expect((1...4).map { _ in table.enter(1, limit: 3) } == [true, true, true, false])
    #expect(table.enter(2, limit: 3))
    table.leave(1)
    #expect(table.enter(1, limit: 3))
    #expect(!table.enter(1, limit: 3))
  }

  @Test("who was refused takes no place, and leaving without having entered gives none")
  func unbalanced() {
    let table = AddressTable()
    table.leave(1)
    #expect(table.enter(1, limit: 1))
    for _ in 0..<5 { #expect(!table.enter(1, limit: 1)) }
    table.leave(1)
    #expect(table.enter(1, limit: 1))
  }

  @Test("however many loops enter and leave at once, never more are in than may be, and in the end nobody is")
  func races() async {
    let table = AddressTable()
    let inside = Lock((now: 0, most: 0))
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<2000 where table.enter(7, limit: 3) {
            inside.withLock { count in
              count.now += 1
              count.most = max(count.most, count.now)
            }
            await Task.yield()
            inside.withLock { $0.now -= 1 }
            table.leave(7)
          }
        }
      }
    }
    #expect(inside.withLock { $0.most } <= 3)
    #expect((1...4).map { _ in table.enter(7, limit: 3) } == [true, true, true, false])
  }

  @Test("figures of several loops add up, and a figure that only one has is kept")
  func figures() {
    var left = ServerFigures()
    left.accepted = 2
    left.ended = [.idle: 1, .head: 2]
    left.states = ["idle": 3]
    left.content = 5
    var right = ServerFigures()
    right.accepted = 3
    right.ended = [.head: 4, .body: 1]
    right.states = ["idle": 1, "head": 2]
    right.handling = [.read: 7]
    right.acceptFailures = 1
    right.excess = 6
    right.waiting = [.list: 8]
    let sum = left + right
    #expect(sum.accepted == 5 && sum.content == 5 && sum.handling == [.read: 7])
    #expect(sum.acceptFailures == 1 && sum.excess == 6 && sum.waiting == [.list: 8])
    #expect(sum.ended == [.idle: 1, .head: 6, .body: 1])
    #expect(sum.states == ["idle": 4, "head": 2])
  }
}
