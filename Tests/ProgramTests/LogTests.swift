import API
import EventLoop
import Glibc
import HTTP
import Inventory
import TestSupport
import Testing

@testable import bookstore

@Suite("The log", .endsHangs)
struct LogTests {
  @Test("everything is written by the time it is closed, in order, and nothing after it")
  func flushes() throws {
    let lines = try output { log in
      for number in 0..<200 { log.write(.info, "record") { $0.field("number", Int64(number)) } }
    }
    #expect(lines.count == 200)
    for (number, line) in lines.enumerated() { #expect(line.hasSuffix("\"number\":\(number)}")) }
  }

  @Test("what is less important than the level is left out")
  func levels() throws {
    let lines = try output(level: .warning) { log in
      for level in LogLevel.allCases { log.write(level, level.rawValue) }
    }
    #expect(lines.count == 2)
    #expect(lines.first?.contains("\"message\":\"warning\"") == true)
    #expect(lines.last?.contains("\"message\":\"error\"") == true)
  }

  @Test("an audit record is written at every level", arguments: LogLevel.allCases)
  func audit(level: LogLevel) throws {
    let key = APIKey(
      id: try #require(APIKeyID("key_01m87xmkrvf3msg5pfe9qbqnj2")), name: "till\n1",
      permissions: Permissions(scopes: [.stockRead, .catalogRead]),
      secret: KeySecret(prefix: "bks_0123456789", digest: "digest"), actor: "api-key",
      createdAt: Instant(microseconds: 0))
    let lines = try output(level: level) { log in
      log.write(
        AuditRecord(
          event: .keyCreated, key: key, actor: "api-key", address: "192.0.2.1", requestID: "r"))
    }
    #expect(lines.count == 1)
    let end = try #require(lines.first?.firstRange(of: "\"message\"")?.lowerBound)
    #expect(
      lines[0][end...]
        == #"""
        "message":"audit","event":"key-created","key":"key_01m87xmkrvf3msg5pfe9qbqnj2","name":"till\u000a1","scopes":"catalog:read,stock:read","actor":"api-key","peer":"192.0.2.1","request_id":"r"}
        """#)
  }

  @Test("what is not HTTP is the client's doing, and a failure that passes is a warning")
  func levelsOfRecords() throws {
    let lines = try output { log in
      for head in [nil, try? head()] {
        log.write(
          ExchangeRecord(
            head: head, peer: "192.0.2.1", status: .notImplemented, requestID: "r", bytes: 0,
            duration: .zero))
      }
      for isPassing in [false, true] {
        log.write(
          InternalFailure(requestID: "r", method: "GET", target: "/a?q", message: "m", isPassing: isPassing))
      }
    }
    let levels = lines.map { $0.firstMatch(of: #/"level":"(\w+)"/#).map { String($0.1) } }
    #expect(levels == ["info", "error", "error", "warning"])
  }

  @Test(
    "a key in a path is written without its secret, and a response that was cut off is marked",
    arguments: [
      ("/a/bks_0123456789_\(secret)", "/a/bks_0123456789…"),
      ("/bks_0123456789_\(secret)/b", "/bks_0123456789…/b"),
      ("/bks_01234", "/bks_01234"),
      ("/bbks_0123456789_x%20bks_0123456789_\(secret)", "/bbks_0123456789…%20bks_0123456789…"),
      ("/b/bk/bks", "/b/bk/bks"),
      ("/v1/books/bk_01m87xmkpgf4tbdj83mccg7294", "/v1/books/bk_01m87xmkpgf4tbdj83mccg7294"),
    ])
  func keysInPaths(path: String, written: String) throws {
    let lines = try output { log in
      log.write(
        ExchangeRecord(
          head: try? head(path), peer: "192.0.2.1", status: .notFound, requestID: "r", bytes: 0,
          isCutOff: true,
          duration: .zero))
      log.write(
        InternalFailure(requestID: "r", method: "GET", target: path + "?q", message: "m", isPassing: true))
    }
    #expect(lines.count == 2)
    for line in lines { #expect(line.contains("\"path\":\"\(written)\""), "\(line)") }
    #expect(lines.first?.contains("\"cut_off\":\"true\"") == true)
  }

  private static let secret = String(repeating: "s_-4", count: 10) + "xyz"

  private func head(_ path: String = "/a") throws -> RequestHead? {
    var scanned = 0
    let bytes = Array("GET \(path) HTTP/1.0\r\n\r\n".utf8)
    guard case .complete(let head, _, _) = HeadParser.parse(bytes, scanned: &scanned) else { return nil }
    return head
  }

  @Test("of failures that pass a few a second are written, and the next one says how many were not")
  func throttle() {
    var throttle = Throttle(limit: 2)
    let written = [1, 1, 1, 1, 2, 2, 2, 5, 1].map { throttle.next(second: $0) }
    #expect(written == [0, 0, nil, nil, 2, 0, nil, 1, 0])
  }

  @Test("however many passing failures there are, mistakes of the program are all written")
  func mistakes() throws {
    let lines = try output { log in
      for number in 0..<100 {
        for isPassing in [true, false] {
          log.write(
            InternalFailure(
              requestID: "\(number)", method: "GET", target: "/a", message: "m", isPassing: isPassing))
        }
      }
    }
    #expect(lines.count { $0.contains("\"level\":\"error\"") } == 100)
    // By their own time, which is read a moment after the one that counts.
    let warnings = lines.filter { $0.contains("\"level\":\"warning\"") }
    let seconds = Dictionary(grouping: warnings) {
      $0.firstMatch(of: #/"time":"([^.]*)/#).map { String($0.1) }
    }
    #expect(!seconds.isEmpty && seconds.allSatisfy { $0.value.count <= 11 })
  }

  @Test("records beyond the buffer are dropped and counted, and nothing waits for the reader")
  func drops() throws {
    // Nobody reads while the log is written: the pipe takes 64 KiB, then the writing thread stands still.
    let filler = String(repeating: "x", count: 1000)
    let lines = try output(capacity: 4096) { log in
      for _ in 0..<1000 { log.write(.info, filler) }
    }
    let dropped = lines.compactMap { $0.firstMatch(of: #/"dropped":(\d+)/#).flatMap { Int($0.1) } }
    let written = lines.count - dropped.count
    #expect(written + dropped.reduce(0, +) == 1000)
    #expect(written < 100)
  }

  /// The lines that a log writes to a pipe, which is read only after the body.
  private func output(
    level: LogLevel = .info, capacity: Int = 1 << 20, _ body: (Log) -> Void
  ) throws -> [Substring] {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let (reading, writing) = (ends[0], ends[1])
    let log = try Log(level: level, format: .json, descriptor: writing, capacity: capacity)
    body(log)
    let text = Lock("")
    let thread = try Thread(name: "reader") {
      var bytes: [UInt8] = []
      var piece = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = read(reading, &piece, piece.count)
        guard count > 0 else { break }
        bytes += piece[..<count]
      }
      close(reading)
      text.withLock { $0 = String(decoding: bytes, as: UTF8.self) }
    }
    log.close()
    close(writing)
    thread.join()
    return text.withLock { $0 }.split(separator: "\n")
  }
}
