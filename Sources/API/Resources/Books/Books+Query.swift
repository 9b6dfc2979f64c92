internal import Inventory
internal import JSON

extension Books {
  private static let words = QueryParameter<[SearchText.Word]>(
    "q", .text(1...500),
    "Full text: every word must be in title, subtitle, contributors, publisher, ISBN or subject codes. Case "
      + "and accents do not matter; a * at the end of a word finds what starts with it.",
    example: "hunger games"
  ) { text throws(InvalidValue) in
    try checkLength(text, 1...500)
    let words = try SearchText.query(text)
    guard !words.isEmpty else {
      throw InvalidValue(code: "no-words", detail: "There is no letter and no digit to look for.")
    }
    return words
  }

  private static let publisher = QueryParameter<String>(
    "publisher", .text(1...BookLimits.publisher),
    "Equal in its letters and digits, whatever the case, the accents and the punctuation."
  ) { text throws(InvalidValue) in
    try checkLength(text, 1...BookLimits.publisher)
    // Otherwise it would find every publisher without letters and digits.
    guard !SearchText.sortKey(text).isEmpty else {
      throw InvalidValue(code: "no-words", detail: "There is no letter and no digit to compare.")
    }
    return text
  }

  private static let language = QueryParameter<LanguageTag>(
    "language", .text(2...35), "en finds en-US as well."
  ) { text throws(InvalidValue) in try LanguageTag(text) }

  private static let subject = QueryParameter<SubjectPrefix>(
    "subject", .text(pattern: "^[a-z]+:.+$"), "A scheme and how the code starts, as scheme:prefix.",
    example: "thema:FB"
  ) { text throws(InvalidValue) in
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      throw InvalidValue(code: "bad-subject", detail: "This must be scheme:prefix, such as thema:FB.")
    }
    guard let scheme = SubjectScheme(rawValue: parts[0]) else {
      throw notAmong(SubjectScheme.allCases.map(\.rawValue), parts[0])
    }
    try checkLength(parts[1], 1...BookLimits.subjectCode)
    return SubjectPrefix(scheme: scheme, prefix: parts[1])
  }

  private static let priceAtMost = QueryParameter<Int64>.integer(
    "price[lte]", 0...Money.maximumAmount, "At most, in minor units of currency; needs currency.")

  private static let currency = QueryParameter<Currency>(
    "currency", .text(pattern: "^[A-Za-z]{3}$"), "Of price[lte].", example: "EUR"
  ) { text throws(InvalidValue) in try Currency(text) }

  private static let inStock = QueryParameter<Bool>.boolean(
    "in_stock", "true: some copy is available somewhere; false: none is.")

  private static let updatedAtLeast = QueryParameter<Instant>.instant(
    "updated[gte]", "Changed then or later; RFC 3339 with an offset.")

  static let filters = [
    words.declaration, publisher.declaration, language.declaration, subject.declaration,
    priceAtMost.declaration, currency.declaration, inStock.declaration, updatedAtLeast.declaration,
  ]

  struct Order: Sendable {
    var key: BookSortKey
    var descending: Bool
  }

  static let sort = QueryParameter<Order>(
    "sort", Schema.values(orders).default("created"), "A leading - is descending."
  ) { text throws(InvalidValue) in
    let descending = text.hasPrefix("-")
    guard let key = BookSortKey(rawValue: String(text.drop { $0 == "-" })), orders.contains(text) else {
      throw notAmong(orders, text)
    }
    return Order(key: key, descending: descending)
  }

  private static let orders = BookSortKey.allCases.flatMap { [$0.rawValue, "-" + $0.rawValue] }

  static let expand = QueryParameter<[BookExpansion.Part]>.list(
    "expand", "stock adds the totals, items the items, items.stock the items with their levels.")

  static let facets = QueryParameter<[BookFacet]>.list(
    "facets", "Counts the most frequent values among all books of the list.")

  static let facetNames = BookFacet.allCases.map(\.rawValue)

  /// Which books, in which order; throws ``Problem``.
  static func query(_ call: Call) throws -> BookQuery {
    var query = BookQuery()
    query.words = try call.query(words) ?? []
    query.publisher = try call.query(publisher)
    query.language = try call.query(language)
    query.subject = try call.query(subject)
    switch (try call.query(priceAtMost), try call.query(currency)) {
    case (let amount?, let currency?): query.priceAtMost = Money(amount: amount, currency: currency)
    case (_?, nil): throw Problem(currency, "required", "price[lte] needs a currency, such as currency=EUR.")
    case (nil, _?): throw Problem(priceAtMost, "required", "currency is of use only with price[lte].")
    case (nil, nil): break
    }
    query.inStock = try call.query(inStock)
    query.updatedAtLeast = try call.query(updatedAtLeast)
    if let order = try call.query(sort) {
      query.sort = order.key
      query.descending = order.descending
    }
    return query
  }
}

extension QueryParameter {
  /// Values of an enumeration, separated by commas, each once.
  static func list<Element>(_ name: String, _ about: String) -> Self
  where Value == [Element], Element: RawRepresentable<String> & CaseIterable {
    let names = Element.allCases.map(\.rawValue)
    return Self(name, .list(of: .values(names), count: 1...names.count), about) { text throws(InvalidValue) in
      var elements: [Element] = []
      var seen: Set<String> = []
      for name in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
        guard let element = Element(rawValue: name) else { throw notAmong(names, name) }
        guard seen.insert(name).inserted else {
          throw InvalidValue(code: "duplicate", detail: "\(quoted(name)) is there twice.")
        }
        elements.append(element)
      }
      return elements
    }
  }
}
