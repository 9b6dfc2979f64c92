internal import CSQLite
internal import Inventory
internal import InventoryStore

/// A prepared statement, kept and used again by its connection.
@safe final class Statement {
  let sql: String
  private let handle: OpaquePointer
  private unowned let connection: Connection
  /// When the statement was last used, in statements of the connection.
  var lastUse = 0
  /// True while rows are read: the same text asked for inside needs a statement of its own.
  private(set) var isRunning = false

  init(_ sql: String, handle: OpaquePointer, connection: Connection) {
    self.sql = sql
    unsafe self.handle = handle
    self.connection = connection
  }

  deinit { unsafe sqlite3_finalize(handle) }

  /// Binds every argument and calls the body with each row until it returns false.
  func run(
    _ arguments: [SQLiteValue], _ body: (inout Row) throws(InventoryError) -> Bool
  ) throws(InventoryError) {
    isRunning = true
    // Ends the implicit read transaction, and lets go of the texts.
    defer {
      unsafe sqlite3_reset(handle)
      unsafe sqlite3_clear_bindings(handle)
      isRunning = false
    }
    try bind(arguments)
    while true {
      switch unsafe sqlite3_step(handle) {
      case SQLITE_ROW:
        var row = unsafe Row(handle)
        guard try body(&row) else { return }
      case SQLITE_DONE: return
      default: throw connection.error(sql).inventoryError
      }
    }
  }

  /// What its runs have cost so far.
  var cost: StatementCost {
    StatementCost(
      sql: sql,
      sorts: Int(unsafe sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_SORT, 0)),
      passedRows: Int(unsafe sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_FULLSCAN_STEP, 0)),
      steps: Int(unsafe sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_VM_STEP, 0)))
  }

  private func bind(_ arguments: [SQLiteValue]) throws(InventoryError) {
    let count = Int(unsafe sqlite3_bind_parameter_count(handle))
    guard arguments.count == count else {
      throw .unexpected("\(arguments.count) arguments for \(count) parameters in: \(sql)")
    }
    for (position, argument) in arguments.enumerated() {
      let index = Int32(position + 1)
      let result =
        switch argument {
        case .null: unsafe sqlite3_bind_null(handle, index)
        case .integer(let value): unsafe sqlite3_bind_int64(handle, index, value)
        case .text(var text):
          text.withUTF8 { bytes in
            // An empty buffer may have no address, and a null address would bind NULL.
            unsafe bytes.withMemoryRebound(to: CChar.self) { bytes in
              unsafe bytes.isEmpty
                ? bookstore_sqlite3_bind_text(handle, index, "", 0)
                : bookstore_sqlite3_bind_text(handle, index, bytes.baseAddress, Int32(bytes.count))
            }
          }
        }
      guard result == SQLITE_OK else { throw connection.error(sql).inventoryError }
    }
  }
}

/// Counters of a statement (https://www.sqlite.org/c3ref/c_stmtstatus_counter.html).
struct StatementCost: Sendable {
  var sql: String
  /// How often it sorted.
  var sorts: Int
  /// Rows that it passed in a table or an index without a search key.
  var passedRows: Int
  /// Instructions of SQLite's machine.
  var steps: Int
}

/// The row that a statement stands on; its columns are read in the order of the select list. Valid inside the
/// closure that it is handed to.
@safe struct Row {
  private let handle: OpaquePointer
  private var column: Int32 = 0

  init(_ handle: OpaquePointer) { unsafe self.handle = handle }

  mutating func integer() -> Int64 {
    defer { column += 1 }
    return unsafe sqlite3_column_int64(handle, column)
  }

  mutating func optionalInteger() -> Int64? { isNull ? skip() : integer() }

  mutating func bool() -> Bool { integer() != 0 }

  mutating func text() -> String {
    defer { column += 1 }
    guard let bytes = unsafe sqlite3_column_text(handle, column) else { return "" }
    // Counted, not ended by a zero byte; the count is asked for after the text (sqlite.org/c3ref/column_blob).
    let count = Int(unsafe sqlite3_column_bytes(handle, column))
    return unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  mutating func optionalText() -> String? { isNull ? skip() : text() }

  /// Reads a JSON list or object; one that is empty, as most are, is not copied and not parsed.
  mutating func json<Value>(
    empty: Value, _ read: ([UInt8]) throws(InventoryError) -> Value
  ) throws(InventoryError) -> Value {
    defer { column += 1 }
    guard let bytes = unsafe sqlite3_column_text(handle, column) else { return empty }
    let count = Int(unsafe sqlite3_column_bytes(handle, column))
    if count == 2 { return empty }
    return unsafe try read(Array(UnsafeBufferPointer(start: bytes, count: count)))
  }

  /// Every column from here on, by what it holds.
  mutating func storeValues() -> [StoreValue] {
    var values: [StoreValue] = []
    while unsafe column < sqlite3_column_count(handle) {
      switch unsafe sqlite3_column_type(handle, column) {
      case SQLITE_NULL: values.append(skip() ?? .text(nil))
      case SQLITE_INTEGER: values.append(.integer(integer()))
      default: values.append(.text(text()))
      }
    }
    return values
  }

  mutating func instant() -> Instant { Instant(microseconds: integer()) }

  mutating func identifier<Kind>(_ kind: Kind.Type = Kind.self) throws(InventoryError) -> Identifier<Kind> {
    if let bytes = unsafe sqlite3_column_text(handle, column) {
      let count = Int(unsafe sqlite3_column_bytes(handle, column))
      if let identifier = unsafe Identifier<Kind>(utf8: UnsafeBufferPointer(start: bytes, count: count).span)
      {
        column += 1
        return identifier
      }
    }
    throw .unexpected("the database holds \(text()) where a \(Kind.prefix)_ identifier belongs")
  }

  /// A text that must be one of an enumeration's.
  mutating func word<Word: RawRepresentable<String>>(_ type: Word.Type = Word.self) throws(InventoryError)
    -> Word
  {
    let text = text()
    guard let word = Word(rawValue: text) else {
      throw .unexpected("the database holds \(text) where a \(Word.self) belongs")
    }
    return word
  }

  private var isNull: Bool { unsafe sqlite3_column_type(handle, column) == SQLITE_NULL }

  private mutating func skip<Value>() -> Value? {
    column += 1
    return nil
  }
}
