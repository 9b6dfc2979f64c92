import TestSupport
import Testing

/// Where the program keeps its data in an end-to-end test.
enum Engine: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case sqlite, postgres

  static let available: [Engine] = allCases.filter { engine in
    let repositories = RepositoryUnderTest.available
    return engine == .sqlite ? repositories.contains(.sqliteFile) : repositories.contains(.postgres)
  }

  var testDescription: String { rawValue }

  /// Runs the body with a folder and the URL of an empty database; both are gone afterwards.
  func withDatabase(_ body: (TemporaryFolder, _ url: String) async throws -> Void) async throws {
    try await withTemporaryFolder { folder in
      switch self {
      case .sqlite: try await body(folder, "sqlite:\(folder.path)/bookstore.db")
      case .postgres: try await withPostgresSchema(isMigrated: false) { try await body(folder, $0.url) }
      }
    }
  }
}
