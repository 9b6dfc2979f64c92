import TestSupport
import Testing

@testable import bookstore

/// The executable, as far as it needs no database.
@Suite("The program's command line", .endsHangs)
struct CommandLineTests {
  @Test(
    "help is a result: on standard output, with exit code 0",
    arguments: [
      ([], "Commands:"), (["help"], "Commands:"), (["--help"], "Commands:"), (["-h"], "Commands:"),
      (["serve", "--help"], "Usage: bookstore serve"),
      (["import", "x", "--wrong", "--help"], "--columns MAPPING"),
      (["help", "verify"], "Usage: bookstore verify"), (["help", "configuration"], "BOOKSTORE_PORT=PORT"),
    ] as [([String], String)])
  func help(words: [String], part: String) async throws {
    // A wrong environment must not keep anybody from reading the help.
    let end = try await run(words, ["BOOKSTORE_PORT": "wrong"])
    #expect(end.code == 0)
    #expect(end.output.contains(part))
    #expect(end.messages == "")
  }

  @Test(
    "a wrong command line ends with 2 and a message that says what was meant",
    arguments: [
      (["serv"], "bookstore: there is no command \"serv\"; did you mean serve?\nTry: bookstore --help\n"),
      (
        ["--port", "1"],
        "bookstore: the command comes first, then its options: --port\nTry: bookstore --help\n"
      ),
      (["help", "migrte"], "bookstore: help: there is no command \"migrte\"; did you mean migrate?\n"),
      (
        ["migrate", "--statsu"],
        "bookstore: migrate: unknown option --statsu; did you mean --status?\nTry: bookstore migrate --help\n"
      ),
      (["serve", "now"], "bookstore: serve: unexpected argument \"now\"\nTry: bookstore serve --help\n"),
      (["import"], "bookstore: import: which file? bookstore import FILE|- [options]\n"),
    ] as [([String], String)])
  func wrong(words: [String], message: String) async throws {
    let end = try await run(words)
    #expect(end.code == 2)
    #expect(end.messages.hasPrefix(message), "\(end.messages)")
    #expect(end.output == "")
  }

  @Test("version names the version and the revision", arguments: ["version", "--version"])
  func version(word: String) async throws {
    let end = try await run([word])
    #expect(end.code == 0)
    #expect(end.output.wholeMatch(of: /bookstore \d+\.\d+\.\d+\S* \(\w+\)\n/) != nil, "\(end.output)")
  }

  @Test(
    "a wrong environment ends with 2 before anything happens, every fault named",
    arguments: ["serve", "migrate", "verify", "health"])
  func environment(command: String) async throws {
    let end = try await run(
      [command],
      [
        "BOOKSTORE_PORT": "80a", "BOOKSTORE_PROT": "1", "DATABASE_URL": "postgres:/u:hunter2@h",
        "BOOKSTORE_HOST": "::",
      ])
    #expect(end.code == 2)
    #expect(end.output == "")
    let lines = end.messages.split(separator: "\n")
    #expect(lines.count == 5, "\(end.messages)")
    for name in ["DATABASE_URL", "BOOKSTORE_PORT is", "BOOKSTORE_PROT is", "BOOKSTORE_HOST is"] {
      #expect(lines.contains { $0.hasPrefix("bookstore: \(name)") }, "\(name)")
    }
    #expect(!end.messages.contains("hunter2"))
  }

  @Test("a folder without migrations is named, and every place that was looked at")
  func noMigrations() async throws {
    let named = try await run(["serve"], ["MIGRATIONS_DIR": "nowhere"])
    #expect(named.code == 1)
    #expect(named.messages.contains("no migrations: there is no folder nowhere/sqlite; set MIGRATIONS_DIR"))
    let standard = try await run(["migrate"], ["MIGRATIONS_DIR": ""])
    #expect(standard.code == 1)
    #expect(standard.messages.contains("migrations/sqlite, nor "), "\(standard.messages)")
    #expect(standard.messages.contains("share/bookstore/migrations/sqlite; set MIGRATIONS_DIR"))
  }

  @Test("a database that is not there is waited for only as long as it is said")
  func unreachable() async throws {
    for command in ["serve", "migrate", "verify"] {
      let end = try await run(
        [command],
        ["DATABASE_URL": "postgres://u:hunter2@127.0.0.1:1/d", "BOOKSTORE_STARTUP_TIMEOUT": "0s"])
      #expect(end.code == 1)
      #expect(end.messages.contains("127.0.0.1:1"), "\(end.messages)")
      #expect(!(end.messages + end.output).contains("hunter2"))
    }
  }

  @Test("health of nothing is a failure that says where it looked")
  func health() async throws {
    // Port 1 is nobody's.
    let end = try await run(["health"], ["BOOKSTORE_PORT": "1"])
    #expect(end.code == 1)
    #expect(end.messages == "bookstore: no answer on 127.0.0.1 port 1: connect: Connection refused\n")
    #expect(try await run(["health"], ["BOOKSTORE_PORT": "0"]).code == 2)
  }

  private func run(_ words: [String], _ environment: [String: String] = [:]) async throws -> Child.Ending {
    try await withTemporaryFolder { folder in
      try await Child.run(words, environment, in: folder.path)
    }
  }
}
