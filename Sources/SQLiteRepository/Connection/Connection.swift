internal import CSQLite
internal import EventLoop
internal import Inventory
internal import Synchronization

/// A connection to a database file. Used by one thread at a time: it is opened without SQLite's own mutexes
/// (https://www.sqlite.org/threadsafe.html, multi-thread).
@safe final class Connection: @unchecked Sendable {
  /// How a connection is used.
  enum Mode {
    /// The one that writes; makes the file when it is missing.
    case write
    /// Opens an existing file and refuses to write.
    case read
  }

  /// Statements that are kept beside the constants; lists with many filters come in many texts.
  static let statementCapacity = 128
  /// How many instructions of SQLite's machine run between two looks at the clock; some tens of microseconds.
  private static let instructionsPerLook: Int32 = 4000

  private let handle: OpaquePointer
  /// Of constants, by their number.
  private var constants: [Statement?] = []
  /// Of other texts.
  private var statements: [String: Statement] = [:]
  private var uses = 0
  /// Statements are interrupted after this; `never` unless set.
  var deadline = MonotonicTime.never
  private let isStopped = Atomic(false)

  /// Opens and sets up; `path` may be `:memory:`.
  init(path: String, mode: Mode, configuration: SQLiteConfiguration) throws(InventoryError) {
    // SQLITE_OPEN_EXRESCODE: every result code is an extended one.
    let flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
      | (mode == .write ? SQLITE_OPEN_CREATE : 0)
    var opened: OpaquePointer?
    let result = unsafe sqlite3_open_v2(path, &opened, flags, nil)
    guard result == SQLITE_OK, let handle = unsafe opened else {
      let message = unsafe String(cString: sqlite3_errmsg(opened))
      unsafe sqlite3_close_v2(opened)
      throw SQLiteError(code: result, message: message, sql: "open").inventoryError
    }
    unsafe self.handle = handle
    try setBusyTimeout(configuration.busyTimeout)
    try execute(
      """
      pragma trusted_schema = off;
      pragma foreign_keys = on;
      -- REPLACE must fire the triggers that keep the ledger append-only.
      pragma recursive_triggers = on;
      -- A commit that was acknowledged survives loss of power (https://www.sqlite.org/pragma.html#pragma_synchronous).
      pragma synchronous = full;
      -- A log that grew while a long read held it back is cut again.
      pragma journal_size_limit = 67108864;
      -- The root file system may be read-only.
      pragma temp_store = memory;
      pragma cache_size = -\(configuration.cacheKibibytes);
      -- A memory map reads no faster than this cache, counts once for each connection, and turns an I/O error
      -- into a signal (https://www.sqlite.org/mmap.html).
      pragma mmap_size = 0;
      """)
    if mode == .read { try execute("pragma query_only = on") }
    unsafe sqlite3_progress_handler(
      handle, Self.instructionsPerLook,
      { context in
        guard let context = unsafe context else { return 0 }
        let connection = unsafe Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue()
        return connection.mustStop ? 1 : 0
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  deinit {
    constants = []
    statements = [:]
    // v2 waits for a statement that an open iteration still holds.
    unsafe sqlite3_close_v2(handle)
  }

  /// True between `begin` and its end; an error such as a full disk ends a transaction by itself.
  var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

  /// How long a statement waits for the lock of another process.
  func setBusyTimeout(_ timeout: Duration) throws(InventoryError) {
    let result = unsafe sqlite3_busy_timeout(handle, Int32(clamping: timeout.milliseconds))
    guard result == SQLITE_OK else { throw error("busy_timeout").inventoryError }
  }

  /// The present error, of the given statement.
  func error(_ sql: String) -> SQLiteError {
    SQLiteError(
      code: unsafe sqlite3_extended_errcode(handle),
      message: unsafe String(cString: sqlite3_errmsg(handle)), sql: sql)
  }

  /// Interrupts the running statement and all later ones. The one call that any thread may make.
  func stop() { isStopped.store(true, ordering: .relaxed) }

  private var mustStop: Bool {
    isStopped.load(ordering: .relaxed) || (deadline < .never && deadline < .now())
  }

  // MARK: Statements

  /// Runs a script of statements without parameters and ignores their rows.
  func execute(_ script: String) throws(InventoryError) {
    guard unsafe sqlite3_exec(handle, script, nil, nil, nil) == SQLITE_OK else {
      throw error(script).inventoryError
    }
  }

  /// Runs one statement and returns how many rows it changed.
  @discardableResult
  func run(_ sql: SQL, _ arguments: [SQLiteValue] = []) throws(InventoryError) -> Int {
    try withStatement(sql) { (statement) throws(InventoryError) in
      try statement.run(arguments) { _ in true }
    }
    return Int(unsafe sqlite3_changes64(handle))
  }

  /// The number that the last insert gave its row.
  var lastInsertedNumber: Int64 { unsafe sqlite3_last_insert_rowid(handle) }

  /// How many rows were ever written through this connection; equal counts mean that nothing was.
  var changeCount: Int64 { unsafe sqlite3_total_changes64(handle) }

  /// Calls the body with each row.
  func forEach(
    _ sql: SQL, _ arguments: [SQLiteValue] = [], _ body: (inout Row) throws(InventoryError) -> Void
  ) throws(InventoryError) {
    try withStatement(sql) { (statement) throws(InventoryError) in
      try statement.run(arguments) { (row) throws(InventoryError) in
        try body(&row)
        return true
      }
    }
  }

  /// What the body makes of each row.
  func all<Element>(
    _ sql: SQL, _ arguments: [SQLiteValue] = [], _ body: (inout Row) throws(InventoryError) -> Element
  ) throws(InventoryError) -> [Element] {
    var elements: [Element] = []
    try forEach(sql, arguments) { (row) throws(InventoryError) in elements.append(try body(&row)) }
    return elements
  }

  /// What the body makes of the first row; nil when there is none.
  func first<Element>(
    _ sql: SQL, _ arguments: [SQLiteValue] = [], _ body: (inout Row) throws(InventoryError) -> Element
  ) throws(InventoryError) -> Element? {
    var element: Element?
    try withStatement(sql) { (statement) throws(InventoryError) in
      try statement.run(arguments) { (row) throws(InventoryError) in
        element = try body(&row)
        return false
      }
    }
    return element
  }

  private func withStatement(
    _ sql: SQL, _ body: (Statement) throws(InventoryError) -> Void
  ) throws(InventoryError) {
    guard let number = sql.number else { return try body(try statement(sql.text)) }
    if number < constants.count, let statement = constants[number], !statement.isRunning {
      return try body(statement)
    }
    let statement = try prepare(sql.text)
    while constants.count <= number { constants.append(nil) }
    if constants[number] == nil { constants[number] = statement }
    try body(statement)
  }

  /// The kept statement of a text, or a new one.
  private func statement(_ text: String) throws(InventoryError) -> Statement {
    uses += 1
    if let statement = statements[text], !statement.isRunning {
      statement.lastUse = uses
      return statement
    }
    let statement = try prepare(text)
    statement.lastUse = uses
    if statements[text] == nil {
      if statements.count >= Self.statementCapacity { forgetOldestStatement() }
      statements[text] = statement
    }
    return statement
  }

  private func prepare(_ sql: String) throws(InventoryError) -> Statement {
    var prepared: OpaquePointer?
    let result = unsafe sqlite3_prepare_v3(
      handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    guard result == SQLITE_OK, let prepared = unsafe prepared else { throw error(sql).inventoryError }
    return unsafe Statement(sql, handle: prepared, connection: self)
  }

  /// What the kept statements have cost so far; tests ask it of the lists.
  func statementCosts() -> [StatementCost] { (constants.compactMap(\.self) + statements.values).map(\.cost) }

  private func forgetOldestStatement() {
    let oldest = statements.values.filter { !$0.isRunning }.min { $0.lastUse < $1.lastUse }
    if let oldest { statements[oldest.sql] = nil }
  }
}

extension Duration {
  /// Whole milliseconds, at most what fits.
  var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    return overflow ? .max : product + attoseconds / 1_000_000_000_000_000
  }
}
