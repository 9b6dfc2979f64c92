import Foundation
import Migrations

/// Where things are in this checkout.
public enum Project {
  /// The folder of Package.swift, without a slash at the end.
  public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// The migrations of an engine, `sqlite` or `postgres`.
  public static func migrations(_ engine: String) throws -> [Migration] {
    try MigrationDirectory.read("\(root)/migrations/\(engine)")
  }
}

/// A folder for one test.
public struct TemporaryFolder: Sendable {
  /// Its absolute path, without a slash at the end.
  public let path: String

  /// Makes an empty folder.
  public init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "bookstore-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  /// Removes it with everything in it.
  public func remove() { try? FileManager.default.removeItem(atPath: path) }
}

/// Runs the body with a folder that is gone afterwards.
public func withTemporaryFolder<Result>(_ body: (TemporaryFolder) async throws -> Result) async throws
  -> Result
{
  let folder = try TemporaryFolder()
  defer { folder.remove() }
  return try await body(folder)
}
