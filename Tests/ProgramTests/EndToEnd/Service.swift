import Foundation
import FoundationNetworking
import JSON
import TestSupport
import Testing

/// `bookstore serve` on a free port.
struct Service: Sendable {
  let child: Child
  let port: UInt16

  /// A free port, records that can be read, and deadlines that no test reaches.
  private static let settings = [
    "BOOKSTORE_PORT": "0", "BOOKSTORE_LOG_FORMAT": "json", "BOOKSTORE_IDLE_TIMEOUT": "1h",
    "BOOKSTORE_HEAD_TIMEOUT": "5m", "BOOKSTORE_BODY_TIMEOUT": "1h", "BOOKSTORE_BODY_GRACE": "1h",
    "BOOKSTORE_HANDLING_TIMEOUT": "1h", "BOOKSTORE_WRITE_TIMEOUT": "1h", "BOOKSTORE_SHUTDOWN_GRACE": "1h",
  ]

  /// Starts the service with those settings, but for what the test changes, and waits until it listens.
  init(_ environment: [String: String], in folder: String) async throws {
    let settings = Self.settings.merging(environment) { $1 }
    try await self.init(try Child(["serve"], settings, in: folder))
  }

  /// Waits until a service listens that has been started already.
  init(_ child: Child) async throws {
    self.child = child
    let line = try #require(await child.line("listening on"), "it does not listen")
    port = try #require(line.firstMatch(of: #/"port":(\d+)/#).flatMap { UInt16($0.1) })
  }

  /// Sends SIGTERM and waits for the end.
  func stop() async -> Child.Ending {
    child.signal(SIGTERM)
    return await child.ending()
  }

  /// Sends a request on a connection of its own and returns status and content.
  func send(_ method: String, _ path: String, _ json: String? = nil) async throws -> (
    status: Int, body: String
  ) {
    var request = URLRequest(url: URL(string: "http://127.0.0.1:\(port)\(path)")!)
    request.httpMethod = method
    request.timeoutInterval = 600
    if let json {
      request.httpBody = Data(json.utf8)
      request.setValue("application/json", forHTTPHeaderField: "content-type")
    }
    let session = URLSession(configuration: .ephemeral)
    defer { session.finishTasksAndInvalidate() }
    let (data, response) = try await session.data(for: request)
    let status = try #require(response as? HTTPURLResponse).statusCode
    return (status, String(decoding: data, as: UTF8.self))
  }
}

/// A connection of which a test decides every byte.
final class Wire {
  private let descriptor: Int32

  init(port: UInt16) throws {
    // Not for the programs that other tests start: while one of them has it, nobody sees it closed.
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var time = timeval(tv_sec: 600, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(result == 0, "connect")
  }

  deinit { close(descriptor) }

  func send(_ text: String) throws {
    let bytes = Array(text.utf8)
    let count = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    try #require(count == bytes.count)
  }

  /// Everything until the server closes the connection.
  func rest() -> String {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(descriptor, &piece, piece.count, 0)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += piece[..<count]
    }
  }

  /// The next bytes, up to and with the text.
  func received(through text: String) -> String {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while recv(descriptor, &byte, 1, 0) == 1 {
      bytes.append(byte)
      if bytes.suffix(text.utf8.count).elementsEqual(text.utf8) { break }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
