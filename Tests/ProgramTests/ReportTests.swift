import Foundation
import Importing
import Inventory
import Migrations
import TestSupport
import Testing

@testable import bookstore

@Suite("What commands print")
struct ReportTests {
  @Test("progress on a terminal is one line that is written over, at most five times a second")
  func terminalProgress() {
    var progress = RowProgress(size: 1000, isTerminal: true)
    #expect(
      progress.report(rows: 200, bytes: 250, after: .seconds(1))
        == "\r200 rows, 200 rows/s, 25 %, 3 s left\u{1B}[K")
    #expect(progress.report(rows: 300, bytes: 300, after: .milliseconds(1199)) == nil)
    #expect(
      progress.report(rows: 12_345, bytes: 1000, after: .seconds(2))
        == "\r12,345 rows, 6,172 rows/s, 100 %, 0 s left\u{1B}[K")
    #expect(progress.erasure == "\r\u{1B}[K")
  }

  @Test("progress that is piped is a line every five seconds, and nothing for what is quick")
  func pipedProgress() {
    var progress = RowProgress(size: nil, isTerminal: false)
    #expect(progress.report(rows: 10, bytes: 0, after: .seconds(4)) == nil)
    #expect(progress.report(rows: 10, bytes: 0, after: .seconds(5)) == "10 rows, 2 rows/s\n")
    #expect(progress.report(rows: 20, bytes: 0, after: .seconds(9)) == nil)
    #expect(progress.report(rows: 20, bytes: 0, after: .seconds(10)) == "20 rows, 2 rows/s\n")
    #expect(progress.erasure == "")
  }

  @Test(
    "the time left is told in units that fit",
    arguments: [(0, "0 s"), (59, "59 s"), (60, "1 min 0 s"), (3599, "59 min 59 s"), (7500, "2 h 5 min")])
  func durations(seconds: Int64, text: String) { #expect(RowProgress.duration(seconds) == text) }

  @Test("the report of an import counts, and sorts the reasons by how often they came")
  func importReport() {
    var summary = ImportSummary()
    summary.rows = 12_000
    summary.created = 11_990
    summary.rejected = 10
    summary.reasons = ["missing-title": 1, "bad-check-digit": 8, "missing-isbn": 1]
    let report = ImportReport(
      summary: summary, isDryRun: false, elapsed: .milliseconds(2500), rejects: "x.csv", peakMemory: 33 << 20)
    #expect(
      report.text == """
        12,000 rows in 2.5 s (4,800 rows/s)
          created    11,990
          updated         0
          unchanged       0
          rejected       10
        rejected rows, with line and reason, are in x.csv:
          bad-check-digit  8
          missing-isbn     1
          missing-title    1
        peak memory 33 MB

        """)
  }

  @Test(
    "numbers are grouped",
    arguments: [
      (0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"),
      (.min, "-9,223,372,036,854,775,808"),
    ])
  func numbers(number: Int64, text: String) { #expect(grouped(number) == text) }

  @Test("options of import become what the importer is told")
  func importOptions() throws {
    let words = [
      "a/My Books.csv", "--quantity=7", "--currency", "EUR", "--delimiter", "tab", "--dry-run", "--location",
      "shop",
    ]
    let options = try ImportOptions(parse(words))
    #expect(options.path == "a/My Books.csv")
    #expect(options.rejects == "My Books.csv.rejected.csv")
    #expect(options.importer.sender == "my-books")
    #expect(options.importer.quantity == 7)
    #expect(options.importer.currency?.code == "EUR")
    #expect(options.importer.csv.delimiter == 9)
    #expect(options.importer.location == .code("shop"))
    #expect(options.importer.dryRun)
    #expect(try ImportOptions(parse(["-", "--sender", "s"])).rejects == "stdin.rejected.csv")
  }

  @Test(
    "wrong options of import are named",
    arguments: [
      ([], "which file?"), (["-"], "--sender"), (["x", "--quantity", "1.5"], "--quantity is \"1.5\""),
      (["x", "--quantity=-1"], "--quantity is \"-1\""), (["x", "--currency", "euro"], "--currency: "),
      (["x", "--delimiter", "\""], "--delimiter is"), (["x", "--delimiter", ";;"], "--delimiter is"),
      (["x", "--delimiter", "é"], "--delimiter is"), (["x", "--delimiter", ""], "--delimiter"),
    ] as [([String], String)])
  func wrongOptions(words: [String], part: String) throws {
    let error = try #require(throws: UsageError.self) { try ImportOptions(parse(words)) }
    #expect(error.message.contains(part), "\(error.message)")
  }

  private func parse(_ words: [String]) throws -> Arguments {
    try ArgumentParser.parse(words, options: Command.import.options, operands: Command.import.operands)
  }

  @Test("migrations are looked for where an installation has them, unless a folder is set")
  func migrationsFolder() async throws {
    try await withTemporaryFolder { folder in
      let shared = "\(folder.path)/share/bookstore"
      try FileManager.default.createDirectory(atPath: shared, withIntermediateDirectories: true)
      try FileManager.default.createDirectory(atPath: "\(folder.path)/bin", withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(
        atPath: "\(shared)/migrations", withDestinationPath: "\(Project.root)/migrations")
      let installed = MigrationsFolder(setting: "migrations", programFolder: "\(folder.path)/bin")
      #expect(try installed.read("sqlite") == Project.migrations("sqlite"))
      let set = MigrationsFolder(setting: "elsewhere", programFolder: "\(folder.path)/bin")
      let error = #expect(throws: MigrationError.self) { try set.read("sqlite") }
      #expect(error?.description.hasPrefix("no migrations: there is no folder elsewhere/sqlite;") == true)
    }
  }

  @Test("A difference says which of the two explanations a balance lacks, for people and for programs")
  func drift() {
    func drift(_ explanation: VerificationReport.Explanation) -> VerificationReport.Drift {
      .init(
        item: ItemID(value: 1), location: LocationID(value: 2), bucket: .committed(.held), balance: 3,
        explanation: explanation, sum: 2)
    }
    let report = VerificationReport(
      levelsChecked: 1, movementsRead: 4, drift: [drift(.ledger), drift(.holds)])
    let text = Verify.text(report)
    #expect(text.hasPrefix("1 levels checked against 4 movements: 2 drifted\n"))
    #expect(text.contains(" held: balance 3, movements add up to 2\n"))
    #expect(text.contains(" held: balance 3, holds add up to 2\n"))
    let json = Verify.json(report)
    #expect(json.contains(#""bucket":"held","balance":3,"ledger":2}"#))
    #expect(json.contains(#""bucket":"held","balance":3,"holds":2}"#))
  }
}
