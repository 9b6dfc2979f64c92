import Inventory
import TestSupport
import Testing

@Suite struct AccessContractTests {
  private static func request(
    _ number: Int = 1, scopes: Set<Scope> = [.stockRead], locations: [LocationReference]? = nil,
    expiry: Expiry = .never
  ) -> APIKeyRequest {
    APIKeyRequest(
      name: "till \(number)", scopes: scopes, locations: locations, expiry: expiry, secret: secret(number),
      actor: "test")
  }

  private static func secret(_ number: Int) -> KeySecret {
    KeySecret(prefix: "bks_\(number)", digest: "digest \(number)")
  }

  @Test("a key is found by its id and its prefix as it was made", arguments: RepositoryUnderTest.available)
  func made(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      try await fixture.makeLocation("shop", priority: 2)
      let main = try #require(try await fixture.repository.location(.code("main")))
      let made = try await fixture.repository.createAPIKey(
        Self.request(
          scopes: [.stockRead, .admin], locations: [.code("main"), .id(main.id), .code("shop")],
          expiry: .after(microseconds: 5_000_000)))
      #expect(made.name == "till 1")
      #expect(made.permissions.scopes == [.stockRead, .admin])
      #expect(made.permissions.locations?.count == 2)
      #expect(made.expiresAt?.microseconds == made.createdAt.microseconds + 5_000_000)
      #expect(made.lastUsedAt == nil && made.revokedAt == nil && made.previous == nil)
      #expect(try await fixture.repository.apiKey(made.id) == made)
      #expect(try await fixture.repository.apiKey(prefix: "bks_1") == made)
      #expect(try await fixture.repository.apiKey(prefix: "bks_2") == nil)
      #expect(try await fixture.repository.apiKey(APIKeyID.generate(at: fixture.now)) == nil)
      let everywhere = try await fixture.repository.createAPIKey(Self.request(2))
      #expect(try await fixture.repository.apiKey(everywhere.id)?.permissions.locations == nil)
    }
  }

  @Test("what a key names must exist, and its end must come", arguments: RepositoryUnderTest.available)
  func refused(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      await #expect(throws: InventoryError.unknownLocations([1: "moon"])) {
        try await fixture.repository.createAPIKey(
          Self.request(locations: [.code("main"), .code("moon")]))
      }
      let past = Instant(microseconds: fixture.now.microseconds - 1)
      do throws(InventoryError) {
        _ = try await fixture.repository.createAPIKey(Self.request(expiry: .at(past)))
        Issue.record("made with an end that was over")
      } catch {
        guard case .expiryNotInFuture = error else { throw error }
      }
      #expect(try await fixture.repository.apiKeys(page: PageRequest(limit: 5)).elements.isEmpty)
    }
  }

  @Test("two secrets do not begin alike", arguments: RepositoryUnderTest.available)
  func uniquePrefix(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      _ = try await fixture.repository.createAPIKey(Self.request())
      await #expect(throws: InventoryError.self) { try await fixture.repository.createAPIKey(Self.request()) }
      #expect(try await fixture.repository.apiKeys(page: PageRequest(limit: 5)).elements.count == 1)
    }
  }

  @Test("a rotated key has two secrets for a while, then one", arguments: RepositoryUnderTest.available)
  func rotated(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let made = try await fixture.repository.createAPIKey(Self.request())
      let rotated = try await fixture.repository.rotateAPIKey(
        APIKeyRotation(id: made.id, secret: Self.secret(2), overlap: 7_000_000))
      #expect(rotated.id == made.id)
      #expect(rotated.secret == Self.secret(2))
      #expect(rotated.previous?.secret == made.secret)
      #expect(rotated.previous?.until.microseconds == (rotated.rotatedAt?.microseconds ?? 0) + 7_000_000)
      #expect(try await fixture.repository.apiKey(prefix: "bks_1") == rotated)
      #expect(try await fixture.repository.apiKey(prefix: "bks_2") == rotated)
      _ = try await fixture.repository.rotateAPIKey(
        APIKeyRotation(id: made.id, secret: Self.secret(3), overlap: 0))
      #expect(try await fixture.repository.apiKey(prefix: "bks_1") == nil)
    }
  }

  @Test("a revoked key stays, and is not rotated", arguments: RepositoryUnderTest.available)
  func revoked(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let made = try await fixture.repository.createAPIKey(Self.request())
      let revoked = try await fixture.repository.revokeAPIKey(made.id)
      #expect(revoked.revokedAt != nil)
      try await fixture.advanceClock(seconds: 5)
      #expect(try await fixture.repository.revokeAPIKey(made.id) == revoked)
      #expect(try await fixture.repository.apiKey(made.id) == revoked)
      let rotation = APIKeyRotation(id: made.id, secret: Self.secret(2), overlap: 0)
      await #expect(
        throws: InventoryError.invalidState(.apiKey, id: made.id.description, state: "revoked")
      ) { try await fixture.repository.rotateAPIKey(rotation) }
      let nobody = APIKeyID.generate(at: fixture.now)
      await #expect(throws: InventoryError.notFound(.apiKey, nobody.description)) {
        try await fixture.repository.revokeAPIKey(nobody)
      }
    }
  }

  @Test("keys are listed newest first, page by page", arguments: RepositoryUnderTest.available)
  func listed(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      var made: [APIKey] = []
      for number in 1...5 {
        try await fixture.advanceClock(seconds: 1)
        made.append(try await fixture.repository.createAPIKey(Self.request(number)))
      }
      var listed: [APIKey] = []
      var request = PageRequest(limit: 2)
      while true {
        let page = try await fixture.repository.apiKeys(page: request)
        listed += page.elements
        guard let next = page.next else { break }
        request = PageRequest(limit: 2, after: next)
      }
      #expect(listed == made.reversed())
    }
  }

  @Test("the last use is remembered and never set back", arguments: RepositoryUnderTest.available)
  func used(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let first = try await fixture.repository.createAPIKey(Self.request(1))
      let second = try await fixture.repository.createAPIKey(Self.request(2))
      let (early, late) = (Instant(microseconds: 10), Instant(microseconds: 20))
      try await fixture.repository.recordUse(of: [first.id: late, second.id: early])
      try await fixture.repository.recordUse(of: [first.id: early, second.id: late])
      try await fixture.repository.recordUse(of: [:])
      #expect(try await fixture.repository.apiKey(first.id)?.lastUsedAt == late)
      #expect(try await fixture.repository.apiKey(second.id)?.lastUsedAt == late)
    }
  }

  // MARK: Locations

  /// Ten copies at main and at shop, and who may change only what is at shop.
  private func withShop(
    _ engine: RepositoryUnderTest,
    _ body: @Sendable (RepositoryFixture, Item, Origin) async throws -> Void
  ) async throws {
    try await withHolds(engine) { fixture in
      try await fixture.makeLocation("shop", priority: 500)
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 10), line(item.id, 10, at: "shop"))
      let shop = try #require(try await fixture.repository.location(.code("shop")))
      try await body(fixture, item, Origin(actor: "shop", locations: [shop.id]))
    }
  }

  private func expectRefusal(_ body: () async throws -> Void) async {
    await #expect(throws: InventoryError.locationNotAllowed("main")) { try await body() }
  }

  @Test("whoever is let in for a shop changes nothing elsewhere", arguments: RepositoryUnderTest.available)
  func adjustments(engine: RepositoryUnderTest) async throws {
    try await withShop(engine) { fixture, item, origin in
      var adjustment = Adjustment(
        reason: .sold, actor: "", lines: [line(item.id, -1, at: "shop"), line(item.id, -1)])
      adjustment.origin = origin
      await expectRefusal { [adjustment] in _ = try await fixture.repository.adjust(adjustment) }
      #expect(try await fixture.quantities(item.id, at: "shop").onHand == 10)
      adjustment.lines.removeLast()
      _ = try await fixture.repository.adjust(adjustment)
      #expect(try await fixture.quantities(item.id, at: "shop").onHand == 9)

      let level = try await fixture.repository.level(.id(item.id), at: .code("main"))
      let change = PolicyChange(
        item: item.id, location: level.locationID, policy: StockPolicy(), version: level.version,
        origin: origin)
      await expectRefusal { _ = try await fixture.repository.replacePolicy(change) }
    }
  }

  @Test(
    "where the service chooses, it chooses where the caller may; others' expired holds are freed anywhere",
    arguments: RepositoryUnderTest.available)
  func reservations(engine: RepositoryUnderTest) async throws {
    try await withShop(engine) { fixture, item, origin in
      let expired = try await fixture.reserve(want(item, 10, at: "main")) {
        $0.expiry = .after(microseconds: 1_000_000)
      }.reservation
      try await fixture.advanceClock(seconds: 2)
      var request = ReservationRequest(lines: [want(item, 2)], origin: origin)
      let held = try await fixture.reserve(request).reservation
      #expect(allocations(held) == ["shop": .of(held: 2)])
      #expect(try await fixture.stored(expired.id).state == .expired)
      request.lines = [want(item, 1, at: "main")]
      await expectRefusal { [request] in _ = try await fixture.reserve(request) }
      let tooMany = ReservationRequest(lines: [want(item, 9)], origin: origin)
      await #expect(throws: InventoryError.refused([insufficient(0, wanted: 9, available: 8)])) {
        try await fixture.reserve(tooMany)
      }
    }
  }

  @Test("copies are sent from and received at one's own locations", arguments: RepositoryUnderTest.available)
  func transfers(engine: RepositoryUnderTest) async throws {
    try await withShop(engine) { fixture, item, origin in
      var request = TransferRequest(
        from: .code("main"), to: .code("shop"), lines: [ItemQuantity(item: .id(item.id), quantity: 2)],
        origin: origin)
      await expectRefusal { [request] in
        _ = try await fixture.repository.createTransfer(request, once: nil)
      }
      request.origin = Origin(actor: "main")
      let arriving = try await fixture.repository.createTransfer(request, once: nil).done.document
      let ship = TransferChange(id: arriving.id, action: .ship, origin: origin)
      await expectRefusal { _ = try await fixture.repository.changeTransfer(ship, once: nil) }
      try await fixture.change(arriving.id, .ship)
      let receive = TransferChange(id: arriving.id, action: .receive(nil, close: true), origin: origin)
      _ = try await fixture.repository.changeTransfer(receive, once: nil)
      #expect(try await fixture.quantities(item.id, at: "shop").onHand == 12)

      request = TransferRequest(
        from: .code("shop"), to: .code("main"), lines: [ItemQuantity(item: .id(item.id), quantity: 2)],
        origin: origin)
      let leaving = try await fixture.repository.createTransfer(request, once: nil).done.document
      let send = TransferChange(id: leaving.id, action: .ship, origin: origin)
      _ = try await fixture.repository.changeTransfer(send, once: nil)
      let take = TransferChange(id: leaving.id, action: .receive(nil, close: true), origin: origin)
      await expectRefusal { _ = try await fixture.repository.changeTransfer(take, once: nil) }
    }
  }
}
