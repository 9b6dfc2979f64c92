import Inventory
import TestSupport
import Testing

@testable import PostgresRepository

@Suite struct PostgresSearchTests {
  @Test("words become a tsquery as they are")
  func tsquery() throws {
    #expect(try SearchText.query("The hung* don't").tsquery == "'the' & 'hung':* & 'dont'")
  }

  @Test(
    "a book with the longest title that there can be is stored and found by it",
    .enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.skipReason)))
  func longTitle() async throws {
    try await withRepository(.postgres) { fixture in
      let title = String(repeating: "𐐨", count: BookLimits.title)
      let (book, _) = try await fixture.repository.createBook(
        BookDetails(title: title), allowDuplicate: false)
      var query = BookQuery()
      query.words = try SearchText.query(title)
      let found = try await fixture.repository.books(query, page: PageRequest(limit: 2))
      #expect(found.elements == [book])
      query.words = try SearchText.query(String(title.dropLast(990)) + "*")
      #expect(try await fixture.repository.books(query, page: PageRequest(limit: 2)).elements == [book])
    }
  }
}
