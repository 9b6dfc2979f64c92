internal import Inventory

extension BookReference {
  /// Reads an id or an ISBN in any spelling.
  init(_ text: String) throws(InvalidValue) {
    if let id = BookID(text) {
      self = .id(id)
    } else if text.lowercased().hasPrefix("bk_") {
      throw badIdentifier(text, prefix: "bk_")
    } else {
      self = .isbn(try ISBN(text))
    }
  }
}

extension ItemReference {
  /// Reads an id or a SKU; an ISBN written with dashes or spaces means the SKU of its 13 digits, which is
  /// what the `new` item of a book has.
  init(_ text: String) throws(InvalidValue) {
    if let id = ItemID(text) {
      self = .id(id)
    } else if let digits = hyphenatedISBN(text) {
      self = .sku(digits)
    } else {
      try SKU.check(text)
      self = .sku(text)
    }
  }
}

extension LocationReference {
  /// Reads an id or a code.
  init(_ text: String) throws(InvalidValue) {
    if let id = LocationID(text) {
      self = .id(id)
    } else {
      try LocationCode.check(text)
      self = .code(text)
    }
  }
}

/// What a stock keeping unit may be.
enum SKU {
  static let length = 1...64
  static let pattern = "^[!-~]+$"

  static func check(_ text: String) throws(InvalidValue) {
    try checkLength(text, length)
    guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw InvalidValue(
        code: "invalid-characters", detail: "A SKU is made of printable ASCII characters without spaces.")
    }
  }

  /// A SKU to be stored. One that reads as an item's id would hide an item; an ISBN with dashes becomes its
  /// 13 digits, so that it is found in every spelling.
  static func new(_ text: String) throws(InvalidValue) -> String {
    try check(text)
    guard ItemID(text) == nil else {
      throw InvalidValue(code: "reserved", detail: "A SKU must not look like the id of an item.")
    }
    return hyphenatedISBN(text) ?? text
  }
}

/// What a location's code may be.
enum LocationCode {
  static let length = 1...32
  static let pattern = "^[a-z0-9_-]+$"

  static func check(_ text: String) throws(InvalidValue) {
    try checkLength(text, length)
    let isValid = text.utf8.allSatisfy { byte in
      isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "-")
        || byte == UInt8(ascii: "_")
    }
    guard isValid else {
      throw InvalidValue(
        code: "invalid-characters",
        detail: "A location's code is made of lower-case letters, digits, hyphens and underscores.")
    }
  }

  /// A code to be stored.
  static func new(_ text: String) throws(InvalidValue) -> String {
    try check(text)
    guard LocationID(text) == nil else {
      throw InvalidValue(code: "reserved", detail: "A code must not look like the id of a location.")
    }
    return text
  }
}

/// The 13 digits of an ISBN that is written with dashes or spaces; nil for anything else, plain digits included.
private func hyphenatedISBN(_ text: String) -> String? {
  let isPlain = text.utf8.allSatisfy { byte in
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
  return isPlain ? nil : (try? ISBN(text))?.digits
}

private func badIdentifier(_ text: String, prefix: String) -> InvalidValue {
  InvalidValue(
    code: "bad-id", detail: "\(quoted(text)) is not an id: \(prefix) and 26 digits of base 32 must be given.")
}

extension Call {
  /// The book that a parameter of the path names; throws a ``Problem`` with 404.
  func bookReference(_ position: Int = 0) throws -> BookReference {
    try reference(.book, position) { text throws(InvalidValue) in try BookReference(text) }
  }

  /// The item that a parameter of the path names.
  func itemReference(_ position: Int = 0) throws -> ItemReference {
    try reference(.item, position) { text throws(InvalidValue) in try ItemReference(text) }
  }

  /// The location that a parameter of the path names.
  func locationReference(_ position: Int = 0) throws -> LocationReference {
    try reference(.location, position) { text throws(InvalidValue) in try LocationReference(text) }
  }

  /// What cannot be a name is no name of anything: 404, with the reason.
  private func reference<Reference>(
    _ type: RecordType, _ position: Int, _ parse: (String) throws(InvalidValue) -> Reference
  ) throws -> Reference {
    let text = path[position]
    do throws(InvalidValue) {
      return try parse(text)
    } catch {
      throw Problem(
        .notFound, "There is no \(type.rawValue) \(quoted(text)). \(error.detail)",
        errors: [FieldError(.parameter(type.rawValue), error.code, error.detail)])
    }
  }
}
