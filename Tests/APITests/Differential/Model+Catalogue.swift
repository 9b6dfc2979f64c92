import JSON

extension Model {
  mutating func createBook(_ isbn: String, _ onSale: String?) -> Expectation {
    if books.contains(where: { $0.isbn == isbn && !$0.isArchived }) {
      return .problem(409, "duplicate-isbn", ["/isbn duplicate-isbn"])
    }
    books.append(Book(isbn: isbn, onSale: onSale))
    items.append(Item(sku: isbn, book: books.count - 1, created: now))
    return .ok(object(["isbn": text(isbn), "on_sale_date": text(onSale) ?? .null]), status: 201)
  }

  mutating func archiveBook(_ isbn: String) -> Expectation {
    guard let book = books.firstIndex(where: { $0.isbn == isbn && !$0.isArchived }) else { return .notFound }
    let stocked = levels.contains { name, level in
      items[name.item].book == book && level.copies.values.contains { $0 != 0 }
    }
    if stocked { return .problem(409, "book-has-stock") }
    books[book].isArchived = true
    for item in items.indices where items[item].book == book { items[item].sku = nil }
    return .ok()
  }

  mutating func createItem(_ sku: String, _ isbn: String, _ limit: Int64) -> Expectation {
    guard let book = books.firstIndex(where: { $0.isbn == isbn && !$0.isArchived }) else {
      return .problem(422, "invalid-content", ["/book_id not-found"])
    }
    if item(sku) != nil { return .problem(409, "duplicate-sku", ["/sku duplicate-sku"]) }
    items.append(Item(sku: sku, book: book, backorderLimit: limit, condition: "good", created: now))
    return .ok(object(["sku": text(sku), "backorder_limit": number(limit)]), status: 201)
  }

  mutating func changeItem(_ sku: String, _ limit: Int64) -> Expectation {
    guard let item = item(sku) else { return .notFound }
    items[item].backorderLimit = limit
    return .ok(object(["sku": text(sku), "backorder_limit": number(limit)]))
  }

  mutating func createLocation(_ code: String, _ priority: Int64) -> Expectation {
    if place(code) != nil { return .problem(409, "duplicate-location-code") }
    places.append(Place(code: code, priority: priority, created: now))
    return .ok(object(["code": text(code), "priority": number(priority), "active": true]), status: 201)
  }

  mutating func changeLocation(_ code: String, _ priority: Int64?, _ active: Bool?) -> Expectation {
    guard let place = place(code) else { return .notFound }
    if let priority { places[place].priority = priority }
    if let active { places[place].isActive = active }
    return .ok(
      object([
        "code": text(code), "priority": number(places[place].priority),
        "active": .bool(places[place].isActive),
      ]))
  }

  /// A reorder point of -1 takes it away.
  mutating func changePolicy(
    _ sku: String, _ code: String, _ safety: Int64?, _ reorder: Int64?
  ) -> Expectation {
    guard let item = item(sku), let place = place(code) else { return .notFound }
    let name = LevelName(item: item, place: place)
    var level = levels[name] ?? Level()
    if let safety { level.safety = safety }
    if let reorder { level.reorder = reorder == -1 ? nil : reorder }
    let isSame = level.safety == (levels[name]?.safety ?? 0) && level.reorder == levels[name]?.reorder
    level.moment = max(level.moment, now)
    if !isSame {
      levels[name] = level
      // Who waits has what is no longer kept back.
      settle(name)
    }
    return .ok(show(name))
  }
}
