import Inventory
import TestSupport
import Testing

/// A book with a title and, perhaps, an ISBN.
func details(_ title: String, isbn: String? = nil) throws -> BookDetails {
  var details = BookDetails(title: title)
  details.isbn = try isbn.map { try ISBN($0) }
  return details
}

/// A line that adds or takes copies.
func line(
  _ item: ItemID, _ quantity: Int64, _ bucket: Bucket = .onHand, at location: String = Location.mainCode
) -> AdjustmentLine {
  AdjustmentLine(item: .id(item), location: .code(location), bucket: bucket, change: .delta(quantity))
}

extension RepositoryFixture {
  /// Stores a book and returns its `new` item.
  func makeItem(_ title: String = "A book", isbn: String? = nil) async throws -> Item {
    try await repository.createBook(details(title, isbn: isbn), allowDuplicate: false).1
  }

  /// Changes quantities as the tests mostly do.
  @discardableResult
  func adjust(
    _ lines: AdjustmentLine..., reason: AdjustmentReason = .correction
  ) async throws -> AdjustmentResult {
    try await repository.adjust(Adjustment(reason: reason, actor: "test", lines: lines))
  }

  /// The quantities of an item at a location.
  func quantities(_ item: ItemID, at location: String = Location.mainCode) async throws -> Quantities {
    try await repository.level(.id(item), at: .code(location)).quantities
  }

  /// Stores a location with this code.
  @discardableResult
  func makeLocation(_ code: String, active: Bool = true) async throws -> Location {
    var details = LocationDetails(code: code, name: code)
    details.active = active
    return try await repository.createLocation(details)
  }
}

extension Outcome {
  /// What was done now; throws when an answer was replayed.
  var done: Output {
    get throws {
      guard case .done(let output) = self else { throw InventoryError.unexpected("replayed") }
      return output
    }
  }
}
