import Backups
import Foundation
import Inventory
import TestSupport
import Testing

/// One after the other: some need two schemas at a time, and there are only so many.
@Suite("Backup and restore", .serialized)
struct BackupRoundTripTests {
  struct Direction: Sendable, CustomTestStringConvertible {
    var from: BackupDatabase.Engine
    var to: BackupDatabase.Engine

    static let all = BackupDatabase.Engine.available.flatMap { from in
      BackupDatabase.Engine.available.map { Direction(from: from, to: $0) }
    }

    var testDescription: String { "\(from) to \(to)" }
  }

  @Test("every row of every table comes back as it was, and the database goes on", arguments: Direction.all)
  func roundTrip(_ direction: Direction) async throws {
    try await direction.from.withDatabase { old in
      try await old.fill()
      let file = try old.backup()
      let whole = try reader(file)
      try whole.check()
      // A table without rows proves nothing: give it some in `fill`.
      #expect(whole.tables.filter { $0.rows == 0 }.map(\.table) == [])
      try await direction.to.withDatabase { new in
        try new.restore(file)
        let before = try old.dump()
        #expect(before.count > 60)
        #expect(try new.dump() == before)
        // But for the first line, which names the engine, and the digest.
        #expect(try Self.body(new.backup()) == Self.body(file))
        try await new.withRepository { repository in
          let report = try await repository.verify()
          #expect(report.drift.isEmpty)
          var query = BookQuery()
          query.words = try SearchText.query("etranger 日本 title")
          let found = try await repository.books(query, page: PageRequest(limit: 10))
          #expect(found.elements.count == 1)
          let item = try #require(try await repository.item(.sku("9780439023481")))
          let newest = try #require(
            try await repository.movements(MovementQuery(), page: PageRequest(limit: 1)).elements.first)
          let result = try await repository.adjust(
            Adjustment(reason: .received, actor: "test", lines: [line(item.id, 1)]))
          #expect(result.movements.map(\.sequence) == [newest.sequence + 1])
          #expect(try await repository.verify().drift.isEmpty)
        }
      }
    }
  }

  @Test(
    "a backup is of one moment, whatever is written meanwhile", arguments: BackupDatabase.Engine.available)
  func snapshot(engine: BackupDatabase.Engine) async throws {
    try await engine.withDatabase { old in
      try await old.fill()
      let before = try old.dump()
      let source = try old.source()
      var file: [UInt8] = []
      let writer = BackupWriter { (piece, _) throws(BackupError) in file += piece }
      let header = BackupHeader(
        program: "test", schema: source.schema, engine: source.engine, takenAt: Instant(microseconds: 0))
      // Half of it, then a write that changes tables of both halves, then all of it.
      try source.forEachRow(of: #require(source.tables.first { $0.name == "stock_level" })) { _ in }
      try await old.withRepository { repository in
        let item = try #require(try await repository.item(.sku("9780439023481")))
        _ = try await repository.adjust(
          Adjustment(reason: .received, actor: "test", lines: [line(item.id, 1)]))
        _ = try await repository.createBook(BookDetails(title: "Later"), allowDuplicate: false)
      }
      #expect(try old.dump() != before)
      try writer.write(source, header: header)
      try await engine.withDatabase { new in
        try new.restore(file)
        #expect(try new.dump() == before)
      }
    }
  }

  @Test(
    "a backup of an earlier schema is loaded into a later one", arguments: BackupDatabase.Engine.available)
  func older(engine: BackupDatabase.Engine) async throws {
    try await engine.withDatabase(steps: 2) { old in
      let file = try old.backup()
      #expect(try reader(file).header.schema == 2)
      try await engine.withDatabase { new in
        try new.restore(file)
        let locations = try new.dump()
        #expect(locations.count == 1)
        #expect(locations.first?.contains("code=«main»") == true)
      }
    }
  }

  /// Everything between the first line and the digest.
  private static func body(_ file: [UInt8]) -> String {
    String(decoding: file, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
      .prefix { !$0.hasPrefix("sha256 ") }.joined(separator: "\n")
  }
}
