import EventLoop
import Foundation
import Glibc
import Migrations
import TestSupport
import Testing

/// `backup` and `restore` as commands. One after the other: some need two Postgres schemas at a time.
@Suite("Backup and restore as commands", .endsHangs, .serialized)
struct BackupCommandTests {
  /// From an engine to the other, where there is one.
  private static let directions: [(Engine, Engine)] = Engine.available.map { engine in
    (engine, Engine.available.first { $0 != engine } ?? engine)
  }

  @Test(
    "the drill: 10,000 books and 100,000 movements move to the other engine and are all there",
    arguments: directions)
  func drill(from: Engine, to: Engine) async throws {
    try await from.withDatabase { folder, oldURL in
      let old = ["DATABASE_URL": oldURL]
      #expect(try await Child.run(["migrate"], old, in: folder.path).code == 0)
      try await BackupData(books: 10_000).write(to: from, oldURL)

      let backup = try await Child.run(["backup", "shop.backup"], old, in: folder.path)
      #expect(backup.code == 0, "\(backup.messages)")
      #expect(backup.output.contains(/^130,001 rows in [\d.]+ s, [\d,]{10} bytes\n/))
      #expect(backup.output.contains(/\n  movement +100,000\n/))

      try await to.withDatabase { _, newURL in
        let new = ["DATABASE_URL": newURL]
        let restore = try await Child.run(["restore", "shop.backup"], new, in: folder.path)
        #expect(restore.code == 0, "\(restore.messages)")
        #expect(restore.messages.contains("bookstore: shop.backup is whole: 130,001 rows of "))
        #expect(restore.output.contains(/\n  book +10,000\n/))
        #expect(restore.output.hasSuffix("\n10,000 levels checked against 100,000 movements: no drift\n"))
        #expect(try await Child.run(["verify"], new, in: folder.path).code == 0)

        // Row for row: a backup of the copy differs in its first line and the digest only.
        #expect(try await Child.run(["backup", "copy.backup"], new, in: folder.path).code == 0)
        #expect(try Self.body("\(folder.path)/copy.backup") == Self.body("\(folder.path)/shop.backup"))

        let service = try await Service(new, in: folder.path)
        let found = try await service.send("GET", "/v1/books?q=title+7777&expand=stock")
        #expect(found.body.contains("\"title\":\"Title 7777\""))
        #expect(found.body.contains("\"on_hand\":20"))
        let sold = try await service.send(
          "POST", "/v1/adjustments", #"{"reason":"sold","lines":[{"item":"sku-7777","delta":-1}]}"#)
        #expect(sold.status == 201, "\(sold.body)")
        #expect(sold.body.contains("\"sequence\":100001,"))
        #expect(await service.stop().code == 0)
      }
    }
  }

  @Test("a backup while the service writes is of one moment", arguments: Engine.available)
  func whileWriting(engine: Engine) async throws {
    try await engine.withDatabase { folder, url in
      let environment = ["DATABASE_URL": url]
      #expect(try await Child.run(["migrate"], environment, in: folder.path).code == 0)
      try await BackupData(books: 500).write(to: engine, url)
      let service = try await Service(environment, in: folder.path)
      let (started, start) = AsyncStream<Void>.makeStream()
      let isOver = Lock(false)
      let writing = Task {
        var written = 0
        while !isOver.withLock({ $0 }) {
          let lines = (0..<50).map { #"{"item":"sku-\#((written * 50 + $0) % 500 + 1)","delta":1}"# }
          let answer = try await service.send(
            "POST", "/v1/adjustments", #"{"reason":"received","lines":[\#(lines.joined(separator: ","))]}"#)
          #expect(answer.status == 201, "\(answer.body)")
          written += 1
          if written == 3 { start.finish() }
        }
        return written
      }
      for await _ in started {}
      let backup = try await Child.run(["backup", "-"], environment, in: folder.path)
      isOver.withLock { $0 = true }
      #expect(try await writing.value > 3)
      #expect(backup.code == 0, "\(backup.messages)")
      #expect(backup.messages.contains("rows in "), "the report is where it does not disturb")
      #expect(await service.stop().code == 0)

      try await Engine.sqlite.withDatabase { _, newURL in
        let restore = try await Child.run(
          ["restore", "-"], ["DATABASE_URL": newURL], in: folder.path, input: backup.output)
        #expect(restore.code == 0, "\(restore.messages)")
        #expect(restore.output.contains(/\n500 levels checked against [\d,]+ movements: no drift\n$/))
      }
    }
  }

  @Test("a file is private, is there when it is complete, and replaces another only when told to")
  func file() async throws {
    try await Engine.sqlite.withDatabase { folder, url in
      let environment = ["DATABASE_URL": url]
      #expect(try await Child.run(["migrate"], environment, in: folder.path).code == 0)
      #expect(try await Child.run(["backup", "a.backup"], environment, in: folder.path).code == 0)
      var status = stat()
      try #require(stat("\(folder.path)/a.backup", &status) == 0)
      #expect(status.st_mode & 0o777 == 0o600)

      try "mine".write(toFile: "\(folder.path)/b.backup", atomically: true, encoding: .utf8)
      let refused = try await Child.run(["backup", "b.backup"], environment, in: folder.path)
      #expect(refused.code == 2)
      #expect(refused.messages == "bookstore: b.backup is there already; --force replaces it\n")
      #expect(try String(contentsOfFile: "\(folder.path)/b.backup", encoding: .utf8) == "mine")
      #expect(try await Child.run(["backup", "b.backup", "--force"], environment, in: folder.path).code == 0)
      #expect(try Self.body("\(folder.path)/b.backup") == Self.body("\(folder.path)/a.backup"))

      // Not even with --force: it would take the place of a device or a pipe.
      try #require(mkfifo("\(folder.path)/pipe", 0o600) == 0)
      let pipe = try await Child.run(["backup", "pipe", "--force"], environment, in: folder.path)
      #expect(pipe.code == 2)
      #expect(pipe.messages == "bookstore: pipe is not a file; `-` writes to standard output\n")

      let nowhere = try await Child.run(["backup", "none/a.backup"], environment, in: folder.path)
      #expect(nowhere.code != 0)
      #expect(nowhere.messages.contains("none/a.backup"))
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
        $0.contains("partial")
      }
      #expect(names == [])
    }
  }

  @Test(
    "what is cut off, damaged or no backup changes nothing, not even the schema", arguments: Engine.available)
  func damaged(engine: Engine) async throws {
    try await withTemporaryFolder { folder in
      let old = ["DATABASE_URL": "sqlite:\(folder.path)/old.db"]
      let imported = try await Child.run(
        ["import", "-", "--sender", "s", "--quantity", "5"], old, in: folder.path,
        input: "id,title\n1,One\n2,Two\n")
      #expect(imported.code == 0)
      #expect(try await Child.run(["backup", "whole"], old, in: folder.path).code == 0)
      let whole = try Data(contentsOf: URL(filePath: "\(folder.path)/whole"))
      var changed = whole
      changed[whole.count / 2] ^= 1
      let files = [
        ("cut", whole.prefix(whole.count - 100), "the backup is cut off after"),
        ("changed", changed, "the backup is damaged"),
        ("books.csv", Data("id,title\n1,One\n".utf8), "this is not a backup of bookstore"),
        ("empty", Data(), "this is not a backup of bookstore"),
      ]
      try await engine.withDatabase { _, url in
        for (name, content, reason) in files {
          try content.write(to: URL(filePath: "\(folder.path)/\(name)"))
          let end = try await Child.run(["restore", name], ["DATABASE_URL": url], in: folder.path)
          #expect(end.code == 1)
          #expect(end.output == "")
          #expect(end.messages.contains("bookstore: \(name): \(reason)"), "\(end.messages)")
          let status = try await Child.run(["migrate", "--status"], ["DATABASE_URL": url], in: folder.path)
          #expect(status.output.contains(" 0 applied"), "\(name)")
        }
        // From standard input it is known at the end only: the tables are there then, and empty.
        let end = try await Child.run(
          ["restore", "-"], ["DATABASE_URL": url], in: folder.path,
          input: String(decoding: changed, as: UTF8.self))
        #expect(end.code == 1)
        #expect(end.messages.contains("standard input: "), "\(end.messages)")
        let restore = try await Child.run(["restore", "whole"], ["DATABASE_URL": url], in: folder.path)
        #expect(restore.code == 0, "\(restore.messages)")
        #expect(restore.output.hasSuffix("\n2 levels checked against 2 movements: no drift\n"))
      }
    }
  }

  @Test("a database that holds something is left alone", arguments: Engine.available)
  func notEmpty(engine: Engine) async throws {
    try await engine.withDatabase { folder, url in
      let environment = ["DATABASE_URL": url]
      let imported = try await Child.run(
        ["import", "-", "--sender", "s"], environment, in: folder.path, input: "id,title\n1,One\n")
      #expect(imported.code == 0)
      #expect(try await Child.run(["backup", "a.backup"], environment, in: folder.path).code == 0)
      let end = try await Child.run(["restore", "a.backup"], environment, in: folder.path)
      #expect(end.code == 1)
      #expect(
        end.messages.contains(" is not empty: its table book has rows. A backup is restored into an empty"))
      #expect(end.messages.contains("set DATABASE_URL to a new \(engine == .sqlite ? "file" : "database")\n"))
      #expect(try await Child.run(["backup", "b.backup"], environment, in: folder.path).code == 0)
      #expect(try Self.body("\(folder.path)/b.backup") == Self.body("\(folder.path)/a.backup"))
    }
  }

  @Test(
    "an earlier schema is restored and brought up to date, a later one is refused",
    arguments: Engine.available)
  func schemas(engine: Engine) async throws {
    try await engine.withDatabase { folder, url in
      // The schema as it was two steps after the beginning.
      let steps = try Project.migrations(engine.rawValue).map(\.name)
      let early = "\(folder.path)/early/\(engine.rawValue)"
      try FileManager.default.createDirectory(atPath: early, withIntermediateDirectories: true)
      for step in steps.prefix(2) {
        try FileManager.default.copyItem(
          atPath: "\(Project.root)/migrations/\(engine.rawValue)/\(step).sql", toPath: "\(early)/\(step).sql")
      }
      let then = ["DATABASE_URL": url, "MIGRATIONS_DIR": "\(folder.path)/early"]
      #expect(try await Child.run(["migrate"], then, in: folder.path).code == 0)
      // The program of today can back up what it has not migrated yet.
      #expect(try await Child.run(["backup", "a"], ["DATABASE_URL": url], in: folder.path).code == 0)
      try await engine.withDatabase { _, newURL in
        let new = ["DATABASE_URL": newURL]
        let end = try await Child.run(["restore", "a"], new, in: folder.path)
        #expect(end.code == 0, "\(end.messages)")
        #expect(end.output.contains("schema step 2\n"))
        for step in steps { #expect(end.messages.contains("applied \(step)\n")) }
        #expect(try await Child.run(["backup", "b"], new, in: folder.path).code == 0)
        // And the program of then cannot restore what is of today.
        let late = try await Child.run(
          ["restore", "b"], ["DATABASE_URL": url, "MIGRATIONS_DIR": "\(folder.path)/early"], in: folder.path)
        #expect(late.code == 1)
        #expect(
          late.messages.contains(
            "b: the backup is of schema step \(steps.count), and this program knows 2: use version"),
          "\(late.messages)")
      }
    }
  }

  @Test("a signal ends a restore in the middle, and nothing of it stays", arguments: Engine.available)
  func signal(engine: Engine) async throws {
    try await engine.withDatabase { folder, url in
      let old = ["DATABASE_URL": "sqlite:\(folder.path)/old.db"]
      #expect(try await Child.run(["migrate"], old, in: folder.path).code == 0)
      try await BackupData(books: 300).write(to: .sqlite, "sqlite:\(folder.path)/old.db")
      #expect(try await Child.run(["backup", "whole"], old, in: folder.path).code == 0)
      let whole = try Data(contentsOf: URL(filePath: "\(folder.path)/whole"))
      try #require(mkfifo("\(folder.path)/pipe", 0o600) == 0)

      let child = try Child(["restore", "pipe"], ["DATABASE_URL": url], in: folder.path)
      let pipe = try #require(FileHandle(forWritingAtPath: "\(folder.path)/pipe"))
      Glibc.signal(SIGPIPE, SIG_IGN)
      // More than the pipe holds: when it is written, the program is in the middle of it.
      try pipe.write(contentsOf: whole.prefix(300_000))
      child.signal(SIGTERM)
      try? pipe.write(contentsOf: whole.dropFirst(300_000))
      try? pipe.close()
      let end = await child.ending()
      #expect(end.code != 0)
      #expect(end.output == "")
      let verify = try await Child.run(["verify"], ["DATABASE_URL": url], in: folder.path)
      #expect(verify.output == "0 levels checked against 0 movements: no drift\n", "\(verify.messages)")
    }
  }

  @Test("what cannot be backed up or restored is said plainly")
  func nothing() async throws {
    try await withTemporaryFolder { folder in
      let memory = ["DATABASE_URL": "sqlite::memory:"]
      for command in ["backup", "restore"] {
        let end = try await Child.run([command, "x"], memory, in: folder.path)
        #expect(end.code == 1)
        #expect(end.messages.contains("a database in memory begins and ends with the program"))
        let which = try await Child.run([command], in: folder.path)
        #expect(which.code == 2)
        #expect(
          which.messages.hasPrefix(
            "bookstore: \(command): \(command == "backup" ? "to" : "from") which file?"))
      }
      let empty = try await Child.run(["backup", "x"], in: folder.path)
      #expect(empty.code == 1)
      #expect(empty.messages == "bookstore: there is nothing to back up: sqlite:bookstore.db has no schema\n")
      let missing = try await Child.run(["restore", "x"], in: folder.path)
      #expect(missing.code == 1)
      #expect(missing.messages == "bookstore: x: No such file or directory\n")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }
  }

  /// Everything between the first line and the digest.
  private static func body(_ path: String) throws -> Data {
    let data = try Data(contentsOf: URL(filePath: path))
    let start = try #require(data.firstIndex(of: 10))
    let end = try #require(data.range(of: Data("\nsha256 ".utf8), options: .backwards))
    return data[start..<end.lowerBound]
  }
}
