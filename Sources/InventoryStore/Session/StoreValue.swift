public import Inventory

/// A value of a parameter or a column.
public enum StoreValue: Hashable, Sendable {
  case text(String?)
  case integer(Int64?)
  case bool(Bool)

  /// An identifier in its text form.
  public static func id<Kind>(_ identifier: Identifier<Kind>?) -> StoreValue {
    .text(identifier?.description)
  }

  /// An instant in microseconds.
  public static func instant(_ instant: Instant?) -> StoreValue { .integer(instant?.microseconds) }

  /// A count.
  public static func count(_ count: Int) -> StoreValue { .integer(Int64(count)) }
}

/// One row, read from left to right in the order of the select list.
public struct StoreRow: Sendable {
  private let values: [StoreValue]
  private var column = 0

  /// A row as the engine read it.
  public init(_ values: [StoreValue]) { self.values = values }

  private mutating func next() throws(InventoryError) -> StoreValue {
    guard column < values.count else { throw .unexpected("there is no column \(column) in the row") }
    defer { column += 1 }
    return values[column]
  }

  /// Throws `unexpected` when the column is something else, as all readers here do.
  public mutating func optionalText() throws(InventoryError) -> String? {
    switch try next() {
    case .text(let text): return text
    case .integer(nil): return nil
    default: throw .unexpected("column \(column - 1) is not a text")
    }
  }

  /// A text that is not null.
  public mutating func text() throws(InventoryError) -> String {
    guard let text = try optionalText() else { throw .unexpected("column \(column - 1) is null, not a text") }
    return text
  }

  /// A whole number, or null.
  public mutating func optionalInteger() throws(InventoryError) -> Int64? {
    switch try next() {
    case .integer(let integer): return integer
    case .text(nil): return nil
    default: throw .unexpected("column \(column - 1) is not a number")
    }
  }

  /// A whole number.
  public mutating func integer() throws(InventoryError) -> Int64 {
    guard let integer = try optionalInteger() else {
      throw .unexpected("column \(column - 1) is null, not a number")
    }
    return integer
  }

  /// A truth value, which an engine may keep as 0 and 1.
  public mutating func bool() throws(InventoryError) -> Bool {
    switch try next() {
    case .bool(let flag): return flag
    case .integer(let integer?): return integer != 0
    default: throw .unexpected("column \(column - 1) is not a truth value")
    }
  }

  /// Microseconds.
  public mutating func instant() throws(InventoryError) -> Instant { Instant(microseconds: try integer()) }

  /// Microseconds, or null.
  public mutating func optionalInstant() throws(InventoryError) -> Instant? {
    try optionalInteger().map { Instant(microseconds: $0) }
  }

  /// An identifier in its text form, or null.
  public mutating func optionalID<Kind>(
    _ kind: Kind.Type = Kind.self
  ) throws(InventoryError) -> Identifier<Kind>? {
    guard let text = try optionalText() else { return nil }
    guard let id = Identifier<Kind>(text) else {
      throw .unexpected("\(text) is no \(Kind.prefix)_ identifier")
    }
    return id
  }

  /// An identifier in its text form.
  public mutating func id<Kind>(_ kind: Kind.Type = Kind.self) throws(InventoryError) -> Identifier<Kind> {
    guard let id = try optionalID(kind) else {
      throw .unexpected("column \(column - 1) is null, not an identifier")
    }
    return id
  }

  /// A word of an enumeration of the domain.
  public mutating func word<Word: RawRepresentable<String>>(
    _ type: Word.Type = Word.self
  ) throws(InventoryError) -> Word {
    let text = try text()
    guard let word = Word(rawValue: text) else { throw .unexpected("\(text) is not a \(Word.self)") }
    return word
  }
}
