import Inventory
import TestSupport
import Testing

@Suite struct CommitmentContractTests {
  @Test(
    "the second ledger is listed newest first, page by page, by every filter",
    arguments: RepositoryUnderTest.available)
  func lists(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let first = try await fixture.makeItem("One")
      let second = try await fixture.makeItem("Two")
      let shop = try await fixture.makeLocation("shop")
      for item in [first, second] {
        try await fixture.adjust(line(item.id, 9), line(item.id, 9, at: "shop"))
      }
      for number in 0..<6 {
        let request = ReservationRequest(
          reference: "order \(number)",
          lines: [
            HoldLine(
              item: .id(number % 2 == 0 ? first.id : second.id),
              location: .code(number < 3 ? "main" : "shop"), quantity: 2)
          ], origin: Origin(actor: "anna", requestID: "r-\(number)"))
        let reservation = try await fixture.repository.reserve(request, once: nil).done.reservation
        guard number < 2 else { continue }
        _ = try await fixture.repository.change(
          ReservationChange(id: reservation.id, action: .release(nil), origin: Origin(actor: "ben")),
          once: nil)
      }
      @Sendable func list(_ change: (inout CommitmentQuery) -> Void) async throws -> [Commitment] {
        var query = CommitmentQuery()
        change(&query)
        return try await walk(limit: 3) { [query] page in
          try await fixture.repository.commitments(query, page: page)
        }
      }
      let all = try await list { _ in }
      #expect(all.count == 8)
      #expect(all.map(\.sequence) == all.map(\.sequence).sorted(by: >))
      let oldest = try #require(all.last)
      #expect(oldest.itemID == first.id && oldest.sku == first.details.sku)
      #expect(oldest.locationCode == "main" && oldest.bucket == .held && oldest.kind == .hold)
      #expect((oldest.quantity, oldest.balanceAfter, oldest.line) == (2, 2, 0))
      #expect(oldest.reference == "order 0" && oldest.actor == "anna" && oldest.requestID == "r-0")
      #expect(try await list { $0.item = second.id } == all.filter { $0.itemID == second.id })
      #expect(try await list { $0.location = shop.id } == all.filter { $0.locationCode == "shop" })
      #expect(try await list { $0.bucket = .held } == all)
      #expect(try await list { $0.bucket = .incoming } == [])
      #expect(try await list { $0.kind = .release } == all.filter { $0.kind == .release })
      #expect(try await list { $0.reference = "order 1" } == all.filter { $0.reference == "order 1" })
      #expect(try await list { $0.reference = "ORDER 1" } == [])
      let instant = all[4].recordedAt
      #expect(try await list { $0.recordedAtLeast = instant } == all.filter { $0.recordedAt >= instant })
      #expect(try await list { $0.recordedAtMost = instant } == all.filter { $0.recordedAt <= instant })
      #expect(
        try await list {
          $0.item = first.id
          $0.location = shop.id
          $0.kind = .hold
          $0.reference = "order 4"
        } == all.filter { $0.reference == "order 4" })
    }
  }
}
