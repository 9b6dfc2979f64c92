import Inventory
import TestSupport
import Testing

/// Documents that several want to act on at the same time.
@Suite(.enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.skipReason)))
struct PostgresDocumentRaceTests {
  @Test("of many who take one movement back one succeeds, and the others are told by which row")
  func reversals() async throws {
    try await withRepository(.postgres) { fixture in
      for number in 0..<5 {
        let item = try await fixture.makeItem("Book \(number)")
        let movement = try #require(try await fixture.adjust(line(item.id, 100)).movements.first)
        let results = await fixture.race(8) { _ in try await fixture.reverse(movement.id) }
        let done = results.compactMap { try? $0.get() }
        #expect(done.count == 1)
        for case .failure(let error) in results {
          #expect(
            error as? InventoryError == .alreadyReversed(movement.id, by: try #require(done.first).id))
        }
        #expect(try await fixture.quantities(item.id).onHand == 0)
      }
    }
  }
}

extension RepositoryFixture {
  /// Runs the body so many times at once.
  func race<Output: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) async throws -> Output
  ) async -> [Result<Output, any Error>] {
    await withTaskGroup(of: Result<Output, any Error>.self) { group in
      for number in 0..<count {
        group.addTask {
          do {
            return .success(try await body(number))
          } catch {
            return .failure(error)
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
  }
}
