import EventLoop
import Glibc
import HTTP
import TestSupport
import Testing

@testable import HTTPServer

/// Requests that come while too many are worked on.
@Suite("The waiting room", .endsHangs)
struct WaitingRoomTests {
  /// Somebody who may go without a word.
  private final class Guest {
    let name: Int
    var isHere = true

    init(_ name: Int) { self.name = name }
  }

  private func time(_ milliseconds: Int64) -> MonotonicTime {
    MonotonicTime(nanoseconds: milliseconds * 1_000_000)
  }

  private func room(_ guests: Range<Int>, patience: Duration = .seconds(1)) -> (WaitingRoom<Guest>, [Guest]) {
    var room = WaitingRoom<Guest>(patience: patience, isHere: \.isHere)
    let guests = guests.map { Guest($0) }
    for guest in guests { room.enter(guest, at: time(Int64(guest.name))) }
    return (room, guests)
  }

  @Test("everybody has a turn in order while patience lasts")
  func order() {
    var (room, guests) = room(0..<5)
    #expect(room.count == 5 && room.nextDeadline == time(1000))
    guests[1].isHere = false
    room.left()
    #expect(room.count == 4)
    let names = (0..<5).map { _ in room.next(at: time(10))?.name }
    #expect(names == [0, 2, 3, 4, nil])
    #expect(room.isEmpty && room.count == 0 && room.nextDeadline == nil)
  }

  @Test("who has lost patience is refused, a few at a time, or served when nobody else waits")
  func late() {
    var (room, guests) = room(0..<10)
    #expect(room.refused(at: time(999), atMost: 2).isEmpty)
    #expect(room.refused(at: time(1005), atMost: 2).map(\.name) == [0, 1])
    #expect(room.nextDeadline == time(1002), "the next to be refused is due already")
    guests[2].isHere = false
    room.left()
    #expect(room.next(at: time(1005))?.name == 6, "those who have not waited too long come first")
    #expect(room.refused(at: time(1005), atMost: 2).map(\.name) == [3, 4])
    let rest = (0..<5).map { _ in room.next(at: time(1008))?.name }
    #expect(rest == [9, 5, 7, 8, nil])
    #expect(room.count == 0)
  }

  @Test("those who have gone do not fill it", arguments: [0, 5000])
  func gone(now: Int64) {
    var (room, _) = room(0..<1)
    for number in 1..<10_000 {
      let guest = Guest(number)
      room.enter(guest, at: time(0))
      if number == 5000 { _ = room.refused(at: time(now), atMost: 1) }
      guest.isHere = false
      room.left()
    }
    #expect(room.held < 200, "kept in memory")
    #expect(room.count <= 1)
  }

  // MARK: In the server

  private let get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
  private let ok = "HTTP/1.1 200 OK"

  /// A server that works on one request at a time; `/busy` lasts until the stream says so.
  private func server(
    patience: Duration, _ release: AsyncStream<Void>
  ) async throws -> TestServer {
    try await TestServer(
      configuration: .with {
        $0.maximumHandling = 1
        $0.patience = patience
      }
    ) { request in
      if request.isExcess { return Response(.serviceUnavailable) }
      if request.head.target == "/busy" { for await _ in release { break } }
      return await TestServer.echo(request)
    }
  }

  private func busy(_ server: TestServer) async throws -> TestClient {
    let busy = try server.connect()
    busy.send("GET /busy HTTP/1.1\r\nHost: x\r\n\r\n")
    try await server.until("bookstore_http_requests_in_flight", is: 1)
    return busy
  }

  @Test("requests wait until others are done, in the order in which they came, and are answered then")
  func waiting() async throws {
    let (release, continuation) = AsyncStream.makeStream(of: Void.self)
    let server = try await server(patience: .seconds(3600), release)
    let first = try await busy(server)
    var others: [TestClient] = []
    for number in 1...3 {
      others.append(try server.connect())
      others.last?.send(number == 2 ? "GET /busy HTTP/1.1\r\nHost: x\r\n\r\n" : get)
      try await server.until("bookstore_http_requests_waiting", is: Double(number))
    }
    #expect(try await server.figure("bookstore_http_requests_in_flight") == 1)
    continuation.yield()
    #expect(first.readResponse().status == ok)
    #expect(others[0].readResponse().status == ok)
    try await server.until("bookstore_http_requests_waiting", is: 1)
    #expect(try await server.figure("bookstore_http_requests_in_flight") == 1, "the second, which lasts")
    continuation.yield()
    #expect(others[1].readResponse().status == ok)
    #expect(others[2].readResponse().status == ok)
    #expect(try await server.figure("bookstore_http_excess_requests_total") == 3)
    #expect(try await server.figure("bookstore_http_requests_waiting") == 0)
    await server.stop()
  }

  @Test("who waits too long is refused; who goes away is forgotten; the work goes on")
  func refusal() async throws {
    let (release, continuation) = AsyncStream.makeStream(of: Void.self)
    let server = try await server(patience: .milliseconds(1), release)
    let first = try await busy(server)
    for _ in 0..<30 {
      let other = try server.connect()
      other.send(get)
      #expect(other.readResponse().status.hasPrefix("HTTP/1.1 503"))
    }
    #expect(try await server.figure("bookstore_http_requests_in_flight") == 1)
    continuation.yield()
    #expect(first.readResponse().status == ok)
    first.send(get)
    #expect(first.readResponse().status == ok)
    await server.stop()
  }

  @Test("a client that resets its connection while it waits leaves nothing behind")
  func reset() async throws {
    let (release, continuation) = AsyncStream.makeStream(of: Void.self)
    let server = try await server(patience: .seconds(3600), release)
    let first = try await busy(server)
    for _ in 0..<3 {
      let other = try server.connect()
      other.send(get)
      try await server.until("bookstore_http_requests_waiting", is: 1)
      other.resetOnClose()
    }
    try await server.until("bookstore_http_requests_waiting", is: 0)
    continuation.yield()
    #expect(first.readResponse().status == ok)
    first.send(get)
    #expect(first.readResponse().status == ok)
    await server.stop()
    let answered = server.handler.records.withLock { $0.count }
    #expect(answered == 2, "nobody worked on what nobody waited for")
  }

  @Test("a request that waits when the end begins is answered")
  func shutdown() async throws {
    let (release, continuation) = AsyncStream.makeStream(of: Void.self)
    let server = try await server(patience: .seconds(3600), release)
    let first = try await busy(server)
    let other = try server.connect()
    other.send(get)
    try await server.until("bookstore_http_requests_waiting", is: 1)
    let end = await server.beginShutdown()
    continuation.yield()
    #expect(first.readResponse().status == ok)
    #expect(other.readResponse().status == ok)
    await end.value
    server.group.shutdown()
  }

  @Test("a request whose content is waited for takes no place; those of other lanes and probes do not wait")
  func noPlace() async throws {
    let (release, continuation) = AsyncStream.makeStream(of: Void.self)
    let server = try await server(patience: .seconds(3600), release)
    let sending = try await sending(server)
    let first = try await busy(server)
    for target in ["/probe", "/list"] {
      let other = try server.connect()
      other.send("GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(other.readResponse().status == ok)
    }
    sending.send("x")
    #expect(sending.readResponse().status == ok)
    continuation.yield()
    #expect(first.readResponse().status == ok)
    #expect(try await server.figure("bookstore_http_excess_requests_total") == 0)
    await server.stop()
  }

  /// A client whose request is begun and whose content, one byte, has not come.
  private func sending(_ server: TestServer) async throws -> TestClient {
    let sending = try server.connect()
    sending.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n")
    #expect(sending.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100"))
    return sending
  }

  private let busyPost = "POST /busy HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"

  @Test("contents that come when others are worked on wait for their turn")
  func contents() async throws {
    let (release, continuation) = AsyncStream.makeStream(of: Void.self)
    let server = try await server(patience: .seconds(3600), release)
    var senders: [TestClient] = []
    for _ in 0..<3 { senders.append(try await sending(server)) }
    let first = try server.connect()
    first.send(busyPost)
    try await server.until("bookstore_http_requests_in_flight", "lane=\"change\"", is: 1)
    for (index, sender) in senders.enumerated() {
      // What is pipelined behind it does not wake it.
      sender.send("x" + get)
      try await server.until("bookstore_http_requests_waiting", "lane=\"change\"", is: Double(index + 1))
    }
    senders[1].resetOnClose()
    senders.remove(at: 1)
    try await server.until("bookstore_http_requests_waiting", "lane=\"change\"", is: 2)
    continuation.yield()
    #expect(first.readResponse().status == ok)
    for sender in senders {
      #expect(sender.readResponse().content == "POST /a x")
      #expect(sender.readResponse().content == "GET /a ")
    }
    #expect(try await server.figure("bookstore_http_requests_in_flight") == 0)
    await server.stop()
  }

  @Test("however many contents are there at once, no more are worked on than may be")
  func placesForContents() async throws {
    let (release, continuation) = AsyncStream.makeStream(of: Void.self)
    let server = try await TestServer(
      configuration: .with {
        $0.maximumHandling = 2
        $0.patience = .seconds(3600)
      }
    ) { request in
      let response = await TestServer.echo(request)
      for await _ in release { break }
      return response
    }
    var senders: [TestClient] = []
    for _ in 0..<20 { senders.append(try await sending(server)) }
    let busy = try [server.connect(), server.connect()]
    for client in busy { client.send(busyPost) }
    try await server.until("bookstore_http_requests_in_flight", is: 2)
    for sender in senders { sender.send("x") }
    try await server.until("bookstore_http_requests_waiting", is: 20)
    for _ in busy { continuation.yield() }
    for client in busy { #expect(client.readResponse().status == ok) }
    while try await server.figure("bookstore_http_requests_waiting") > 18 { await Task.yield() }
    #expect(try await server.figure("bookstore_http_requests_waiting") == 18)
    #expect(try await server.figure("bookstore_http_requests_in_flight") == 2)
    continuation.finish()
    for sender in senders { #expect(sender.readResponse().status == ok) }
    #expect(try await server.figure("bookstore_http_requests_in_flight") == 0)
    await server.stop()
  }

  @Test("a request behind one that is refused at the end is answered")
  func refusedAtTheEnd() async throws {
    let (release, continuation) = AsyncStream.makeStream(of: Void.self)
    let server = try await server(patience: .milliseconds(1), release)
    let first = try server.connect()
    first.send(busyPost)
    try await server.until("bookstore_http_requests_in_flight", is: 1)
    // What arrives before the end begins: announced first, so that it does.
    await server.server.announceShutdown()
    let other = try server.connect()
    other.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx" + get)
    #expect(other.readResponse().status == "HTTP/1.1 503 Service Unavailable")
    #expect(other.readResponse().content == "GET /a ")
    continuation.yield()
    #expect(first.readResponse().status == ok)
    await server.stop()
  }

  @Test("contents that wait too long are refused")
  func lateContent() async throws {
    let (release, continuation) = AsyncStream.makeStream(of: Void.self)
    let server = try await server(patience: .milliseconds(1), release)
    let sender = try await sending(server)
    let first = try server.connect()
    first.send(busyPost)
    try await server.until("bookstore_http_requests_in_flight", "lane=\"change\"", is: 1)
    sender.send("x")
    #expect(sender.readResponse().status == "HTTP/1.1 503 Service Unavailable")
    #expect(try await server.figure("bookstore_http_requests_in_flight") == 1)
    continuation.yield()
    #expect(first.readResponse().status == ok)
    await server.stop()
  }
}
