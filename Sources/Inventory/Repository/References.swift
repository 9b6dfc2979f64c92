/// How a client names a book: by its identifier, or by an ISBN in any spelling (then the active book).
public enum BookReference: Hashable, Sendable {
  case id(BookID)
  case isbn(ISBN)
}

/// How a client names an item: by its identifier or by its SKU. Creating a book makes a `new` item whose
/// SKU is the ISBN's 13 digits, so an ISBN works too.
public enum ItemReference: Hashable, Sendable {
  case id(ItemID)
  case sku(String)
}

/// How a client names a location: by its identifier or by its code.
public enum LocationReference: Hashable, Sendable {
  case id(LocationID)
  case code(String)
}
