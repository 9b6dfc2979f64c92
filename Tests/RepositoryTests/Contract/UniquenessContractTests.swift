import Inventory
import TestSupport
import Testing

/// What the schema itself does not store, whatever the program has judged before.
@Suite struct UniquenessContractTests {
  @Test(
    "the database itself refuses what must be there only once, and a bucket that nobody has",
    arguments: RepositoryUnderTest.available,
    [
      "update book set isbn = '9780439023481'", "update item set sku = 'one'",
      "update location set code = 'one'",
      "update reservation set reference = 'one'", "update stock_document set reference = 'one'",
      """
      insert into commitment (
        id, item_id, location_id, bucket, quantity, balance_after, kind, actor, document, line, recorded_at
      )
      select
        'com_00000000000000000000000001', item_id, location_id, 'lent', 1, 1, 'hold', actor, 'x/1', 0,
        recorded_at
      from commitment
      limit 1
      """,
      """
      insert into movement (
        id, item_id, location_id, bucket, quantity, balance_after, kind, reason, actor, document, line,
        recorded_at, occurred_at
      )
      select
        'mov_00000000000000000000000001', item_id, location_id, 'lent', 1, 1, kind, reason, actor, 'x/1', 0,
        recorded_at, occurred_at
      from movement
      limit 1
      """,
    ])
  func refused(engine: RepositoryUnderTest, sql: String) async throws {
    try await withHolds(engine) { fixture in
      try await fixture.makeLocation("shop")
      for title in ["One", "Two"] {
        let item = try await fixture.makeItem(title)
        try await fixture.adjust(line(item.id, 3))
        try await fixture.reserve(item.id, 1)
        try await fixture.order([(item.id, 1)])
      }
      let error = await #expect(throws: (any Error).self) { try await fixture.execute(sql) }
      let words = ["unique", "_bucket_known"]
      let reason = error.map { "\($0)".lowercased() } ?? ""
      #expect(words.contains { reason.contains($0) }, "\(reason)")
    }
  }
}
