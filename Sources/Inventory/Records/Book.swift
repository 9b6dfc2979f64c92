/// What a client may say of a title. Limits are in ``BookLimits``.
public struct BookDetails: Hashable, Sendable {
  /// 13 digits; nil for old and own-label books.
  public var isbn: ISBN?
  public var title: String
  public var subtitle: String?
  public var contributors: [Contributor] = []
  public var publisher: String?
  /// ONIX code list 150, such as `BC` (paperback).
  public var productForm: ProductForm?
  public var language: LanguageTag?
  public var publicationDate: PartialDate?
  /// The first day on which copies may be sold (embargo).
  public var onSaleDate: CalendarDate?
  public var subjects: [Subject] = []
  /// The list price; nil is "not known", not 0.
  public var price: Money?
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
  public var name: String

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
  public var scheme: SubjectScheme
  public var code: String
  /// True for the one main subject.
  public var main: Bool

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
  public var value: String

  public init(type: String, value: String) {
    self.type = type
    self.value = value
  }
}

/// A title as it is stored.
public struct Book: Hashable, Sendable {
  public let id: BookID
  public var details: BookDetails
  /// Starts at 1, grows by one with each change; the ETag is made of it.
  public var version: Int64
  public var createdAt: Instant
  public var updatedAt: Instant
  /// When it was taken out of the catalogue; nil while it is active.
  public var archivedAt: Instant?

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
  public static let title = 1000
  public static let subtitle = 1000
  public static let name = 500
  public static let contributors = 200
  public static let publisher = 500
  public static let subjects = 50
  public static let subjectCode = 100
  public static let identifiers = 20
  public static let identifierValue = 200
  public static let metadataEntries = 50
  public static let metadataKey = 40
  public static let metadataValue = 500
}
