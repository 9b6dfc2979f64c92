internal import Crypto
internal import Inventory

/// What a record says of a book; nil and empty is "says nothing", so what is stored stays.
struct BookOverlay: Hashable, Sendable {
  var isbn: ISBN?
  var title: String?
  var subtitle: String?
  var contributors: [Contributor] = []
  var publisher: String?
  var productForm: ProductForm?
  var language: LanguageTag?
  var publicationDate: PartialDate?
  var onSaleDate: CalendarDate?
  var price: Money?
  var identifiers: [BookIdentifier] = []
  var metadata: [String: String] = [:]

  /// The details to store, from the present ones when the book exists. Identifiers are replaced by type, notes
  /// by key.
  func applied(to present: BookDetails?) -> Result<BookDetails, InvalidValue> {
    guard let title = title ?? present?.title else {
      return .failure(InvalidValue(code: "missing-title", detail: "A new book needs a title."))
    }
    var details = present ?? BookDetails(title: title)
    details.title = title
    details.isbn = isbn ?? details.isbn
    details.subtitle = subtitle ?? details.subtitle
    if !contributors.isEmpty { details.contributors = contributors }
    details.publisher = publisher ?? details.publisher
    details.productForm = productForm ?? details.productForm
    details.language = language ?? details.language
    details.publicationDate = publicationDate ?? details.publicationDate
    details.onSaleDate = onSaleDate ?? details.onSaleDate
    details.price = price ?? details.price
    for identifier in identifiers {
      if let index = details.identifiers.firstIndex(where: { $0.type == identifier.type }) {
        details.identifiers[index] = identifier
      } else {
        details.identifiers.append(identifier)
      }
    }
    details.metadata.merge(metadata) { _, new in new }
    guard details.identifiers.count <= BookLimits.identifiers else {
      return .failure(
        InvalidValue(code: "too-many", detail: "A book has at most \(BookLimits.identifiers) identifiers."))
    }
    guard details.metadata.count <= BookLimits.metadataEntries else {
      return .failure(
        InvalidValue(code: "too-many", detail: "A book has at most \(BookLimits.metadataEntries) notes."))
    }
    return .success(details)
  }

  /// SHA-256 over what is said, each part with its length before it, so that no two overlays look the same.
  var fingerprint: String {
    var bytes: [UInt8] = []
    for (field, value) in parts {
      for text in [field, value] {
        bytes.append(contentsOf: String(text.utf8.count).utf8)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(contentsOf: text.utf8)
      }
    }
    return SHA256.hex(bytes)
  }

  private var parts: [(field: String, value: String)] {
    var parts: [(String, String)] = []
    func add(_ field: ImportField, _ value: String?) {
      if let value { parts.append((field.description, value)) }
    }
    add(.isbn, isbn?.digits)
    add(.title, title)
    add(.subtitle, subtitle)
    for contributor in contributors { parts.append((contributor.role.rawValue, contributor.name)) }
    add(.publisher, publisher)
    add(.productForm, productForm?.code)
    add(.language, language?.text)
    add(.publicationDate, publicationDate?.description)
    add(.onSaleDate, onSaleDate?.description)
    add(.price, price.map { "\($0.amount) \($0.currency.code)" })
    for identifier in identifiers { add(.identifier(identifier.type), identifier.value) }
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { add(.metadata(key), value) }
    return parts
  }
}
