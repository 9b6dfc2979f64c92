import Inventory
import JSON
import TestSupport
import Testing

@testable import API

/// Runs the body with a client of an empty service on SQLite in memory; afterwards every balance must be the
/// sum of its movements.
func withClient(_ body: @Sendable (TestClient) async throws -> Void) async throws {
  try await withRepository(.sqliteMemory) { fixture in
    try await body(TestClient(fixture.repository, clock: fixture.clock))
  }
}

/// A repository that answers `unavailable` to everything.
func closedRepository() async throws -> any InventoryRepository {
  let kept = Atomic<(any InventoryRepository)?>(nil)
  try? await withRepository(.sqliteMemory) { fixture in
    kept.mutate { $0 = fixture.repository }
    await fixture.repository.close()
  }
  return try #require(kept.value)
}

extension TestClient {
  static let hungerGames = "9780439023481"

  /// Stores a book and returns its id.
  @discardableResult
  func storeBook(
    isbn: String? = hungerGames, title: String = "The Hunger Games", _ more: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let isbn = isbn.map { "\"isbn\": \"\($0)\"," } ?? ""
    let response = try await post(
      "/v1/books", "{\(isbn) \"title\": \"\(title)\"\(more.isEmpty ? "" : ", " + more)}")
    #expect(response.status == 201, "\(response)", sourceLocation: sourceLocation)
    return try response.json["id"]?.text ?? ""
  }

  /// Changes a quantity.
  func adjust(
    _ item: String = hungerGames, by delta: Int, location: String = "main", bucket: String = "on_hand",
    reason: String = "received", sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let response = try await post(
      "/v1/adjustments",
      """
      {"reason": "\(reason)", "lines": [
        {"item": "\(item)", "location": "\(location)", "bucket": "\(bucket)", "delta": \(delta)}]}
      """)
    #expect(response.status == 201, "\(response)", sourceLocation: sourceLocation)
  }
}
