internal import Inventory
internal import StoredJSON

/// The searchable words of a book, made anew from a row of a backup: each engine keeps them in a form of its
/// own, and so they are not in the file.
public struct SearchDocument {
  /// The table that has them.
  public static let table = "book"

  private let isbn: Int
  private let title: Int
  private let subtitle: Int
  private let contributors: Int
  private let publisher: Int
  private let subjects: Int

  /// For rows with these columns. Throws `refused` where one of those that are needed is not among them.
  public init(columns: [String]) throws(BackupError) {
    func place(_ name: String) throws(BackupError) -> Int {
      guard let place = columns.firstIndex(of: name) else {
        throw .refused("the backup's table \(Self.table) has no column \(name)")
      }
      return place
    }
    isbn = try place("isbn")
    title = try place("title")
    subtitle = try place("subtitle")
    contributors = try place("contributors")
    publisher = try place("publisher")
    subjects = try place("subjects")
  }

  /// The words of the book with these values, with single spaces between them.
  public func text(of values: [String?]) throws(BackupError) -> String {
    var details = BookDetails(title: values[title] ?? "")
    details.isbn = values[isbn].map(ISBN.init(stored:))
    details.subtitle = values[subtitle]
    details.publisher = values[publisher]
    do throws(InventoryError) {
      details.contributors = try StoredJSON.contributors(Array((values[contributors] ?? "[]").utf8))
      details.subjects = try StoredJSON.subjects(Array((values[subjects] ?? "[]").utf8))
    } catch {
      throw .damaged("a book has contributors or subjects that cannot be read")
    }
    return SearchText.document(of: details)
  }
}
