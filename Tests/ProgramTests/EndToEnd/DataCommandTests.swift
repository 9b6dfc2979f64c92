import Foundation
import Glibc
import Inventory
import Migrations
import PostgresRepository
import SQLiteRepository
import TestSupport
import Testing

/// `migrate`, `import` and `verify` on real databases.
@Suite("Commands on a database", .endsHangs)
struct DataCommandTests {
  /// Three good rows, one with a wrong check digit, one without a title.
  private static let books = """
    id,isbn,title,authors,qty
    1,439023483,The Hunger Games,Suzanne Collins,3
    2,0439554934,"Harry Potter, the First",J.K. Rowling,
    3,4873113369,日本の本,,1
    4,4873113360,Wrong,,1
    5,,,,1

    """

  @Test("migrate applies every step once, and status tells before and after", arguments: Engine.available)
  func migrate(engine: Engine) async throws {
    try await engine.withDatabase { folder, url in
      let names = try Project.migrations(engine.rawValue).map(\.name)
      let environment = ["DATABASE_URL": url]
      let before = try await Child.run(["migrate", "--status"], environment, in: folder.path)
      #expect(before.code == 0)
      #expect(before.output.contains("0 applied, \(names.count) pending"))
      #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/bookstore.db"), "status made the file")
      let first = try await Child.run(["migrate"], environment, in: folder.path)
      let lines = names.map { "applied \($0)\n" } + ["up to date: \(try #require(names.last))\n"]
      #expect(first.output == lines.joined())
      let second = try await Child.run(["migrate"], environment, in: folder.path)
      #expect(second.code == 0)
      #expect(second.output == lines.last)
      let after = try await Child.run(["migrate", "--status"], environment, in: folder.path)
      #expect(after.output.contains("\(names.count) applied, 0 pending"))
      for name in names { #expect(after.output.contains(name)) }
      let json = try await Child.run(["migrate", "--status", "--json"], environment, in: folder.path)
      let object = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
      #expect((object["applied"] as? [[String: Any]])?.compactMap { $0["name"] as? String } == names)
      #expect((object["pending"] as? [Any])?.isEmpty == true)
    }
  }

  @Test("a signal ends an import between two batches, with a report, and the rest can follow")
  func interruptedImport() async throws {
    try await Engine.sqlite.withDatabase { folder, url in
      let environment = ["DATABASE_URL": url]
      // More than is read before the signal comes, and no end: only the signal can end it.
      let pipe = "\(folder.path)/books"
      try #require(mkfifo(pipe, 0o600) == 0)
      let child = try Child(["import", "books", "--rejects", "rejects.csv"], environment, in: folder.path)
      let writing = open(pipe, O_WRONLY)
      let header = Array("id,title\n".utf8)
      try #require(write(writing, header, header.count) == header.count)
      try await child.message("title from title")
      child.signal(SIGINT)
      try await child.message("ending after this batch")
      signal(SIGPIPE, SIG_IGN)
      for number in 1...1_000_000 {
        let row = Array("\(number),Title \(number)\n".utf8)
        guard write(writing, row, row.count) == row.count else { break }
      }
      close(writing)
      let end = await child.ending()
      #expect(end.code == 1)
      #expect(end.output.contains("created"))
      #expect(end.messages.contains("the import was cancelled"))
      #expect(end.messages.contains("goes on where it stopped"))
    }
  }

  @Test(
    "an import takes the good rows, explains the others, and does nothing the second time",
    arguments: Engine.available)
  func importTwice(engine: Engine) async throws {
    try await engine.withDatabase { folder, url in
      let environment = ["DATABASE_URL": url]
      try Self.books.write(toFile: "\(folder.path)/books.csv", atomically: true, encoding: .utf8)
      let first = try await Child.run(
        ["import", "books.csv", "--quantity", "2"], environment, in: folder.path)
      #expect(first.code == 3)
      #expect(first.output.contains(/5 rows in [\d.]+ s/))
      #expect(
        first.output.contains("  created    3\n  updated    0\n  unchanged  0\n  rejected   2\n"),
        "\(first.output)")
      #expect(first.output.contains(/peak memory \d+ MB/))
      #expect(first.messages.contains("bookstore: title from title\n"))
      let rejected = try String(contentsOfFile: "\(folder.path)/books.csv.rejected.csv", encoding: .utf8)
        .split(separator: "\r\n")
      #expect(rejected.count == 3)
      #expect(rejected.first == "line,reason,detail,id,isbn,title,authors,qty")
      #expect(rejected[1].hasPrefix("5,bad-check-digit,"))
      #expect(rejected[2].hasPrefix("6,"))

      let second = try await Child.run(
        ["import", "books.csv", "--quantity", "2"], environment, in: folder.path)
      #expect(second.code == 3)
      #expect(second.output.contains("  created    0\n  updated    0\n  unchanged  3\n"), "\(second.output)")

      let verified = try await Child.run(["verify"], environment, in: folder.path)
      #expect(verified.code == 0)
      // 3 of the file, 2 by the option, 1 of the file.
      #expect(verified.output == "3 levels checked against 3 movements: no drift\n")
      let service = try await Service(environment, in: folder.path)
      let book = try await service.send("GET", "/v1/books/9784873113364?expand=stock")
      #expect(book.body.contains("日本の本"))
      #expect(book.body.contains("\"on_hand\":1"))
      #expect(await service.stop().code == 0)
    }
  }

  @Test("standard input, another delimiter, a mapping and a location are taken as they are given")
  func importOptions() async throws {
    try await withTemporaryFolder { folder in
      let text = "nr;buch\nA-1;Der Prozess\n"
      let words = [
        "import", "-", "--sender", "verlag", "--delimiter", ";", "--columns", "reference=nr,title=buch",
      ]
      let end = try await Child.run(
        words + ["--quantity", "4", "--location", "main"], in: folder.path, input: text)
      #expect(end.code == 0, "\(end.messages)")
      #expect(end.output.contains("created    1"))
      let nowhere = try await Child.run(words + ["--location", "attic"], in: folder.path, input: text)
      #expect(nowhere.code == 2)
      #expect(nowhere.messages.contains("there is no location \"attic\""))
    }
  }

  @Test("a dry run says what would happen and changes nothing")
  func dryRun() async throws {
    try await withTemporaryFolder { folder in
      try Self.books.write(toFile: "\(folder.path)/books.csv", atomically: true, encoding: .utf8)
      let early = try await Child.run(["import", "books.csv", "--dry-run"], in: folder.path)
      #expect(early.code == 1)
      #expect(early.messages.contains("run `bookstore migrate` first"))
      #expect(try await Child.run(["migrate"], in: folder.path).code == 0)
      let end = try await Child.run(["import", "books.csv", "--dry-run"], in: folder.path)
      #expect(end.code == 3)
      #expect(end.output.contains("a dry run: nothing was changed"))
      #expect(end.output.contains("created    3"))
      let verified = try await Child.run(["verify"], in: folder.path)
      #expect(verified.output == "0 levels checked against 0 movements: no drift\n")
    }
  }

  @Test(
    "a file that cannot be imported at all is refused with the reason",
    arguments: [
      ("", 2, "empty"), ("title\nx\n", 2, "No column gives a reference or an ISBN"),
      ("id;title\n1;x\n", 2, "--delimiter"),
    ])
  func badFile(content: String, code: Int32, reason: String) async throws {
    try await withTemporaryFolder { folder in
      try content.write(toFile: "\(folder.path)/books.csv", atomically: true, encoding: .utf8)
      let end = try await Child.run(["import", "books.csv"], in: folder.path)
      #expect(end.code == code)
      #expect(end.messages.contains(reason), "\(end.messages)")
      let missing = try await Child.run(["import", "nothing.csv"], in: folder.path)
      #expect(missing.code == 1)
      #expect(missing.messages == "bookstore: nothing.csv: No such file or directory\n")
    }
  }

  @Test("verify finds a balance that is not the sum of its movements", arguments: Engine.available)
  func drift(engine: Engine) async throws {
    try await engine.withDatabase { folder, url in
      let environment = ["DATABASE_URL": url]
      let early = try await Child.run(["verify"], environment, in: folder.path)
      #expect(early.code == 1)
      #expect(early.messages.contains("run `bookstore migrate` first"))
      let text = "id,title\n1,One\n2,Two\n"
      let imported = try await Child.run(
        ["import", "-", "--sender", "s", "--quantity", "5"], environment, in: folder.path, input: text)
      #expect(imported.code == 0)
      try await execute("update stock_level set on_hand = on_hand + 2", url, folder)
      let end = try await Child.run(["verify"], environment, in: folder.path)
      #expect(end.code == 1)
      #expect(end.output.hasPrefix("2 levels checked against 2 movements: 2 drifted\n"), "\(end.output)")
      #expect(end.output.contains(/itm_\w+ at loc_\w+ on_hand: balance 7, movements add up to 5\n/))
      #expect(end.messages == "bookstore: balances differ from the sums of what explains them\n")
      let json = try await Child.run(["verify", "--json"], environment, in: folder.path)
      #expect(json.code == 1)
      #expect(json.output.hasPrefix(#"{"levels_checked":2,"movements_read":2,"drift":[{"item":"itm_"#))
    }
  }

  /// Runs SQL behind the program's back.
  private func execute(_ sql: String, _ url: String, _ folder: TemporaryFolder) async throws {
    if let configuration = SQLiteConfiguration(url: url) {
      let repository = try SQLiteRepository.open(
        configuration, migrations: Project.migrations("sqlite"), clock: TestClock())
      try await repository.execute(sql)
      await repository.close()
    } else {
      try BlockingConnection(url: url).execute(sql)
    }
  }
}
