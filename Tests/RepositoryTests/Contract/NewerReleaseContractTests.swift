import Inventory
import TestSupport
import Testing

/// While releases replace each other one by one, a newer one writes words that this one does not know.
@Suite struct NewerReleaseContractTests {
  @Test(
    "rows of a kind and for a reason that nobody here knows are listed, counted and part of the past",
    arguments: RepositoryUnderTest.available)
  func unknownKinds(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let (kind, reason) = (MovementKind(rawValue: "consignment"), AdjustmentReason(rawValue: "consigned"))
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 5))
      try await fixture.order([(item.id, 4)])
      for statement in Self.postings { try await fixture.execute(statement) }

      let movement = try #require(try await fixture.movements().last)
      #expect((movement.kind, movement.reason) == (kind, reason))
      #expect((movement.quantity, movement.balanceAfter) == (2, 7))
      #expect(try await fixture.repository.movement(movement.id) == movement)
      var query = MovementQuery()
      query.kind = kind
      query.reason = reason
      let found = try await fixture.repository.movements(query, page: PageRequest(limit: 9)).elements
      #expect(found == [movement])
      let commitment = try #require(try await fixture.commitments().last)
      #expect((commitment.kind, commitment.balanceAfter) == (kind, 7))

      let past = try await fixture.repository.level(
        .id(item.id), at: .code("main"), asOf: commitment.recordedAt)
      #expect((past.quantities.onHand, past.quantities.incoming) == (7, 7))
      await #expect(throws: InventoryError.notReversible(movement.id, kind)) {
        try await fixture.reverse(movement.id)
      }
      let next = try await fixture.adjust(line(item.id, -1)).movements.first
      #expect(next?.balanceAfter == 6)
    }
  }

  @Test(
    "a return for a reason that nobody here knows is shown with it", arguments: RepositoryUnderTest.available)
  func unknownReason(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let id = try await fixture.takeBack(.init(item: .id(item.id), quantity: 1, into: .onHand)).document.id
      try await fixture.execute(
        "update stock_document set details = replace(details, '\"returned\"', '\"misprinted\"')")
      let stored = try await fixture.repository.stockReturn(id)
      #expect(stored?.reason == AdjustmentReason(rawValue: "misprinted"))
    }
  }

  /// What a newer release might write: two copies on the shelf and three more under way.
  static let postings = [
    """
    insert into movement (
      id, item_id, location_id, bucket, quantity, balance_after, kind, reason, actor, document, line,
      recorded_at, occurred_at
    )
    select
      'mov_00000000000000000000000001', item_id, location_id, bucket, 2, balance_after + 2, 'consignment',
      'consigned', actor, 'con_1/1', 0, recorded_at, occurred_at
    from movement
    """,
    """
    insert into commitment (
      id, item_id, location_id, bucket, quantity, balance_after, kind, actor, document, line, recorded_at
    )
    select
      'com_00000000000000000000000001', item_id, location_id, bucket, 3, balance_after + 3, 'consignment',
      actor, 'con_1/1', 0, recorded_at
    from commitment
    """,
    "update stock_level set on_hand = on_hand + 2, incoming = incoming + 3, version = version + 1",
  ]
}
