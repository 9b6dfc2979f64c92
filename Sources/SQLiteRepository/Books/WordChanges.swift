internal import Inventory

/// What the search index must be told of the books that a job wrote.
///
/// It is told once, at the end of the job: FTS5 writes what it has gathered at every savepoint, and a batch has
/// one for each record.
struct WordChanges {
  private var changes: [(book: Int64, old: String?, new: String)] = []

  /// How many changes there are; ``truncate(to:)`` goes back to here.
  var count: Int { changes.count }

  /// Remembers that the document of a book (by number) is new; `old` is nil for a new book.
  mutating func append(book: Int64, old: String?, new: String) {
    if old != new { changes.append((book, old, new)) }
  }

  /// Forgets the changes of a record that was taken back.
  mutating func truncate(to count: Int) { changes.removeLast(changes.count - count) }

  /// Tells the index.
  func apply(to connection: Connection) throws(InventoryError) {
    for (book, old, new) in changes {
      if let old {
        // The index must be told what it forgets (https://www.sqlite.org/fts5.html#the_delete_command).
        try connection.run(
          "insert into book_search (book_search, rowid, search_document) values ('delete', ?, ?)",
          [.integer(book), .text(old)])
      }
      try connection.run(
        "insert into book_search (rowid, search_document) values (?, ?)", [.integer(book), .text(new)])
    }
  }
}
