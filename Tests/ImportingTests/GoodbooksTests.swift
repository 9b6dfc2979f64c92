import Foundation
import Importing
import Inventory
import Testing

/// The 10,000 books of the goodbooks file, where it is at hand: BOOKSTORE_SHARED or `../shared`.
enum Goodbooks {
  static let path: String = {
    let shared =
      ProcessInfo.processInfo.environment["BOOKSTORE_SHARED"]
      ?? FileManager.default.currentDirectoryPath + "/../shared"
    return shared + "/data/goodbooks-10k/books.csv"
  }()

  static let isPresent = FileManager.default.fileExists(atPath: path)
}

@Suite("Goodbooks")
struct GoodbooksTests {
  @Test(
    "The file works by itself: all books but those with a wrong check digit",
    .enabled(if: Goodbooks.isPresent, "the goodbooks file is not at hand (BOOKSTORE_SHARED or ../shared)"))
  func everything() async throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Goodbooks.path)))
    let repository = FakeRepository()
    let rejects = BytesSink()
    var unused: [String] = []
    let importer = Importer(into: repository, options: Importer.Options(sender: "goodbooks"))
    let first = try await importer.run(
      BytesSource(bytes, piece: .max), rejects: rejects,
      observer: ImportObserver(mapped: { unused = $0.unused }))
    #expect(first.rows == 10_000)
    #expect(first.bytes == Int64(bytes.count))
    #expect(first.created == 9977)
    #expect(first.reasons == ["bad-check-digit": 23])
    #expect(rejects.rows.count == 23)
    #expect(unused.contains("average_rating") && unused.contains("original_title") && unused.count == 15)
    let books = repository.current.books
    #expect(books.count { $0.isbn != nil } == 9277)
    #expect(books.count { $0.language == nil } == 1084 - rejects.rows.count { $0[14].isEmpty })
    let hunger = try #require(books.first)
    #expect(hunger.isbn?.digits == "9780439023481")
    #expect(hunger.title == "The Hunger Games (The Hunger Games, #1)")
    #expect(hunger.contributors == [Contributor(role: .author, name: "Suzanne Collins")])
    #expect(hunger.publicationDate?.description == "2008")
    #expect(hunger.language?.text == "en")
    #expect(hunger.identifiers == [BookIdentifier(type: "goodreads", value: "2767052")])
    #expect(books.contains { $0.publicationDate?.description == "-0720" })

    let start = Array(bytes.prefix(300_000))
    let second = try await importer.run(BytesSource(start, piece: 777), rejects: BytesSink())
    #expect(second.unchanged > 800 && second.created == 0 && second.updated == 0)
  }
}
