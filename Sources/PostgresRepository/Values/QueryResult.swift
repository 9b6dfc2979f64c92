internal import CLibPQ
internal import Inventory

/// The rows that a statement returned, in binary format. Frees libpq's memory when it goes.
@safe
final class QueryResult: @unchecked Sendable {
  let pointer: OpaquePointer
  let count: Int

  /// Takes ownership of a `PGresult`.
  init(owning pointer: OpaquePointer) {
    unsafe self.pointer = pointer
    count = unsafe Int(PQntuples(pointer))
  }

  deinit { unsafe PQclear(pointer) }

  var columnCount: Int { unsafe Int(PQnfields(pointer)) }

  /// The object identifiers of the columns' types in `pg_type`.
  var columnTypes: [UInt32] { (0..<Int32(columnCount)).map { unsafe PQftype(pointer, $0) } }

  /// Decodes every row.
  func rows<Element>(
    _ decode: (inout Row) throws(DatabaseError) -> Element
  ) throws(DatabaseError) -> [Element] {
    var elements: [Element] = []
    elements.reserveCapacity(count)
    for index in 0..<count {
      var row = Row(result: self, index: index)
      elements.append(try decode(&row))
    }
    return elements
  }

  /// Decodes the first row; nil when there is none.
  func first<Element>(
    _ decode: (inout Row) throws(DatabaseError) -> Element
  ) throws(DatabaseError) -> Element? {
    guard count > 0 else { return nil }
    var row = Row(result: self, index: 0)
    return try decode(&row)
  }

  /// Decodes the one row that the statement always returns.
  func only<Element>(
    _ decode: (inout Row) throws(DatabaseError) -> Element
  ) throws(DatabaseError) -> Element {
    guard count == 1, let element = try first(decode) else {
      throw .malformed("\(count) rows where there is always one")
    }
    return element
  }
}

/// One row, read from left to right.
struct Row {
  private let result: QueryResult
  private let index: Int32
  private var column: Int32 = 0

  fileprivate init(result: QueryResult, index: Int) {
    self.result = result
    self.index = Int32(index)
  }

  /// Hands the bytes of the next column to the body; nil for null.
  private mutating func next<Element>(
    _ body: (UnsafeBufferPointer<UInt8>) throws(DatabaseError) -> Element
  ) throws(DatabaseError) -> Element? {
    defer { column += 1 }
    guard unsafe column < PQnfields(result.pointer) else { throw .malformed("there is no column \(column)") }
    guard unsafe PQgetisnull(result.pointer, index, column) == 0 else { return nil }
    let count = unsafe Int(PQgetlength(result.pointer, index, column))
    guard let start = unsafe PQgetvalue(result.pointer, index, column) else { return nil }
    return try unsafe start.withMemoryRebound(to: UInt8.self, capacity: count) {
      (bytes) throws(DatabaseError) in
      try unsafe body(UnsafeBufferPointer(start: bytes, count: count))
    }
  }

  private mutating func required<Element>(
    _ element: Element?, _ what: String
  ) throws(DatabaseError) -> Element {
    guard let element else { throw .malformed("column \(column - 1) is null, not \(what)") }
    return element
  }

  mutating func optionalText() throws(DatabaseError) -> String? {
    try unsafe next { (bytes) throws(DatabaseError) in unsafe String(decoding: bytes, as: UTF8.self) }
  }

  mutating func text() throws(DatabaseError) -> String { try required(optionalText(), "a text") }

  /// The bytes of a text, for what is parsed at once.
  mutating func utf8() throws(DatabaseError) -> [UInt8] {
    try required(unsafe next { (bytes) throws(DatabaseError) in unsafe Array(bytes) }, "a text")
  }

  mutating func optionalInteger() throws(DatabaseError) -> Int64? {
    let column = column
    return try unsafe next { (bytes) throws(DatabaseError) in
      guard bytes.count == 8 else { throw .malformed("column \(column) is not a bigint") }
      return unsafe bytes.reduce(0) { $0 << 8 | Int64($1) }
    }
  }

  mutating func integer() throws(DatabaseError) -> Int64 { try required(optionalInteger(), "a number") }

  mutating func optionalBool() throws(DatabaseError) -> Bool? {
    try unsafe next { (bytes) throws(DatabaseError) in unsafe bytes.first == 1 }
  }

  mutating func bool() throws(DatabaseError) -> Bool { try required(optionalBool(), "a bool") }
}

// MARK: Values of the domain

extension Row {
  mutating func id<Kind>(_ kind: Kind.Type = Kind.self) throws(DatabaseError) -> Identifier<Kind> {
    try required(optionalID(kind), "an identifier")
  }

  mutating func optionalID<Kind>(
    _ kind: Kind.Type = Kind.self
  ) throws(DatabaseError) -> Identifier<Kind>? {
    guard let text = try optionalText() else { return nil }
    guard let id = Identifier<Kind>(text) else {
      throw .malformed("\(text) is no \(Kind.prefix)_ identifier")
    }
    return id
  }

  mutating func instant() throws(DatabaseError) -> Instant { Instant(microseconds: try integer()) }

  mutating func optionalInstant() throws(DatabaseError) -> Instant? {
    try optionalInteger().map { Instant(microseconds: $0) }
  }

  mutating func optionalISBN() throws(DatabaseError) -> ISBN? { try optionalText().map { ISBN(stored: $0) } }

  /// A word of an enumeration of the domain.
  mutating func word<Word: RawRepresentable<String>>(
    _ type: Word.Type = Word.self
  ) throws(DatabaseError) -> Word {
    let text = try text()
    guard let word = Word(rawValue: text) else { throw .malformed("\(text) is not a \(Word.self)") }
    return word
  }
}
