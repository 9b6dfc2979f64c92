import Inventory
import TestSupport
import Testing

@Suite struct LifecycleContractTests {
  @Test(
    "a repository is ready while its schema is the one it needs, or a later one",
    arguments: RepositoryUnderTest.available)
  func readiness(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      try await fixture.repository.checkReadiness()
      try await fixture.execute(
        "insert into schema_migration (version, name, checksum, applied_at) values (999, '0999_later', 'x', 1)"
      )
      try await fixture.repository.checkReadiness()
      try await fixture.execute("delete from schema_migration where version > 3")
      let error = await #expect(throws: InventoryError.self) { try await fixture.repository.checkReadiness() }
      guard case .unavailable = error else { return #expect(Bool(false), "\(error as Any)") }
    }
  }

  @Test(
    "after closing, everything is refused as unavailable, and closing again is no error",
    arguments: RepositoryUnderTest.available)
  func close(engine: RepositoryUnderTest) async throws {
    try await withClosedRepository(engine) { repository in
      await repository.close()
      let calls: [@Sendable () async throws -> Void] = [
        { try await repository.checkReadiness() },
        { _ = try await repository.book(.id(BookID(value: 1))) },
        { _ = try await repository.books(BookQuery(), page: PageRequest(limit: 1)) },
        { _ = try await repository.createLocation(LocationDetails(code: "x", name: "x")) },
        { _ = try await repository.verify() },
      ]
      for call in calls {
        do {
          try await call()
          Issue.record("a closed repository answered")
        } catch InventoryError.unavailable {
          continue
        }
      }
      await repository.close()
    }
  }

  /// `withRepository` looks for drift afterwards, which a closed repository cannot do.
  private func withClosedRepository(
    _ engine: RepositoryUnderTest, _ body: @Sendable (any InventoryRepository) async throws -> Void
  ) async throws {
    do {
      try await withRepository(engine) { fixture in
        try await body(fixture.repository)
        await fixture.repository.close()
        throw Done()
      }
    } catch is Done {}
  }

  private struct Done: Error {}
}
