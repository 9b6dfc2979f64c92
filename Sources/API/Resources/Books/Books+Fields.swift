internal import Inventory
internal import JSON

/// What a client sends of a book.
struct BookInput: Sendable {
  var details: BookDetails
  /// Store it although another active book has the ISBN.
  var allowDuplicate: Bool
}

extension Books {
  private static let isbn = Member.optional(
    "isbn", .isbn,
    "In any spelling, ISBN-10 or ISBN-13; kept as 13 digits. Null for old and own-label books, which have none."
  )
  private static let title = Member.required("title", .line(1...BookLimits.title), "The title proper.")
  private static let subtitle = Member.optional(
    "subtitle", .line(1...BookLimits.subtitle), "The rest of the title.")
  private static let contributors = Member.defaulted(
    "contributors", .list(of: contributor, count: 0...BookLimits.contributors), [],
    "In the order of the title page.")
  private static let publisher = Member.optional(
    "publisher", .line(1...BookLimits.publisher), "The name on the title page.")
  private static let productForm = Member.optional(
    "product_form", .productForm, "ONIX code list 150, such as BB (hardback), BC (paperback).")
  private static let language = Member.optional(
    "language", .languageTag, "Of the text: BCP 47 (en, pt-BR); three-letter codes (eng) become two letters.")
  private static let publicationDate = Member.optional(
    "publication_date", .partialDate, "As far as it is known: 2008, 2008-09, 2008-09-14; before Christ -0720."
  )
  private static let onSaleDate = Member.optional(
    "on_sale_date", .calendarDate, "The first day on which copies may be sold.")
  private static let subjects = Member.defaulted(
    "subjects", .list(of: subject, count: 0...BookLimits.subjects), [], "Classification; at most one is main."
  )
  private static let price = Member.optional(
    "price", .money, "The list price; null when it is not known, which is not the same as 0.")
  private static let identifiers = Member.defaulted(
    "identifiers", .list(of: identifier, count: 0...BookLimits.identifiers), [], "Numbers besides the ISBN.")
  private static let metadata = Member.defaulted(
    "metadata",
    .map(
      count: 0...BookLimits.metadataEntries, key: 1...BookLimits.metadataKey,
      value: 0...BookLimits.metadataValue),
    [:], "Your own notes; kept, not interpreted.")
  private static let allowDuplicate = Member.defaulted(
    "allow_duplicate", .boolean, false, "Store it although another active book has this ISBN.",
    isWriteOnly: true)

  /// What clients may say of a book, in the order of the answers.
  static let detailProperties = [
    isbn.property, title.property, subtitle.property, contributors.property, publisher.property,
    productForm.property, language.property, publicationDate.property, onSaleDate.property,
    subjects.property, price.property, identifiers.property, metadata.property,
  ]

  /// Members of answers that are not the client's to set.
  static let notes: [String: MemberNote] = {
    let names = ["id", "isbn10", "version", "created_at", "updated_at", "archived_at", "items"]
    var notes = Dictionary(uniqueKeysWithValues: names.map { ($0, MemberNote.readOnly) })
    notes["stock"] = MemberNote(code: "read-only", detail: "Quantities are changed by POST /v1/adjustments.")
    return notes
  }()

  /// A book as clients send it.
  static let input = Format<BookInput>.object(
    .named("BookInput", .object(detailProperties + [allowDuplicate.property])), notes: notes
  ) { reader in
    let isbn = reader.value(of: isbn)
    var details = BookDetails(title: reader.value(of: title) ?? "")
    details.isbn = isbn
    details.subtitle = reader.value(of: subtitle)
    details.contributors = reader.value(of: contributors) ?? []
    details.publisher = reader.value(of: publisher)
    details.productForm = reader.value(of: productForm)
    details.language = reader.value(of: language)
    details.publicationDate = reader.value(of: publicationDate)
    details.onSaleDate = reader.value(of: onSaleDate)
    details.subjects = reader.value(of: subjects) ?? []
    details.price = reader.value(of: price)
    details.identifiers = reader.value(of: identifiers) ?? []
    details.metadata = reader.value(of: metadata) ?? [:]
    let allowDuplicate = reader.value(of: allowDuplicate) ?? false
    checkLists(of: details, reader.issues)
    return reader.issues.isEmpty ? BookInput(details: details, allowDuplicate: allowDuplicate) : nil
  }

  /// A merge patch of a book.
  static let patchSchema = input.schema.mergePatch(named: "BookPatch")

  /// What a list must be as a whole.
  private static func checkLists(of details: BookDetails, _ issues: Issues) {
    if details.subjects.filter(\.main).count > 1 {
      issues.report(member: "subjects", "several-main", "At most one subject may be the main one.")
    }
    let subjects = details.subjects.map { [$0.scheme.rawValue, $0.code] }
    issues.reportRepeated(subjects, member: "subjects", "The scheme and code")
    let identifiers = details.identifiers.map { [$0.type, $0.value] }
    issues.reportRepeated(identifiers, member: "identifiers", "The type and value")
  }
}

// MARK: Parts

extension Books {
  private static let role = Member<ContributorRole>.required("role", .oneOf, "What they did.")
  private static let name = Member.required("name", .line(1...BookLimits.name), "As on the title page.")

  private static let contributor = Format<Contributor>.object(
    .named("Contributor", .object([role.property, name.property]))
  ) { reader in
    let role = reader.value(of: role)
    let name = reader.value(of: name)
    guard let role, let name else { return nil }
    return Contributor(role: role, name: name)
  }

  private static let scheme = Member<SubjectScheme>.required("scheme", .oneOf, "Where the code comes from.")
  private static let code = Member.required(
    "code", .line(1...BookLimits.subjectCode), "The code, or the word of scheme keyword.")
  private static let main = Member.defaulted("main", .boolean, false, "Whether this is the main subject.")

  private static let subject = Format<Subject>.object(
    .named("Subject", .object([scheme.property, code.property, main.property]))
  ) { reader in
    let scheme = reader.value(of: scheme)
    let code = reader.value(of: code)
    let main = reader.value(of: main) ?? false
    guard let scheme, let code else { return nil }
    return Subject(scheme: scheme, code: code, main: main)
  }

  private static let type = Member.required(
    "type",
    .ascii(1...BookLimits.identifierType, pattern: "^[a-z0-9-]+$", "lower-case letters, digits and hyphens") {
      isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-")
    }, "Such as gtin or goodreads.")
  private static let value = Member.required("value", .line(1...BookLimits.identifierValue), "The number.")

  private static let identifier = Format<BookIdentifier>.object(
    .named("Identifier", .object([type.property, value.property]))
  ) { reader in
    let type = reader.value(of: type)
    let value = reader.value(of: value)
    guard let type, let value else { return nil }
    return BookIdentifier(type: type, value: value)
  }
}

extension Issues {
  /// Reports elements that stand in a list before; `what` is repeated.
  func reportRepeated<Key: Hashable>(_ keys: [Key], member: String, _ what: String) {
    var first: [Key: Int] = [:]
    for (index, key) in keys.enumerated() {
      guard let earlier = first[key] else {
        first[key] = index
        continue
      }
      within(member) {
        within(index) { report("duplicate", "\(what) stand in entry \(earlier) already.") }
      }
    }
  }
}
