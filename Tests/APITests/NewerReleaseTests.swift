import Inventory
import JSON
import TestSupport
import Testing

@testable import API

@Suite("What a newer release wrote")
struct NewerReleaseTests {
  @Test(
    "Words of a newer release are shown in both ledgers, and what it moved is in every figure",
    arguments: RepositoryUnderTest.available)
  func unknownWords(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let client = TestClient(fixture.repository, clock: fixture.clock)
      try await client.storeBook()
      try await client.adjust(by: 5)
      try await fixture.execute(
        """
        insert into movement (
          id, item_id, location_id, bucket, quantity, balance_after, kind, reason, actor, document, line,
          recorded_at, occurred_at
        )
        select
          'mov_00000000000000000000000001', item_id, location_id, bucket, 2, 7, 'consignment', 'consigned',
          actor, 'con_1/1', 0, recorded_at, occurred_at
        from movement
        """)
      try await fixture.execute(
        """
        insert into commitment (
          id, item_id, location_id, bucket, quantity, balance_after, kind, actor, document, line, recorded_at
        )
        select
          'com_00000000000000000000000001', item_id, location_id, 'incoming', 3, 3, 'consignment', actor,
          'con_1/1', 0, recorded_at
        from stock_level
        cross join (select actor, recorded_at from movement limit 1) as first
        """)
      try await fixture.execute("update stock_level set on_hand = 7, incoming = 3, version = 2")

      let movements = try await client.get("/v1/movements").json
      #expect(movements["data"]?.elements.map { $0["kind"] } == ["consignment", "adjustment"])
      #expect(movements["data"]?.elements.map { $0["reason"] } == ["consigned", "received"])
      let one = try await client.get("/v1/movements/mov_00000000000000000000000001")
      #expect(try one.json["kind"] == "consignment", "\(one)")
      #expect(try await client.get("/v1/commitments").json[path: "data/0/kind"] == "consignment")

      let instant = movements[path: "data/0/recorded_at"]?.text ?? ""
      let past = try await client.get("/v1/stock?as_of=\(instant)").json[path: "data/0"]
      #expect(past?["on_hand"] == 7 && past?["incoming"] == 3)
      for target in ["/v1/stock", "/v1/stock?as_of=\(instant)"] {
        let file = try await client.get(target, headers: [("Accept", "text/csv")])
        #expect(file.status == 200 && file.text.contains(",7,"), "\(file)")
      }
      let ever = "from=2000-01-01T00:00:00Z&to=2999-01-01T00:00:00Z"
      let sold = try await client.get("/v1/reports/sell-through?\(ever)").json
      #expect(sold[path: "data/0/received"] == 5 && sold[path: "data/0/on_hand"] == 7)

      // Nobody here knows what belongs to it; and it is no word that clients of this release can say.
      let reversal = try await client.post("/v1/movements/mov_00000000000000000000000001/reverse", nil)
      #expect(reversal.problem == "not-reversible", "\(reversal)")
      for target in ["/v1/movements?kind=", "/v1/movements?reason=", "/v1/commitments?kind="] {
        #expect(try await client.get("\(target)consignment").problem == "invalid-parameter")
      }
      let adjustment = try await client.post(
        "/v1/adjustments", #"{"reason": "consigned", "lines": [{"item": "9780439023481", "delta": 1}]}"#)
      #expect(adjustment.errors == ["/reason unknown-value"], "\(adjustment)")
    }
  }
}
