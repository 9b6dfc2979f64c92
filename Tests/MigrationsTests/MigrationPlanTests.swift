import Migrations
import Testing

@Suite struct MigrationPlanTests {
  private let available = (1...3).map {
    Migration(version: $0, name: "000\($0)_step", sql: "select \($0);", checksum: "sum\($0)")
  }

  private func applied(_ versions: Int...) -> [AppliedMigration] {
    versions.map { AppliedMigration(version: $0, name: "000\($0)_step", checksum: "sum\($0)", appliedAt: 7) }
  }

  private func refusal(_ applied: [AppliedMigration]) -> String {
    do {
      _ = try MigrationPlan.pending(available: available, applied: applied)
      return ""
    } catch {
      return error.description
    }
  }

  @Test("a new database needs every step, one that has some needs the rest, in order")
  func pending() throws {
    #expect(try MigrationPlan.pending(available: available, applied: []) == available)
    #expect(try MigrationPlan.pending(available: available, applied: applied(1)) == Array(available[1...]))
    #expect(try MigrationPlan.pending(available: available, applied: applied(2, 1)) == [available[2]])
    #expect(try MigrationPlan.pending(available: available, applied: applied(1, 2, 3)).isEmpty)
  }

  @Test("a database newer than the folder is refused, and the message says which step and what to do")
  func newerDatabase() {
    let text = refusal(applied(1, 2, 3, 4))
    #expect(text.contains("0004_step"))
    #expect(text.contains("0003_step"))
    #expect(text.contains("newer version of the program"))
  }

  @Test("a step that was edited after it was applied is refused with both checksums")
  func changedChecksum() {
    var rows = applied(1, 2)
    rows[1] = AppliedMigration(version: 2, name: "0002_step", checksum: "other", appliedAt: 7)
    let text = refusal(rows)
    #expect(text.contains("0002_step.sql"))
    #expect(text.contains("other"))
    #expect(text.contains("sum2"))
  }

  @Test("a step that was renamed is refused with both names")
  func renamed() {
    let text = refusal([AppliedMigration(version: 1, name: "0001_old", checksum: "sum1", appliedAt: 7)])
    #expect(text.contains("0001_old"))
    #expect(text.contains("0001_step"))
  }

  @Test("a hole in what was applied is refused")
  func hole() {
    #expect(refusal(applied(1, 3)).contains("not step 2"))
  }
}
