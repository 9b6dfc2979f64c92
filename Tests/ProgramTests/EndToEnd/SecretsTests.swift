import Foundation
import TestSupport
import Testing

/// Everything that a service writes, searched for everything that it was told in confidence.
@Suite("Secrets and the log", .endsHangs)
struct SecretsTests {
  private static let configured = "configured-" + String(repeating: "k", count: 32)
  private static let password = "password-of-the-database"

  @Test("no key and no password is written, whatever is asked", arguments: Engine.available)
  func wholeLog(engine: Engine) async throws {
    try await engine.withDatabase { folder, url in
      let withPassword =
        url + (engine == .postgres ? (url.contains("?") ? "&" : "?") + "password=\(Self.password)" : "")
      let environment = [
        "DATABASE_URL": withPassword, "BOOKSTORE_AUTH": "key", "BOOKSTORE_API_KEY": Self.configured,
        "BOOKSTORE_LOG_LEVEL": "debug", "BOOKSTORE_FAILED_KEY_LIMIT": "3/h",
      ]
      let made = try await Child.run(
        ["key", "create", "--name", "till", "--scopes", "admin"], environment, in: folder.path)
      let key = made.output.trimmingCharacters(in: .newlines)
      #expect(key.count == 58, "\(made)")
      let service = try await Service(environment, in: folder.path)
      var secrets = [Self.configured, Self.password, key]
      let unknown = "bks_0123456789_" + String(repeating: "u", count: 43)
      secrets.append(unknown)
      var answers: [String] = []
      for fields in Self.fields(key: key, unknown: unknown) {
        for line in [
          "GET /v1/books", "GET /v1/books?api_key=\(key)&q=\(Self.configured)",
          "DELETE /v1/books/9780439023481",
        ] {
          answers.append(
            try Self.ask(
              service.port, "\(line) HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\(fields)\r\n\r\n"))
        }
      }
      let statuses = Set(answers.map { String($0.dropFirst(9).prefix(3)) })
      #expect(statuses == ["200", "400", "401", "404", "429"], "every kind of answer was among them")

      // Keys that the service itself makes are told to who asked, and to nobody else.
      let content = #"{"name":"second","scopes":["stock:read"]}"#
      for path in ["/v1/api-keys", nil] {
        let id = made.messages.firstMatch(of: #/key_[0-9a-z]{26}/#).map { String($0.output) } ?? "-"
        let (target, body) = path.map { ($0, content) } ?? ("/v1/api-keys/\(id)/rotate", "{}")
        let answer = try Self.ask(
          service.port,
          "POST \(target) HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer \(key)\r\n"
            + "content-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)")
        let token = try #require(answer.firstMatch(of: #/bks_[0-9a-f]{10}_[A-Za-z0-9_-]{43}/#), "\(answer)")
        secrets.append(String(token.output))
      }
      let end = await service.stop()
      #expect(end.code == 0)
      let written = end.output + end.messages + made.messages
      let records = end.output.split(separator: "\n").count { $0.contains("\"status\":") }
      #expect(records == answers.count + 2, "every request has its record")
      let audits = end.output.matches(of: #/"message":"audit","event":"([a-z-]+)"/#).map { String($0.1) }
      #expect(audits == ["key-created", "key-rotated"])
      for secret in secrets {
        #expect(!written.contains(secret), "the whole")
        #expect(!written.contains(secret.suffix(24)), "its last half")
        #expect(!written.contains(Data(secret.utf8).base64EncodedString().prefix(32)), "in base 64")
      }
    }
  }

  /// Where clients put secrets, and where they should not.
  private static func fields(key: String, unknown: String) -> [String] {
    let basic = Data("till:\(key)".utf8).base64EncodedString()
    return [
      "authorization: Bearer \(key)", "authorization: Bearer \(configured)", "authorization: Bearer \(key)x",
      "authorization: bearer  \(key)", "authorization: Basic \(basic)", "authorization: \(key)",
      "authorization: Bearer \(key)\r\nauthorization: Bearer \(unknown)", "authorization : Bearer \(key)",
      "authorization: Bearer \(key)\u{1}", "x-api-key: \(key)", "cookie: session=\(key)",
      "proxy-authorization: Bearer \(key)", "authorization: Bearer \(unknown)",
      "authorization: Bearer \(unknown)",
      "authorization: Bearer \(unknown)", "user-agent: \u{7F}\(configured)",
    ]
  }

  private static func ask(_ port: UInt16, _ text: String) throws -> String {
    let wire = try Wire(port: port)
    try wire.send(text)
    return wire.rest()
  }
}
