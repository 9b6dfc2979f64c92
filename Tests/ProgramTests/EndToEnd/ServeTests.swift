import Glibc
import JSON
import TestSupport
import Testing

/// `bookstore serve` as its users have it: a process, a port, signals.
@Suite("The service", .endsHangs)
struct ServeTests {
  private static let book = #"{"title": "The Hunger Games", "isbn": "978-0-439-02348-1"}"#

  @Test(
    "it answers on the port that its start line names, writes its log, and ends cleanly",
    arguments: Engine.available)
  func wholeLife(engine: Engine) async throws {
    try await engine.withDatabase { folder, url in
      let service = try await Service(["DATABASE_URL": url], in: folder.path)
      #expect(try await service.send("GET", "/livez").status == 200)
      #expect(try await service.send("GET", "/readyz").status == 200)
      #expect(try await service.send("POST", "/v1/books", Self.book).status == 201)
      let found = try await service.send("GET", "/v1/books/0439023483?expand=stock")
      #expect(found.status == 200)
      #expect(found.body.contains("\"isbn\":\"9780439023481\""))
      #expect(try await service.send("GET", "/nowhere?name=Jane").status == 404)
      let health = try await Child.run(["health"], ["BOOKSTORE_PORT": "\(service.port)"], in: folder.path)
      #expect(health.code == 0 && health.output == "ready\n")

      let end = await service.stop()
      #expect(end.code == 0)
      #expect(end.messages == "")
      let records = try end.output.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
      #expect(records.first?.text("message")?.hasPrefix("bookstore ") == true)
      #expect(records.last?.text("message") == "stopped")
      let requests = records.filter { $0.text("message") == "request" }
      // Probes are not logged at `info`, and a query may be private.
      #expect(requests.map { $0.text("path") } == ["/v1/books", "/v1/books/0439023483", "/nowhere"])
      #expect(requests.map { $0.number("status") } == ["201", "200", "404"])
      for request in requests {
        #expect(request.text("level") == "info")
        #expect(request.text("request_id")?.isEmpty == false)
        #expect(request.text("peer") == "127.0.0.1")
        #expect(request.number("duration_ms") != nil && request.number("bytes") != nil)
      }
      #expect(!end.output.contains("Jane"))
    }
  }

  @Test("compression and other origins are as configured")
  func negotiation() async throws {
    try await withTemporaryFolder { folder in
      for (size, isCoded) in [("64KiB", true), ("off", false)] {
        let service = try await Service(
          ["BOOKSTORE_GZIP_MINIMUM_SIZE": size, "BOOKSTORE_CORS_ORIGINS": "https://shop.example"],
          in: folder.path)
        let wire = try Wire(port: service.port)
        // The document is larger than that.
        try wire.send(
          "GET /openapi.json HTTP/1.1\r\nhost: x\r\norigin: https://shop.example\r\naccept-encoding: gzip\r\n"
            + "connection: close\r\n\r\n"
        )
        let head = wire.received(through: "\r\n\r\n")
        #expect(head.contains("\r\ncontent-encoding: gzip\r\n") == isCoded)
        #expect(head.contains("\r\naccess-control-allow-origin: https://shop.example\r\n"))
        #expect(!wire.rest().isEmpty)
        #expect(await service.stop().code == 0)
      }
    }
  }

  @Test("a request that runs when SIGTERM comes is answered, and the connection told to close")
  func runningRequest() async throws {
    try await withTemporaryFolder { folder in
      let service = try await Service([:], in: folder.path)
      let idle = try Wire(port: service.port)
      let wire = try Wire(port: service.port)
      try wire.send(
        "POST /v1/books HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nexpect: 100-continue\r\n"
          + "content-length: \(Self.book.utf8.count)\r\n\r\n")
      // The handler waits for the content now.
      #expect(wire.received(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
      service.child.signal(SIGTERM)
      #expect(await service.child.line("\"stopping\"") != nil)
      // An idle connection is closed at once.
      #expect(idle.rest() == "")
      try wire.send(Self.book)
      let answer = wire.rest()
      #expect(answer.hasPrefix("HTTP/1.1 201 Created\r\n"))
      #expect(answer.contains("connection: close\r\n"))
      let end = await service.child.ending()
      #expect(end.code == 0)
      #expect(end.output.contains("\"stopped\""))
    }
  }

  @Test("SIGINT is the same, and a second signal ends the program at once")
  func secondSignal() async throws {
    try await withTemporaryFolder { folder in
      let service = try await Service(["BOOKSTORE_SHUTDOWN_GRACE": "1h"], in: folder.path)
      let wire = try Wire(port: service.port)
      try wire.send(
        "POST /v1/books HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nexpect: 100-continue\r\ncontent-length: 10\r\n\r\n"
      )
      #expect(wire.received(through: "\r\n\r\n").hasPrefix("HTTP/1.1 100"))
      service.child.signal(SIGINT)
      #expect(await service.child.line("\"SIGINT\"") != nil)
      service.child.signal(SIGTERM)
      #expect(await service.child.ending().code == 128 + SIGTERM)
    }
  }

  @Test("a request that does not end is cut off after the grace period, and the end is still clean")
  func grace() async throws {
    try await withTemporaryFolder { folder in
      let service = try await Service(["BOOKSTORE_SHUTDOWN_GRACE": "100ms"], in: folder.path)
      let wire = try Wire(port: service.port)
      try wire.send(
        "POST /v1/books HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nexpect: 100-continue\r\ncontent-length: 10\r\n\r\n"
      )
      #expect(wire.received(through: "\r\n\r\n").hasPrefix("HTTP/1.1 100"))
      #expect(await service.stop().code == 0)
    }
  }

  @Test("between the signal and the end of accepting, readyz says 503 and everything else works")
  func shutdownDelay() async throws {
    try await withTemporaryFolder { folder in
      let service = try await Service(["BOOKSTORE_SHUTDOWN_DELAY": "5m"], in: folder.path)
      service.child.signal(SIGTERM)
      #expect(await service.child.line("\"stopping\"") != nil)
      // The line is written just before the state changes.
      var ready = 200
      for _ in 0..<1000 where ready == 200 { ready = try await service.send("GET", "/readyz").status }
      #expect(ready == 503)
      #expect(try await service.send("GET", "/livez").status == 200)
      #expect(try await service.send("POST", "/v1/books", Self.book).status == 201)
      service.child.signal(SIGTERM)
      #expect(await service.child.ending().code == 128 + SIGTERM)
    }
  }

  @Test("with a key set, it is asked for, and it is in no output")
  func key() async throws {
    try await withTemporaryFolder { folder in
      let key = "0123456789abcdef0123456789ABCDEF"
      let service = try await Service(
        ["BOOKSTORE_AUTH": "key", "BOOKSTORE_API_KEY": key], in: folder.path)
      #expect(try await service.send("GET", "/v1/books").status == 401)
      let wire = try Wire(port: service.port)
      try wire.send(
        "GET /v1/books HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer \(key)\r\n\r\n")
      #expect(wire.rest().hasPrefix("HTTP/1.1 200"))
      let end = await service.stop()
      #expect(end.output.contains("\"BOOKSTORE_API_KEY\":\"(hidden)\""))
      #expect(!end.output.contains(key))
    }
  }

  @Test("without descriptors accepting pauses; idle connections give theirs to those who come")
  func descriptors() async throws {
    try await withTemporaryFolder { folder in
      let child = try Child(
        ["serve"], ["BOOKSTORE_PORT": "0", "BOOKSTORE_LOG_FORMAT": "json", "BOOKSTORE_LOOPS": "1"],
        in: folder.path, before: ["prlimit", "--nofile=64"])
      let service = try await Service(child)
      let request = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n"
      var wires: [Wire] = []
      // More than there are descriptors; the kernel's backlog takes them all.
      for _ in 0..<100 { wires.append(try Wire(port: service.port)) }
      for wire in wires.reversed().prefix(5) {
        try wire.send(request)
        #expect(wire.received(through: "}").hasPrefix("HTTP/1.1 200"))
      }
      let last = try #require(wires.last)
      try last.send("GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
      let text = last.rest()
      let page = try MetricsPage(String(text[text.firstRange(of: "\r\n\r\n")!.upperBound...]))
      #expect(page.sum("bookstore_http_accept_failures_total") >= 1)
      #expect(page.sum("process_max_fds") == 64)
      #expect(await service.stop().code == 0)
    }
  }

  @Test("a port that is taken ends the start with 1 and says what to do")
  func portTaken() async throws {
    try await withTemporaryFolder { folder in
      let taken = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(taken) }
      let port = try boundPort(of: taken)
      let end = try await Child.run(["serve"], ["BOOKSTORE_PORT": "\(port)"], in: folder.path)
      #expect(end.code == 1)
      #expect(end.messages.contains("set BOOKSTORE_PORT to another port"), "\(end.messages)")
    }
  }

  @Test(
    "ten instances that start together over one database all serve, and migrate it once",
    arguments: Engine.available)
  func tenInstances(engine: Engine) async throws {
    try await engine.withDatabase { folder, url in
      let services = try await withThrowingTaskGroup(of: Service.self) { group in
        for _ in 0..<10 {
          group.addTask { try await Service(["DATABASE_URL": url, "BOOKSTORE_LOOPS": "1"], in: folder.path) }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(services.count == 10)
      #expect(try await services[0].send("POST", "/v1/books", Self.book).status == 201)
      for service in services {
        #expect(try await service.send("GET", "/v1/books/9780439023481").status == 200)
      }
      var applied = 0
      for service in services {
        let end = await service.stop()
        #expect(end.code == 0)
        applied += end.output.matches(of: /applied migration/).count
      }
      #expect(try applied == Project.migrations(engine.rawValue).count)
    }
  }

  @Test("what was acknowledged before kill -9 is there after a restart, on SQLite")
  func killed() async throws {
    try await withTemporaryFolder { folder in
      let first = try await Service([:], in: folder.path)
      #expect(try await first.send("POST", "/v1/books", Self.book).status == 201)
      var acknowledged = 0
      for number in 1...40 {
        let adjustment = #"{"reason": "received", "lines": [{"item": "9780439023481", "delta": 1}]}"#
        if number == 40 {
          // This one is under way when the process is killed.
          async let last = first.send("POST", "/v1/adjustments", adjustment)
          first.child.signal(SIGKILL)
          if (try? await last)?.status == 201 { acknowledged += 1 }
        } else {
          #expect(try await first.send("POST", "/v1/adjustments", adjustment).status == 201)
          acknowledged += 1
        }
      }
      #expect(await first.child.ending().code == 128 + SIGKILL)

      let second = try await Service([:], in: folder.path)
      let body = try await second.send("GET", "/v1/books/9780439023481?expand=stock").body
      let onHand = try #require(body.firstMatch(of: /"on_hand":(\d+)/).flatMap { Int($0.1) })
      #expect((acknowledged...40).contains(onHand))
      #expect(await second.stop().code == 0)
      let verified = try await Child.run(["verify"], in: folder.path)
      #expect(verified.code == 0)
      #expect(verified.output == "1 levels checked against \(onHand) movements: no drift\n")
    }
  }

  /// Binds a socket that does not listen to a free port of loopback.
  private func boundPort(of descriptor: Int32) throws -> UInt16 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, size) == 0 && getsockname(descriptor, address, &size) == 0
      }
    }
    try #require(result, "bind")
    return UInt16(bigEndian: address.sin_port)
  }
}

extension JSONValue {
  func text(_ name: String) -> String? {
    guard case .object(let members) = self,
      case .string(let text)? = members.first(where: { $0.name == name })?.value
    else { return nil }
    return text
  }

  func number(_ name: String) -> String? {
    guard case .object(let members) = self,
      case .number(let text)? = members.first(where: { $0.name == name })?.value
    else { return nil }
    return text
  }
}
