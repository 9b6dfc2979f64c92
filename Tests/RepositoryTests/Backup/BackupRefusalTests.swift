import Backups
import Inventory
import TestSupport
import Testing

@Suite("What is not restored", .serialized)
struct BackupRefusalTests {
  @Test(
    "a database with rows of its own is left as it is",
    arguments: BackupDatabase.Engine.available, ["book", "location", "changed location"])
  func notEmpty(engine: BackupDatabase.Engine, what: String) async throws {
    let file = try await Self.sample(engine)
    try await engine.withDatabase { new in
      try await new.withRepository { repository in
        switch what {
        case "book": _ = try await repository.createBook(BookDetails(title: "Mine"), allowDuplicate: false)
        case "location": _ = try await repository.createLocation(LocationDetails(code: "shop", name: "Shop"))
        default:
          let main = try #require(try await repository.location(.code("main")))
          _ = try await repository.replaceLocation(
            main.id, with: LocationDetails(code: "main", name: "Renamed"), version: main.version)
        }
      }
      let before = try new.dump()
      let table = what == "book" ? "book" : "location"
      #expect(throws: BackupError.notEmpty(table: table)) { try new.target().requireEmpty() }
      #expect(throws: BackupError.notEmpty(table: table)) { try new.restore(file) }
      #expect(try new.dump() == before)
    }
  }

  @Test(
    "a file that is cut off or changed is undone to the last row", arguments: BackupDatabase.Engine.available)
  func damaged(engine: BackupDatabase.Engine) async throws {
    let file = try await Self.sample(engine)
    try await engine.withDatabase { new in
      let before = try new.dump()
      for length in [file.count / 3, file.count / 2, file.count - 70, file.count - 1] {
        #expect(throws: BackupError.self) { try new.restore(Array(file.prefix(length))) }
        #expect(try new.dump() == before)
      }
      var changed = file
      let title = Array("Title 3".utf8)
      let place = try #require(changed.indices.first { changed[$0...].starts(with: title) })
      changed[place] = UInt8(ascii: "t")
      let error = #expect(throws: BackupError.self) { try new.restore(changed) }
      #expect(error?.description.contains("SHA-256") == true)
      #expect(try new.dump() == before)
      // It still takes the whole one.
      try new.restore(file)
    }
  }

  @Test(
    "rows that break a rule of the schema are refused, and nothing stays",
    arguments: BackupDatabase.Engine.available)
  func rules(engine: BackupDatabase.Engine) async throws {
    let cases: [(table: String, row: [String?])] = [
      // Of a book that is not there; of no location; with a word where a number belongs; with a value too
      // few.
      ("book_subject", ["thema", "FBA", "bk_nobody"]),
      ("location", ["loc_1", "x", "x", "shed", "UTC", "1", "1", "1", "1", "1"]),
      ("location", ["loc_1", "x", "x", "store", "UTC", "first", "1", "1", "1", "1"]),
      ("location", ["loc_1", "x"]),
    ]
    try await engine.withDatabase { new in
      let before = try new.dump()
      let tables = try new.source().tables
      for (name, row) in cases {
        let table = try #require(tables.first { $0.name == name })
        let target = try new.target()
        #expect(throws: BackupError.self, "\(row)") {
          do {
            try target.begin()
            var rows = [Self.line(row)]
            try target.load(table) { () throws(BackupError) in rows.popLast() }
            try target.commit()
          } catch {
            target.rollback()
            throw error
          }
        }
        #expect(try new.dump() == before, "\(row)")
      }
    }
  }

  @Test(
    "whoever ends a backup or a restore in the middle gets the error back",
    arguments: BackupDatabase.Engine.available)
  func cancelled(engine: BackupDatabase.Engine) async throws {
    try await engine.withDatabase { database in
      try await database.fill()
      let source = try database.source()
      let book = try #require(source.tables.first { $0.name == "book" })
      #expect(throws: BackupError.cancelled) {
        try source.forEachRow(of: book) { (_) throws(BackupError) in throw .cancelled }
      }
      try await engine.withDatabase { new in
        let before = try new.dump()
        let target = try new.target()
        try target.begin()
        #expect(throws: BackupError.cancelled) {
          try target.load(book) { () throws(BackupError) in throw .cancelled }
        }
        target.rollback()
        #expect(try new.dump() == before)
      }
    }
  }

  private static func line(_ values: [String?]) -> [UInt8] {
    var line: [UInt8] = []
    for (place, value) in values.enumerated() {
      if place > 0 { CopyText.appendSeparator(to: &line) }
      CopyText.append(value, to: &line)
    }
    return line
  }

  private static func sample(_ engine: BackupDatabase.Engine) async throws -> [UInt8] {
    var file: [UInt8] = []
    try await engine.withDatabase { old in
      try await old.fill()
      file = try old.backup()
    }
    return file
  }
}
