import Backups
import Testing

@Suite("Loading a backup")
struct LoadTests {
  @Test("everything is loaded in one transaction")
  func load() throws {
    let target = FakeTarget(for: sample)
    try reader(file()).load(into: target)
    #expect(target.log == ["begin", "commit"])
    for (table, rows) in sample.content { #expect(target.loaded[table.name] ?? [] == rows) }
  }

  @Test("a file that turns out to be damaged at its end is undone")
  func damaged() throws {
    var bytes = try file()
    bytes[bytes.count - 2] ^= 1
    let target = FakeTarget(for: sample)
    #expect(throws: BackupError.self) { try reader(bytes).load(into: target) }
    #expect(target.log == ["begin", "rollback"])
  }

  @Test("a database that is not empty is left alone")
  func notEmpty() throws {
    let target = FakeTarget(for: sample)
    target.isEmpty = false
    #expect(throws: BackupError.notEmpty(table: "book")) { try reader(file()).load(into: target) }
    #expect(target.log == ["begin", "rollback"])
  }

  @Test("columns that the backup does not have take their defaults, unless they have none")
  func older() throws {
    let target = FakeTarget(for: sample)
    target.tables[1].columns.append(LoadableColumn(name: "new", isRequired: false))
    target.tables.append(LoadableTable(name: "later", columns: []))
    try reader(file()).load(into: target)
    #expect(target.log.last == "commit")

    let strict = FakeTarget(for: sample)
    strict.tables[1].columns.append(LoadableColumn(name: "new", isRequired: true))
    #expect(
      throws: BackupError.refused(
        "the database's table empty needs a column new, and the backup does not have it")
    ) { try reader(file()).load(into: strict) }
    #expect(strict.log.last == "rollback")
  }

  @Test("tables and columns that the database does not have are named")
  func unknown() throws {
    let target = FakeTarget(for: sample)
    target.tables[2].columns.removeFirst()
    #expect(
      throws: BackupError.refused("the backup has a column number of texts, and the database does not")
    ) { try reader(file()).load(into: target) }
    target.tables.removeLast()
    #expect(throws: BackupError.refused("the backup has a table texts, and the database does not")) {
      try reader(file()).load(into: target)
    }
    #expect(!target.log.contains("commit"))
  }

  @Test("tables follow those that they refer to, else their names")
  func order() throws {
    let names = ["movement", "stock_level", "book", "location", "item", "book_subject"]
    let references = [
      ("movement", "stock_level"), ("stock_level", "item"), ("stock_level", "location"), ("item", "book"),
      ("book_subject", "book"), ("movement", "movement"), ("item", "elsewhere"),
    ]
    #expect(
      try LoadOrder.sorted(names, references: references)
        == ["book", "book_subject", "item", "location", "stock_level", "movement"])
    #expect(throws: BackupError.refused("the tables a, b refer to each other in a circle")) {
      try LoadOrder.sorted(["a", "b", "c"], references: [("a", "b"), ("b", "a")])
    }
  }
}
