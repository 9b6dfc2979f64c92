internal import Inventory

extension StoreTransaction {
  /// Locks a document, and nothing else yet: documents are locked before reservations, these before levels.
  /// Throws `notFound` also for an identifier of another type.
  func lockDocument(
    _ id: String, _ types: StockDocumentType...
  ) async throws(InventoryError) -> StockDocument {
    let rows = try await run(StoreStatement(StockDocument.lockByID, [.text(id)]))
    if var row = rows.first {
      let document = try StockDocument(&row)
      if types.contains(document.type) { return document }
    }
    throw .notFound(types.first?.record ?? .stock, id)
  }

  /// As ``lockDocument(_:_:)``, for one that the content names: nil when there is none, so that the answer can
  /// say what else is wrong.
  func lockNamedDocument(
    _ id: String, _ type: StockDocumentType
  ) async throws(InventoryError) -> StockDocument? {
    do throws(InventoryError) {
      return try await lockDocument(id, type)
    } catch {
      guard case .notFound = error else { throw error }
      return nil
    }
  }

  /// The document of the type that has the client's number, locked; nil without a number or a twin. One that is
  /// made at the same moment ends this attempt at the unique index, and the next attempt finds it.
  ///
  /// Who asks compares the lines: the same are the same document, others are ``StockDocument/referenceInUse``.
  func twin(
    of type: StockDocumentType, reference: String?
  ) async throws(InventoryError) -> StockDocument? {
    guard let reference else { return nil }
    let rows = try await run(
      StoreStatement(StockDocument.lockByReference, [.text(type.rawValue), .text(reference)]))
    guard var row = rows.first else { return nil }
    return try StockDocument(&row)
  }

  /// Makes a document, at the commit.
  /// Throws `locationNotAllowed`.
  func insert(_ document: StockDocument, by origin: Origin) throws(InventoryError) {
    guard origin.locations?.contains(document.location) ?? true else {
      throw .locationNotAllowed(document.locationCode)
    }
    putOff([document.insertion])
  }

  /// Writes a locked document as its next version, at the commit.
  func save(_ document: inout StockDocument) async throws(InventoryError) {
    document.version += 1
    document.updatedAt = try await now()
    putOff([document.update])
  }
}

/// Which documents are wanted; newest first. What is nil does not matter.
struct StockDocumentFilter {
  var types: [StockDocumentType]
  var state: String?
  var reference: String?
  /// Where it happens, or where copies go to.
  var location: LocationID?
  var supplier: String?
  var parent: String?
  /// Where documents may have more lines than a list should carry.
  var leavesLinesOut = false

  /// A query of the domain.
  init<State>(_ query: DocumentQuery<State>, types: StockDocumentType...) {
    self.types = types
    state = query.state?.rawValue
    reference = query.reference
    location = query.location
    supplier = query.supplier
    parent = query.parent
  }
}

extension StoreBackend {
  /// Nil also for an identifier of another type.
  func document(_ id: String, _ types: StockDocumentType...) async throws(InventoryError) -> StockDocument? {
    let results = try await query([StoreStatement(StockDocument.byID, [.text(id)])], slow: false)
    guard var row = results.first?.first else { return nil }
    let document = try StockDocument(&row)
    return types.contains(document.type) ? document : nil
  }

  /// A page of documents, read by `read`.
  func documents<Output: Sendable>(
    _ filter: StockDocumentFilter, page: PageRequest,
    _ read: (StockDocument) throws(InventoryError) -> Output
  ) async throws(InventoryError) -> Page<Output> {
    var after: String?
    if case .text(let id)? = page.after?.value { after = id }
    let statement = StoreStatement(
      filter.leavesLinesOut ? StockDocument.listOfHeads : StockDocument.list,
      [
        .text(filter.types.first?.rawValue), .text(filter.types.last?.rawValue), .text(filter.state),
        .text(filter.reference), .id(filter.location), .text(filter.supplier), .text(filter.parent),
        .text(after), .count(page.limit + 1),
      ])
    var rows = try await query([statement], slow: true).first ?? []
    let hasMore = rows.count > page.limit
    if hasMore { rows.removeLast() }
    var elements: [Output] = []
    var last: String?
    for var row in rows {
      let document = try StockDocument(&row)
      last = document.id
      elements.append(try read(document))
    }
    return Page(elements: elements, next: hasMore ? last.map { PageKey(value: .text($0), id: $0) } : nil)
  }
}

extension StockDocument {
  /// A list is of one type or two.
  fileprivate static let list = StoreSQL(list(select))

  fileprivate static let listOfHeads = StoreSQL(
    list(select.replacing("stock_document.lines", with: "'[]'")))

  private static func list(_ select: String) -> String {
    """
    \(select)
    where stock_document.type in ($1, $2)
      and ($3 is null or stock_document.state = $3)
      and ($4 is null or stock_document.reference = $4)
      and ($5 is null or stock_document.location_id = $5 or stock_document.destination_id = $5)
      and ($6 is null or stock_document.supplier = $6)
      and ($7 is null or stock_document.parent_id = $7)
      and ($8 is null or stock_document.id < $8)
    order by stock_document.id desc
    limit $9
    """
  }
}
