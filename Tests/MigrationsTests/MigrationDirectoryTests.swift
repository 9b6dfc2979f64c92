import Foundation
import Testing

@testable import Migrations

@Suite struct MigrationDirectoryTests {
  /// A folder of its own, gone afterwards.
  private func withFolder(_ files: [String: Data], _ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "migrations-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, data) in files { try data.write(to: folder.appending(path: name)) }
    try body(folder.path)
  }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test("reads the steps in order, with the checksum of the bytes, and leaves other files alone")
  func reads() throws {
    let files = [
      "0002_second.sql": Data("select 2;".utf8), "0001_first.sql": Data("abc".utf8),
      "README.md": Data("x".utf8), ".hidden.sql": Data("x".utf8),
    ]
    try withFolder(files) { path in
      let migrations = try MigrationDirectory.read(path)
      #expect(migrations.map(\.version) == [1, 2])
      #expect(migrations.map(\.name) == ["0001_first", "0002_second"])
      #expect(migrations.map(\.sql) == ["abc", "select 2;"])
      // FIPS 180-4, the example "abc".
      #expect(
        migrations[0].checksum == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
  }

  @Test("a missing folder is named, with the reason")
  func missingFolder() {
    let text = message { _ = try MigrationDirectory.read("/nowhere/at/all") }
    #expect(text.contains("/nowhere/at/all"))
    #expect(text.contains("No such file or directory"))
  }

  @Test("a folder without steps is an error that names MIGRATIONS_DIR")
  func emptyFolder() throws {
    try withFolder(["README.md": Data()]) { path in
      #expect(message { _ = try MigrationDirectory.read(path) }.contains("MIGRATIONS_DIR"))
    }
  }

  @Test(
    "a .sql file that is no numbered step is refused by name",
    arguments: [
      "first.sql", "1_first.sql", "0001-first.sql", "0001_.sql", "0001_First.sql", "00a1_first.sql",
    ])
  func badName(name: String) throws {
    try withFolder([name: Data("x".utf8)]) { path in
      let text = message { _ = try MigrationDirectory.read(path) }
      #expect(text.contains(name))
      #expect(text.contains("0001_initial.sql"))
    }
  }

  @Test(
    "numbers start at 1, without gaps and without repetition",
    arguments: [
      (["0002_b.sql"], "number 1 is missing"),
      (["0000_a.sql", "0001_b.sql"], "number 1 is missing"),
      (["0001_a.sql", "0003_c.sql"], "number 2 is missing"),
      (["0001_a.sql", "0002_b.sql", "0002_c.sql"], "0002_b.sql and 0002_c.sql have the same number"),
    ])
  func numbering(names: [String], expected: String) throws {
    let files = Dictionary(uniqueKeysWithValues: names.map { ($0, Data("x".utf8)) })
    try withFolder(files) { path in
      #expect(message { _ = try MigrationDirectory.read(path) }.contains(expected))
    }
  }

  @Test("bytes that are not text, and files without a bound, are refused")
  func badContents() throws {
    for data in [Data([0xFF]), Data([0]), Data(count: MigrationDirectory.maximumFileSize + 1)] {
      try withFolder(["0001_a.sql": data]) { path in
        #expect(message { _ = try MigrationDirectory.read(path) }.contains("0001_a.sql"))
      }
    }
  }
}
