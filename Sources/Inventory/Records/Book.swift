/// What a client may say of a title. Limits are in ``BookLimits``.
public struct BookDetails: Hashable, Sendable {
  /// 13 digits; nil for old and own-label books.
  public var isbn: ISBN?
  /// The title proper; up to 1,000 characters, not empty.
  public var title: String
  /// Up to 1,000 characters.
  public var subtitle: String?
  /// In the order of the title page.
  public var contributors: [Contributor] = []
  /// The name on the title page; up to 500 characters.
  public var publisher: String?
  /// ONIX code list 150, such as `BC` (paperback).
  public var productForm: ProductForm?
  /// The language of the text.
  public var language: LanguageTag?
  /// As far as it is known.
  public var publicationDate: PartialDate?
  /// The first day on which copies may be sold (embargo).
  public var onSaleDate: CalendarDate?
  /// At most one is the main subject.
  public var subjects: [Subject] = []
  /// The list price; nil is "not known", not 0.
  public var price: Money?
  /// Numbers besides the ISBN.
  public var identifiers: [BookIdentifier] = []
  /// The client's own notes; kept, not interpreted.
  public var metadata: [String: String] = [:]

  /// A title with nothing else known.
  public init(title: String) { self.title = title }
}

/// Somebody who had a part in a book.
public struct Contributor: Hashable, Sendable {
  /// `author`, `editor`, `illustrator`, `translator` … (``ContributorRole``).
  public var role: ContributorRole
  /// As on the title page; up to 500 characters.
  public var name: String

  /// From its parts.
  public init(role: ContributorRole, name: String) {
    self.role = role
    self.name = name
  }
}

/// What a contributor did.
public enum ContributorRole: String, Sendable, CaseIterable {
  case author, editor, translator, illustrator, photographer, narrator, foreword, introduction, other
}

/// A classification code, such as Thema `FBA` or BISAC `FIC019000`.
public struct Subject: Hashable, Sendable {
  /// Where the code comes from.
  public var scheme: SubjectScheme
  /// The code, or the word of scheme `keyword`; up to 100 characters.
  public var code: String
  /// True for the one main subject.
  public var main: Bool

  /// From its parts.
  public init(scheme: SubjectScheme, code: String, main: Bool) {
    self.scheme = scheme
    self.code = code
    self.main = main
  }
}

/// The classification that a ``Subject`` code comes from.
public enum SubjectScheme: String, Sendable, CaseIterable {
  case thema, bisac, bic, dewey, keyword, own
}

/// Another number the book is known by.
public struct BookIdentifier: Hashable, Sendable {
  /// Lower-case letters, digits and hyphens, such as `gtin` or `goodreads`.
  public var type: String
  /// The number; up to 200 characters.
  public var value: String

  /// From its parts.
  public init(type: String, value: String) {
    self.type = type
    self.value = value
  }
}

/// A title as it is stored.
public struct Book: Hashable, Sendable {
  /// Names the book.
  public let id: BookID
  /// What clients may say of it.
  public var details: BookDetails
  /// Starts at 1, grows by one with each change; the ETag is made of it.
  public var version: Int64
  /// When it was made.
  public var createdAt: Instant
  /// When it was last changed.
  public var updatedAt: Instant
  /// When it was taken out of the catalogue; nil while it is active.
  public var archivedAt: Instant?

  /// From its parts.
  public init(
    id: BookID, details: BookDetails, version: Int64, createdAt: Instant, updatedAt: Instant,
    archivedAt: Instant?
  ) {
    self.id = id
    self.details = details
    self.version = version
    self.createdAt = createdAt
    self.updatedAt = updatedAt
    self.archivedAt = archivedAt
  }
}

/// The largest texts and lists a book may have; the API document states them.
public enum BookLimits {
  /// Characters of a title.
  public static let title = 1000
  /// Characters of a subtitle.
  public static let subtitle = 1000
  /// Characters of a contributor's name.
  public static let name = 500
  /// Contributors of a book.
  public static let contributors = 200
  /// Characters of a publisher's name.
  public static let publisher = 500
  /// Subjects of a book.
  public static let subjects = 50
  /// Characters of a subject code.
  public static let subjectCode = 100
  /// Identifiers of a book.
  public static let identifiers = 20
  /// Characters of an identifier's type.
  public static let identifierType = 40
  /// Characters of an identifier.
  public static let identifierValue = 200
  /// Entries of the metadata.
  public static let metadataEntries = 50
  /// Characters of a metadata key.
  public static let metadataKey = 40
  /// Characters of a metadata value.
  public static let metadataValue = 500
}
