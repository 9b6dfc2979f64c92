import EventLoop
import HTTP
import TLS
import TestSupport
import Testing

@testable import HTTPServer

/// Every case against a real server: whole, byte by byte, behind another request and before one; and cut at
/// every byte in memory, where the cuts are sure to be seen. One after the other, so that
/// there are not hundreds of servers at a time.
@Suite("HTTP on the wire", .serialized, .endsHangs)
struct WireTests {
  @Test("each message has its outcome, however its bytes come", arguments: WireCase.all)
  func onTheWire(wire: WireCase) async throws {
    let server = try await TestServer(configuration: .with { $0.head = WirePlayer.limits }, Self.show)
    defer { server.group.shutdown() }
    #expect(try await play([wire.bytes], of: wire, server) == wire.outcomes, "whole")
    #expect(try await play(wire.bytes.map { [$0] }, of: wire, server) == wire.outcomes, "byte by byte")
    let before = WireCase.Outcome.seen("GET /before ", keeps: true)
    #expect(
      try await play([Array(get("/before").utf8) + wire.bytes], of: wire, server) == [before] + wire.outcomes,
      "behind another request")
    // What is behind half a content would be more of it.
    if let last = wire.outcomes.last, last != .refused(408) {
      let behind: [WireCase.Outcome] = last.keeps ? [.seen("GET /behind ", keeps: true)] : []
      #expect(
        try await play([wire.bytes + Array(get("/behind").utf8)], of: wire, server) == wire.outcomes + behind,
        "before another request")
    }
    await server.server.shutdown(grace: .seconds(5))
  }

  @Test("each message has its outcome by TLS too")
  func overTLS() async throws {
    let certificates = try TestCertificates.shared
    let server = try await TestServer(
      configuration: .with { $0.head = WirePlayer.limits }, tls: try certificates.server(), Self.show)
    for wire in WireCase.all {
      let outcomes = try await play([wire.bytes], of: wire, server, certificates.client())
      #expect(outcomes == wire.outcomes, "\(wire.name)")
    }
    await server.stop()
  }

  @Test("each message has its outcome when it is cut at any byte", arguments: WireCase.all)
  func everyCut(wire: WireCase) {
    // Of the few long ones the cuts are a sample; byte by byte they come above.
    for cut in stride(from: 0, through: wire.bytes.count, by: wire.bytes.count < 4000 ? 1 : 101) {
      let outcomes = WirePlayer.play([wire.bytes[..<cut], wire.bytes[cut...]])
      guard outcomes == wire.outcomes else {
        Issue.record("cut at \(cut): \(outcomes), not \(wire.outcomes)")
        return
      }
    }
  }

  @Test("there are many cases, each with a name of its own")
  func table() {
    #expect(WireCase.all.count >= 300)
    var names: Set<String> = []
    for wire in WireCase.all { #expect(names.insert(wire.name).inserted, "\(wire.name) is there twice") }
  }

  /// Shows what a handler sees in a field, so that HEAD shows it too.
  private static let show: @Sendable (Request) async -> Response = { request in
    let head = request.head
    do throws(BodyError) {
      let content = try await request.body.collect(limit: 1 << 20)
      let seen = WirePlayer.show(head, content)
      return Response(
        .ok, fields: ["x-seen": PercentEncoding.encode(seen)], content: .bytes(Array("content".utf8)))
    } catch {
      switch error {
      case .tooLarge: return Response(.contentTooLarge)
      case .malformed(let reason): return Response(.badRequest, content: .bytes(Array(reason.utf8)))
      case .overloaded: return Response(.serviceUnavailable)
      case .incomplete: return Response(.requestTimeout)
      }
    }
  }

  private func play(
    _ pieces: [[UInt8]], of wire: WireCase, _ server: TestServer, _ tls: TLSContext? = nil
  ) async throws -> [WireCase.Outcome] {
    let text = try await onThread {
      let client = try server.connect(tls)
      for piece in pieces { client.send(piece) }
      client.endOutput()
      return client.readToEnd()
    }
    return outcomes(in: text, isHead: wire.bytes.starts(with: "HEAD ".utf8))
  }

  /// Reads all responses of a connection, and holds each against what every response must be.
  private func outcomes(in text: String, isHead: Bool) -> [WireCase.Outcome] {
    var rest = text[...]
    var outcomes: [WireCase.Outcome] = []
    while let end = rest.firstRange(of: "\r\n\r\n") {
      let lines = rest[..<end.lowerBound].split(separator: "\r\n")
      rest = rest[end.upperBound...]
      guard lines[0] != "HTTP/1.1 100 Continue" else { continue }
      #expect(lines[0].hasPrefix("HTTP/1.1 "))
      let status = Int(lines[0].dropFirst(9).prefix(3)) ?? 0
      let value = { (name: String) in
        lines.first { $0.hasPrefix("\(name): ") }?.dropFirst(name.utf8.count + 2)
      }
      let closes = value("connection") == "close"
      let length = value("content-length").flatMap { Int($0) } ?? -1
      let seen = value("x-seen").flatMap { PercentEncoding.decode(Array($0.utf8)[...]) }
      let content = isHead && (seen == nil || seen?.hasPrefix("HEAD ") == true) ? 0 : length
      #expect(rest.utf8.count >= content)
      rest = Substring(rest.utf8.dropFirst(content))
      outcomes.append(seen.map { .seen($0, keeps: !closes) } ?? .refused(status))
      if closes { #expect(rest.isEmpty, "nothing follows the last response") }
      if seen == nil { #expect(closes, "\(status) closes") }
    }
    #expect(rest.isEmpty)
    return outcomes
  }
}
