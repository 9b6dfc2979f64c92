internal import Inventory

/// What a column of a catalogue file can hold.
public enum ImportField: Hashable, Sendable {
  case reference, isbn, title, subtitle, contributors, publisher
  case productForm, language, publicationDate, onSaleDate
  case price, currency, quantity, location
  /// Another number of the book, by its type, such as `identifiers.goodreads`.
  case identifier(String)
  /// A note of the sender's own, by its key, such as `metadata.shelf`.
  case metadata(String)
  /// A column that is known and not wanted.
  case ignore

  /// The fields with one name, in the order in which they are explained.
  static let named: [(name: String, field: ImportField)] = [
    ("reference", .reference), ("isbn", .isbn), ("title", .title), ("subtitle", .subtitle),
    ("contributors", .contributors), ("publisher", .publisher), ("product_form", .productForm),
    ("language", .language), ("publication_date", .publicationDate), ("on_sale_date", .onSaleDate),
    ("price", .price), ("currency", .currency), ("quantity", .quantity), ("location", .location),
    ("ignore", .ignore),
  ]

  private static let identifierPrefix = "identifiers."
  private static let metadataPrefix = "metadata."

  /// Reads a name such as `isbn` or `identifiers.goodreads`; nil when there is no such field.
  public init?(_ text: String) {
    if let known = Self.named.first(where: { $0.name == text }) {
      self = known.field
    } else if text.hasPrefix(Self.identifierPrefix) {
      let type = text.dropFirst(Self.identifierPrefix.count)
      guard (1...BookLimits.identifierType).contains(type.utf8.count), type.utf8.allSatisfy(Self.isTypeByte)
      else { return nil }
      self = .identifier(String(type))
    } else if text.hasPrefix(Self.metadataPrefix) {
      let key = text.dropFirst(Self.metadataPrefix.count)
      guard (1...BookLimits.metadataKey).contains(key.unicodeScalars.count) else { return nil }
      self = .metadata(String(key))
    } else {
      return nil
    }
  }

  private static func isTypeByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
    default: false
    }
  }
}

extension ImportField: CustomStringConvertible {
  /// The name that ``init(_:)`` reads.
  public var description: String {
    switch self {
    case .identifier(let type): Self.identifierPrefix + type
    case .metadata(let key): Self.metadataPrefix + key
    default: Self.named.first { $0.field == self }?.name ?? ""
    }
  }

  /// All fields in one line, for messages.
  public static let list = (named.map(\.name) + ["identifiers.NAME", "metadata.NAME"]).joined(separator: ", ")
}
