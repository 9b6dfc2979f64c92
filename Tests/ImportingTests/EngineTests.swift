import Foundation
import Importing
import Inventory
import TestSupport
import Testing

@Suite("Import into the engines", .endsHangs)
struct EngineTests {
  @Test(
    "Real books arrive with their stock, are found, and nothing happens when the file comes again",
    .enabled(if: Goodbooks.isPresent, "the goodbooks file is not at hand (BOOKSTORE_SHARED or ../shared)"),
    arguments: RepositoryUnderTest.available)
  func realBooks(engine: RepositoryUnderTest) async throws {
    let file = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Goodbooks.path)))
    // Whole lines: no field of the file contains a line end.
    let lines = file.split(separator: 0x0A, maxSplits: 501, omittingEmptySubsequences: false)
    let bytes = Array(lines.prefix(501).joined(separator: [0x0A]))
    try await withRepository(engine) { fixture in
      var options = Importer.Options(sender: "goodbooks")
      options.quantity = 2
      let importer = Importer(into: fixture.repository, options: options)
      let first = try await importer.run(BytesSource(bytes), rejects: BytesSink())
      #expect(first.rows == 500 && first.created == 500)

      let book = try #require(try await fixture.repository.book(.isbn(ISBN("0-439-02348-3"))))
      #expect(book.details.contributors.map(\.name) == ["Suzanne Collins"])
      #expect(try await fixture.repository.stockTotals(of: [book.id])[book.id]?.available == 2)
      var query = BookQuery()
      query.words = try SearchText.query("hunger collins mock*")
      let found = try await fixture.repository.books(query, page: PageRequest(limit: 10))
      #expect(found.elements.map(\.details.title) == ["Mockingjay (The Hunger Games, #3)"])

      let second = try await importer.run(BytesSource(bytes), rejects: BytesSink())
      #expect(second.unchanged == 500 && second.created == 0 && second.updated == 0)
      #expect(try await fixture.repository.verify().movementsRead == 500)
    }
  }
}
