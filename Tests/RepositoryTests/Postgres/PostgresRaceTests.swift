import EventLoop
import Inventory
import TestSupport
import Testing

@testable import PostgresRepository

/// What only shows when transactions run at the same time.
@Suite(.enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.skipReason)))
struct PostgresRaceTests {
  @Test("a book is archived or stocked, never both, however the two meet")
  func archiving() async throws {
    try await withRepository(.postgres) { fixture in
      for number in 0..<40 {
        let item = try await fixture.makeItem("Book \(number)")
        if number % 2 == 0 { try await fixture.adjust(line(item.id, 1), reason: .found) }
        if number % 2 == 0 { try await fixture.adjust(line(item.id, -1)) }
        let outcomes = await withTaskGroup(of: Bool.self) { group in
          group.addTask {
            do {
              _ = try await fixture.repository.archiveBook(item.bookID, version: nil)
              return true
            } catch {
              guard case InventoryError.bookHasStock = error else {
                Issue.record("\(error)")
                return false
              }
              return false
            }
          }
          group.addTask {
            do {
              try await fixture.adjust(line(item.id, 1))
              return true
            } catch {
              guard case InventoryError.unknownLines(let problems) = error, problems.first?.code == .archived
              else {
                Issue.record("\(error)")
                return false
              }
              return false
            }
          }
          return await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(outcomes.count(where: { $0 }) == 1)
        let book = try #require(try await fixture.repository.book(.id(item.bookID)))
        #expect(try await (fixture.quantities(item.id).onHand == 0) == (book.archivedAt != nil))
      }
    }
  }

  @Test("of many who store a book with one ISBN one succeeds, and the others are told of it")
  func sameISBN() async throws {
    try await withRepository(.postgres) { fixture in
      for isbn in ["9780439023481", "9780439554930", "9780316015844"] {
        let wanted = try details("A book", isbn: isbn)
        let results = await withTaskGroup(of: Result<BookID, any Error>.self) { group in
          for _ in 0..<8 {
            group.addTask {
              do {
                return .success(try await fixture.repository.createBook(wanted, allowDuplicate: false).0.id)
              } catch {
                return .failure(error)
              }
            }
          }
          return await group.reduce(into: []) { $0.append($1) }
        }
        let stored = results.compactMap { try? $0.get() }
        #expect(stored.count == 1)
        for case .failure(let error) in results {
          #expect(
            error as? InventoryError == .duplicateISBN(try ISBN(isbn), twin: try #require(stored.first)))
        }
      }
    }
  }

  // With quantities the ledger would refuse the second of two as well; without them only the queue does.
  @Test("two imports of one file at a time store each book once", arguments: [2, nil])
  func sameFile(quantity: Int64?) async throws {
    try await withRepository(.postgres) { fixture in
      let records = (0..<50).map { number in
        ImportRecord(
          sender: "test", reference: "\(number)", fingerprint: "f", isbn: nil,
          merge: { _ in .success(BookDetails(title: "Book \(number)")) }, quantity: quantity,
          location: .code("main")
        )
      }
      let outcomes = try await withThrowingTaskGroup(of: [ImportOutcome].self) { group in
        for _ in 0..<4 {
          group.addTask { try await fixture.repository.importBooks(records, dryRun: false) }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      let created = outcomes.count { if case .created = $0 { true } else { false } }
      let unchanged = outcomes.count { if case .unchanged = $0 { true } else { false } }
      #expect((created, unchanged) == (50, 150))
      let books = try await fixture.repository.books(BookQuery(), page: PageRequest(limit: 200))
      #expect(books.elements.count == 50)
    }
  }

  @Test("adjustments and policies of one new level do not get in each other's way")
  func newLevel() async throws {
    try await withRepository(.postgres) { fixture in
      let main = try #require(try await fixture.repository.location(.code("main"))).id
      for number in 0..<20 {
        let item = try await fixture.makeItem("Book \(number)")
        await withTaskGroup(of: Void.self) { group in
          group.addTask {
            await #expect(throws: Never.self) { try await fixture.adjust(line(item.id, 3)) }
          }
          group.addTask {
            do {
              _ = try await fixture.repository.replacePolicy(
                PolicyChange(item.id, at: main, with: StockPolicy(), version: 0))
            } catch {
              #expect(error as? InventoryError == .versionMismatch(current: 1))
            }
          }
        }
        #expect(try await fixture.quantities(item.id).onHand == 3)
      }
    }
  }
}
