internal import Inventory

/// What a document names, checked part by part so that one answer says everything that is wrong.
struct DocumentNames {
  let named: NamedRecords
  private(set) var problems: [LineProblem] = []

  init(_ named: NamedRecords) { self.named = named }

  /// The location that a member of the document itself names.
  mutating func location(
    _ reference: LocationReference, as field: LineProblem.Field, takesStock: Bool
  ) -> NamedLocation? {
    let location = named.locations[reference]
    if location == nil || (takesStock && location?.isActive == false) {
      report(field, location == nil ? .notFound : .inactive, reference.description)
    }
    return location
  }

  /// The items of the lines, each at most once.
  ///
  /// The lines are those of the request; there is an item for each as long as ``check()`` throws nothing.
  mutating func items(_ references: [ItemReference]) -> [NamedItem] {
    items(references, apart: references.map { _ in true })
  }

  /// The items of the lines, each at most once for each key.
  mutating func items(_ references: [ItemReference], apart keys: [some Hashable]) -> [NamedItem] {
    var items: [NamedItem] = []
    var seen: Set<[AnyHashable]> = []
    for (index, reference) in references.enumerated() {
      let item = named.items[reference]
      if item?.isArchived ?? true {
        report(index, item == nil ? .notFound : .archived, reference)
      }
      guard let item else { continue }
      if !seen.insert([item.id, keys[index]]).inserted { report(index, .duplicate, reference) }
      items.append(item)
    }
    return items
  }

  /// As ``items(_:)``, where the document has nothing of lines but items.
  mutating func headItems(_ references: [ItemReference]) -> [NamedItem] {
    let lineProblems = problems.count
    let items = items(references)
    // The place is /items/n, not /lines/n/item.
    for index in lineProblems..<problems.count { problems[index].field = .items }
    return items
  }

  /// Notes what is wrong with the item of a line.
  mutating func report(_ index: Int, _ code: LineProblem.Code, _ item: ItemReference) {
    problems.append(LineProblem(index: index, field: .item, code: code, value: item.description))
  }

  /// Notes what is wrong with another member of a line.
  mutating func report(
    _ index: Int, _ field: LineProblem.Field, _ code: LineProblem.Code, _ value: String
  ) {
    problems.append(LineProblem(index: index, field: field, code: code, value: value))
  }

  /// Notes what is wrong with a member of the document itself.
  mutating func report(_ field: LineProblem.Field, _ code: LineProblem.Code, _ value: String) {
    problems.append(LineProblem(index: nil, field: field, code: code, value: value))
  }

  /// Throws `unknownLines` when anything was wrong.
  func check() throws(InventoryError) {
    guard problems.isEmpty else { throw .unknownLines(problems) }
  }
}
