import Backups
import Crypto
import Inventory
import Testing

@Suite("The file of a backup")
struct BackupFileTests {
  @Test("it is written as docs/backup.md shows it")
  func form() throws {
    let source = FakeSource(content: [
      (BackupTable(name: "location", columns: ["id", "name"]), [["loc_1", "Tab\there"], ["loc_2", nil]])
    ])
    let text = """
      bookstore-backup {"format":1,"program":"1.2.3","schema":3,"engine":"fake","taken_at":"1970-01-01T00:00:00.000000Z"}
      table {"name":"location","columns":["id","name"]}
      loc_1\tTab\\there
      loc_2\t\\N
      \\.
      end {"rows":{"location":2}}

      """
    #expect(
      try String(decoding: file(source), as: UTF8.self) == text + "sha256 \(SHA256.hex(Array(text.utf8)))\n")
  }

  @Test("what is read is what was written, in pieces of any size", arguments: [1, 7, 64, 100_000])
  func roundTrip(size: Int) throws {
    let reader = try reader(file(), pieces: size)
    #expect(reader.header.schema == 3)
    #expect(reader.header.engine == "fake")
    #expect(reader.header.program == "1.2.3")
    for (table, rows) in sample.content {
      #expect(try reader.nextTable() == table)
      for row in rows {
        let line = try #require(try reader.nextRow())
        #expect(try CopyText.values(of: line, count: row.count) == row)
      }
      #expect(try reader.nextRow() == nil)
    }
    #expect(try reader.nextTable() == nil)
    #expect(try reader.nextTable() == nil)
    #expect(reader.rows == 9)
    #expect(reader.tables.map(\.table) == ["single", "empty", "texts"])
  }

  @Test("many rows are handed on in pieces that are no larger than they need to be")
  func pieces() throws {
    let rows = (0..<20_000).map { [Optional("\($0)"), String(repeating: "x", count: 100)] }
    var sizes: [Int] = []
    let writer = BackupWriter { (piece, _) throws(BackupError) in sizes.append(piece.count) }
    let source = FakeSource(content: [(BackupTable(name: "t", columns: ["n", "x"]), rows)])
    try writer.write(
      source, header: BackupHeader(program: "1", schema: 1, engine: "e", takenAt: .init(microseconds: 0)))
    #expect(writer.rows == 20_000)
    #expect(writer.bytes == Int64(sizes.reduce(0, +)))
    #expect(sizes.allSatisfy { $0 < 70_000 }, "\(sizes.max() ?? 0)")
    #expect(sizes.count > 30)
  }

  @Test("a file that is cut off anywhere is refused")
  func truncation() throws {
    let bytes = try file()
    for length in 0..<bytes.count {
      let error = #expect(throws: BackupError.self, "\(length)") {
        try reader(Array(bytes.prefix(length)), pieces: 1000).check()
      }
      guard case .damaged = error else {
        Issue.record("\(length): \(String(describing: error))")
        continue
      }
    }
    try reader(bytes, pieces: 1000).check()
  }

  @Test("a file with a changed byte anywhere is refused", arguments: [0x01, 0x20, 0x80] as [UInt8])
  func change(mask: UInt8) throws {
    let bytes = try file()
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= mask
      #expect(throws: BackupError.self, "\(place)") { try reader(changed, pieces: 1000).check() }
    }
  }

  @Test("a file with something behind its end, or a row too many or too few, is refused")
  func edited() throws {
    let bytes = try file()
    #expect(throws: BackupError.damaged("the backup is damaged: something follows its end")) {
      try reader(bytes + [10]).check()
    }
    // Whoever edits it has to correct the digest as well; the counts still tell.
    let lines = String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    let fewer = lines.dropLast(2).filter { !$0.hasPrefix("3\t") }.map { "\($0)\n" }.joined()
    let error = #expect(throws: BackupError.self) {
      try reader(Array("\(fewer)sha256 \(SHA256.hex(Array(fewer.utf8)))\n".utf8)).check()
    }
    #expect(error?.description.contains("does not have the rows that it counts") == true)
  }

  @Test(
    "what is no backup is told apart from one of a later format",
    arguments: [
      ("", "this is not a backup of bookstore"), ("PK\u{3}\u{4}", "this is not a backup of bookstore"),
      ("id,isbn\n1,2\n", "this is not a backup of bookstore"),
      ("bookstore-backup {}\n", "the first line of the backup cannot be read"),
      (
        "bookstore-backup {\"format\":2,\"program\":\"3.0.0\"}\n",
        "the backup is written in format 2, and this program reads format 1: use the version of the program that "
          + "wrote it, 3.0.0"
      ),
    ])
  func foreign(content: String, message: String) {
    let error = #expect(throws: BackupError.self) { try reader(Array(content.utf8)) }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }
}
