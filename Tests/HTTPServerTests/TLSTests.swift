import EventLoop
import Glibc
import HTTP
import TLS
import TestSupport
import Testing

@testable import HTTPServer

private let get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"

/// The server's TLS, spoken by OpenSSL's client; ``WireTests`` sends every message by it too.
@Suite("TLS", .endsHangs)
struct TLSTests {
  private let certificates: TestCertificates

  init() throws { certificates = try .shared }

  private func server(
    asksClients: Bool = false, configuration: ServerConfiguration = .with { _ in },
    _ respond: @escaping @Sendable (Request) async -> Response = TestServer.echo
  ) async throws -> TestServer {
    try await TestServer(
      configuration: configuration, tls: try certificates.server(asksClients: asksClients), respond)
  }

  @Test("requests one after the other and several at once are answered on one connection")
  func requests() async throws {
    let server = try await server()
    let client = try server.connect(try certificates.client())
    #expect(client.session?.version == "TLSv1.3")
    for _ in 0..<3 {
      client.send(get)
      #expect(client.readResponse().content == "GET /a ")
    }
    client.send(get + get + get)
    for _ in 0..<3 { #expect(client.readResponse().content == "GET /a ") }
    #expect(try await server.figure("bookstore_http_handshakes_total", "result=\"completed\"") == 1)
    await server.stop()
  }

  @Test("large contents arrive whole in both directions, over many records and full buffers")
  func large() async throws {
    let server = try await server()
    let client = try server.connect(try certificates.client())
    let content = (0..<900_000).map { UInt8(truncatingIfNeeded: 97 + $0 % 26) }
    for _ in 0..<3 {
      client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: \(content.count)\r\n\r\n")
      client.send(content)
      let answer = client.readResponse().content
      #expect(answer == "POST /a " + String(decoding: content, as: UTF8.self))
    }
    await server.stop()
  }

  @Test("a long stream is sent as its client takes it")
  func stream() async throws {
    let piece = [UInt8](repeating: 120, count: 50_000)
    let server = try await server { _ in
      Response(.ok, content: .stream { writer in for _ in 0..<100 { try await writer.write(piece) } })
    }
    let client = try server.connect(try certificates.client())
    client.send("GET /a HTTP/1.0\r\n\r\n")
    let text = client.readToEnd()
    #expect(text.utf8.count { $0 == 120 } >= 5_000_000)
    await server.stop()
  }

  @Test(
    "the messages of TLS have their outcome when each byte comes by itself, and when they come in clumps",
    arguments: [1, 2, 7, 100])
  func split(by size: Int) async throws {
    let server = try await server()
    let client = try ClumsyClient(server.port, try certificates.client(), size: size)
    #expect(client.exchange(get).hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(client.exchange(get).hasPrefix("HTTP/1.1 200 OK\r\n"))
    await server.stop()
  }

  @Test("a client that ends its side after its request gets the answer, and then the server's end")
  func halfClosed() async throws {
    let server = try await server()
    let client = try server.connect(try certificates.client())
    client.send(get)
    client.endOutput()
    #expect(client.readResponse().content == "GET /a ")
    #expect(client.end() == 0, "the server says that nothing more comes")
    await server.stop()
  }

  @Test(
    "a response that ends with the connection can be told from one that was cut off",
    arguments: [true, false])
  func cutOff(isWhole: Bool) async throws {
    struct Failure: Error {}
    let server = try await server { _ in
      Response(
        .ok,
        content: .stream { writer in
          try await writer.write(Array("content".utf8))
          if !isWhole { throw Failure() }
        })
    }
    let client = try server.connect(try certificates.client())
    client.send("GET /a HTTP/1.0\r\n\r\n")
    #expect(client.read(until: "content").hasSuffix("content"))
    #expect((client.end() == 0) == isWhole)
    await server.stop()
  }

  @Test("HTTP without TLS is told what is wrong, in HTTP")
  func plain() async throws {
    let server = try await server()
    let client = try server.connect()
    client.send(get)
    let text = client.readToEnd()
    #expect(text.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
    #expect(text.hasSuffix("This port speaks HTTPS: the URL must begin with https://."))
    #expect(try await server.figure("bookstore_http_handshakes_total", "result=\"failed\"") == 1)
    await server.stop()
  }

  @Test(
    "what is neither TLS nor HTTP is closed",
    arguments: ["\u{16}\u{3}\u{1}\0\u{5}hello", "\0\0\0\0\0\0\0\0\0\0\0\0"])
  func garbage(text: String) async throws {
    let server = try await server()
    let client = try server.connect()
    client.send(text)
    client.endOutput()
    _ = client.readToEnd()
    try await server.until("bookstore_http_connections", is: 0)
    #expect(try await server.figure("bookstore_http_handshakes_total", "result=\"failed\"") == 1)
    let next = try server.connect(try certificates.client())
    next.send(get)
    #expect(next.readResponse().content == "GET /a ")
    await server.stop()
  }

  @Test("a handshake that takes too long is given up, and counted as such")
  func slow() async throws {
    let server = try await server(
      configuration: .with {
        $0.headDeadline = .milliseconds(50)
        $0.idleDeadline = .seconds(3600)
      })
    let client = try server.connect()
    client.send("\u{16}")
    #expect(client.readToEnd() == "")
    #expect(try await server.figure("bookstore_http_connections_ended_total", "limit=\"handshake\"") == 1)
    await server.stop()
  }

  @Test("many handshakes at once are all made, however long the turns of a busy loop are")
  func manyAtOnce() async throws {
    let server = try await server()
    let loop = server.group.loops[0]
    let isBusy = Lock(true)
    @Sendable func occupy() {
      usleep(6000)
      if isBusy.withLock({ $0 }) { loop.execute(occupy) }
    }
    loop.execute(occupy)
    let context = try certificates.client()
    try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<40 {
        group.addTask {
          try await onThread {
            let client = try server.connect(context)
            client.send(get)
            return client.readResponse().content
          }
        }
      }
      for try await content in group { #expect(content == "GET /a ") }
    }
    isBusy.withLock { $0 = false }
    #expect(try await server.figure("bookstore_http_handshakes_total", "result=\"completed\"") == 40)
    await server.stop()
  }

  @Test("clients' certificates: a good one is seen, none is seen too, and one of a stranger is refused")
  func clientCertificates() async throws {
    let server = try await server(asksClients: true) { request in
      Response(.ok, content: .bytes(Array("\(request.hasClientCertificate)".utf8)))
    }
    for (name, seen) in [("client", "true"), (nil, "false")] {
      let client = try server.connect(try certificates.client(name))
      client.send(get)
      #expect(client.readResponse().content == seen)
    }
    // By TLS 1.3 the client is done before the server has looked.
    if let client = try? server.connect(try certificates.client("other-client")) {
      client.send(get)
      #expect(client.readToEnd() == "")
    }
    #expect(try await server.figure("bookstore_http_handshakes_total", "result=\"failed\"") == 1)
    await server.stop()
  }

  @Test("other certificates are for new connections; those that are open stay")
  func otherCertificates() async throws {
    let server = try await server(asksClients: true)
    let old = try server.connect(try certificates.client("client"))
    old.send(get)
    #expect(old.readResponse().content == "GET /a ")
    await server.server.use(try certificates.server(asksClients: false))
    // Nobody asks for it any more, so the stranger's is not refused.
    let new = try server.connect(try certificates.client("other-client"))
    for client in [old, new] {
      client.send(get)
      #expect(client.readResponse().content == "GET /a ")
    }
    await server.stop()
  }

  @Test("the end of the server: idle connections are told, running requests are answered")
  func graceful() async throws {
    let (entered, enter) = AsyncStream.makeStream(of: Void.self)
    let (release, releaseContinuation) = AsyncStream.makeStream(of: Void.self)
    let server = try await server { request in
      enter.yield()
      for await _ in release { break }
      return await TestServer.echo(request)
    }
    let idle = try server.connect(try certificates.client())
    let busy = try server.connect(try certificates.client())
    busy.send(get)
    for await _ in entered { break }
    let end = await server.beginShutdown()
    #expect(idle.end() == 0)
    releaseContinuation.yield()
    let answer = busy.readResponse()
    #expect(answer.head.contains("connection: close"))
    #expect(answer.content == "GET /a ")
    #expect(busy.end() == 0)
    await end.value
    server.group.shutdown()
  }

  @Test("files that cannot be used are named, with the reason")
  func unusableFiles() throws {
    func message(_ files: TLSFiles) -> String? {
      do throws(TLSError) {
        _ = try TLSContext(files)
        return nil
      } catch {
        return "\(error)"
      }
    }
    var files = certificates.files()
    files.certificates = "/nowhere/server.pem"
    #expect(message(files) == "the certificate /nowhere/server.pem: No such file or directory")
    files = certificates.files()
    files.key = certificates.path("client.key")
    #expect(message(files) == "the private key \(files.key): key values mismatch")
    files.key = certificates.path("locked.key")
    #expect(message(files) == "the private key \(files.key): it has a pass phrase; give it without one")
    files.key = "/"
    #expect(message(files) == "the private key /: it is not a file")
    files = certificates.files()
    files.clientAuthorities = certificates.path("server.key")
    #expect(message(files)?.hasPrefix("the certificates of the clients' authorities ") == true)
  }
}

extension TestClient {
  /// What reading comes to: 0 when the server has ended its side as it should, less when the connection broke.
  fileprivate func end() -> Int {
    var byte: UInt8 = 0
    return withUnsafeMutableBytes(of: &byte) { receive(into: $0) }
  }
}

/// A client whose bytes reach the server a few at a time: OpenSSL speaks into one end of a pair of sockets, and what
/// comes out at the other end is carried on by hand.
private final class ClumsyClient {
  private let wire: TestClient
  private let near: Int32
  private let far: Int32
  private let session: TLSSession
  private let size: Int

  init(_ port: UInt16, _ context: TLSContext, size: Int) throws {
    var pair: [Int32] = [0, 0]
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    try #require(socketpair(AF_UNIX, type, 0, &pair) == 0)
    (near, far) = (pair[0], pair[1])
    wire = try TestClient(port: port)
    session = try #require(context.session(over: near))
    self.size = size
    while case .incomplete = session.handshake() { carry() }
  }

  deinit {
    close(near)
    close(far)
  }

  /// Sends a request and returns what comes first.
  func exchange(_ request: String) -> String {
    let bytes = Array(request.utf8)
    guard case .bytes(bytes.count) = bytes.withUnsafeBytes({ session.send($0) }) else { return "not sent" }
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      switch buffer.withUnsafeMutableBytes({ session.receive(into: $0) }) {
      case .bytes(let count): return String(decoding: buffer[..<count], as: UTF8.self)
      case .nothing: carry()
      case .end, .failed: return "broken"
      }
    }
  }

  /// To the server what there is, piece by piece; then back whatever the server says next.
  private func carry() {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = recv(far, &buffer, buffer.count, 0), count > 0 {
      for start in stride(from: 0, to: count, by: size) {
        wire.send(Array(buffer[start..<min(start + size, count)]))
        // So that pieces are not joined in the kernel.
        usleep(200)
      }
    }
    let count = recv(wire.socket, &buffer, buffer.count, Int32(MSG_DONTWAIT))
    if count > 0 { Glibc.send(far, buffer, count, Int32(MSG_NOSIGNAL)) } else { usleep(500) }
    session.socketIsReadable(hasEnded: false)
  }
}
