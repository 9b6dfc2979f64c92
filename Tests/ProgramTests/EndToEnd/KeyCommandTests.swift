import Foundation
import FoundationNetworking
import TestSupport
import Testing

/// `bookstore key`, and a service that asks for keys.
@Suite("API keys of the command line", .endsHangs)
struct KeyCommandTests {
  /// Reads the stock with or without a key; the status.
  private func status(_ service: Service, _ path: String, key: String?) async throws -> Int {
    var request = URLRequest(url: URL(string: "http://127.0.0.1:\(service.port)\(path)")!)
    if let key { request.setValue("Bearer \(key)", forHTTPHeaderField: "authorization") }
    let session = URLSession(configuration: .ephemeral)
    defer { session.finishTasksAndInvalidate() }
    return try #require(try await session.data(for: request).1 as? HTTPURLResponse).statusCode
  }

  @Test(
    "a key that the command makes opens a running service, until the command takes it back",
    arguments: Engine.available)
  func wholeLife(engine: Engine) async throws {
    try await engine.withDatabase { folder, url in
      let environment = ["DATABASE_URL": url]
      let access = ["BOOKSTORE_AUTH": "key", "BOOKSTORE_KEY_CACHE": "0s"]
      let service = try await Service(environment.merging(access) { $1 }, in: folder.path)
      #expect(await service.child.line("there is no API key yet") != nil)

      let made = try await Child.run(
        ["key", "create", "--name", "till 2", "--scopes", "stock:read"], environment, in: folder.path)
      #expect(made.code == 0, "\(made)")
      let token = made.output.trimmingCharacters(in: .newlines)
      #expect(token.count == 58)
      #expect(!made.messages.contains(token), "only standard output may have it")
      #expect(try await status(service, "/v1/stock", key: nil) == 401)
      #expect(try await status(service, "/v1/stock", key: token) == 200)
      #expect(try await status(service, "/v1/books", key: token) == 403)
      #expect(try await status(service, "/v1/stock", key: token + "x") == 401)

      let list = try await Child.run(["key", "list", "--json"], environment, in: folder.path)
      let listed = try #require(
        try JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [[String: Any]])
      let id = try #require(listed.first?["id"] as? String)
      #expect(listed.count == 1 && listed[0]["name"] as? String == "till 2")
      #expect(!list.output.contains(token.suffix(43)))

      let rotated = try await Child.run(
        ["key", "rotate", id, "--overlap", "0s"], environment, in: folder.path)
      let second = rotated.output.trimmingCharacters(in: .newlines)
      #expect(try await status(service, "/v1/stock", key: token) == 401)
      #expect(try await status(service, "/v1/stock", key: second) == 200)

      let revoked = try await Child.run(["key", "revoke", id], environment, in: folder.path)
      #expect(revoked.code == 0)
      #expect(try await status(service, "/v1/stock", key: second) == 401)

      let end = await service.stop()
      #expect(end.code == 0)
      #expect(!end.output.contains(token) && !end.output.contains(second), "a log may not have it")
      let records = end.output.split(separator: "\n").filter { $0.contains("\"actor\":\"\(id)\"") }
      #expect(records.count == 4, "who asked is there, also of what was refused to a good key")
      #expect(records.count { $0.contains("\"status\":403") } == 1)
      #expect(records.count { $0.contains("\"status\":401") } == 1, "and to one that was taken back")
      let used = try await Child.run(["key", "list"], environment, in: folder.path)
      #expect(used.output.contains("revoked") && !used.output.contains("not used yet"))
    }
  }

  @Test(
    "what is wrong is said, and nothing is made",
    arguments: [
      ([], "what is to be done"), (["lst"], "did you mean list?"), (["create"], "--name"),
      (["create", "--name", "x"], "--scopes"),
      (["create", "--name", "x", "--scopes", "stock:raed"], "did you mean stock:read?"),
      (["create", "--name", "x", "--scopes", "admin", "--expires-in", "soon"], "such as 12h or 90d"),
      (["create", "--name", "x", "--scopes", "admin", "--expires-in", "0s"], "would end before it is used"),
      (["create", "--name", "a\nb", "--scopes", "admin"], "in one line"),
      (["create", "--name", " ", "--scopes", "admin"], "in one line"),
      (["revoke"], "needs the id of a key"), (["rotate", "till"], "needs the id of a key"),
      (["list", "x"], "unexpected argument"),
    ])
  func usage(words: [String], message: String) async throws {
    try await Engine.sqlite.withDatabase { folder, url in
      let end = try await Child.run(["key"] + words, ["DATABASE_URL": url], in: folder.path)
      #expect(end.code == 2)
      #expect(end.messages.contains(message), "\(end)")
      #expect(end.output.isEmpty)
    }
  }

  @Test("a key of a location that is not there is not made")
  func unknownLocation() async throws {
    try await Engine.sqlite.withDatabase { folder, url in
      let end = try await Child.run(
        ["key", "create", "--name", "x", "--scopes", "admin", "--locations", "main,moon"],
        ["DATABASE_URL": url], in: folder.path)
      #expect(end.code == 1)
      #expect(end.messages.contains("there is no location \"moon\""))
      let list = try await Child.run(["key", "list", "--json"], ["DATABASE_URL": url], in: folder.path)
      #expect(list.output == "[]\n")
    }
  }
}
