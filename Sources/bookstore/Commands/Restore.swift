internal import Backups
internal import EventLoop
internal import Inventory
internal import Migrations

/// Loads a backup into an empty database.
struct Restore {
  let configuration: Configuration
  /// The file; nil for standard input.
  let path: String?

  init(configuration: Configuration, _ arguments: Arguments) throws(UsageError) {
    guard let operand = arguments.operands.first else {
      throw UsageError(message: "from which file? \(Command.restore.usage)")
    }
    self.configuration = configuration
    path = operand == "-" ? nil : operand
  }

  /// Restores. The first SIGINT or SIGTERM gives it up and undoes what was loaded; so does a second one, at
  /// once. The thread is blocked meanwhile: the program does nothing else.
  func run() async -> ExitCode {
    do throws(Failure) {
      let signals = try Signals.orFailure()
      let database = try DatabaseAccess(configuration: configuration)
      try database.requireLasting()
      let loaded = try await load(into: database, signals)
      // What came after the backup's schema is done to its rows, as it would have been where they come from.
      try await migrate(database)
      let report = try await Verify(configuration: configuration).verify()
      Output.print(loaded + Verify.text(report))
      guard report.drift.isEmpty else {
        Output.message(
          "balances differ from the sums of what explains them; everything is restored all the same")
        return .failure
      }
      return .success
    } catch {
      Output.message(error.message)
      return .failure
    }
  }

  /// Loads the backup and returns what there is to say of it.
  private func load(into database: DatabaseAccess, _ signals: Signals) async throws(Failure) -> String {
    var file = try open()
    var work = RowWork(signals, size: file.size)
    var reader = try start(file, work, database)
    try Self.judge(reader.header, database, file)
    let applied = try await requireEmpty(database)
    signals.arm()
    // What can be read twice is loaded only when it is known to be whole.
    if path != nil, file.size != nil {
      try attempt(database, file) { () throws(BackupError) in try reader.check() }
      work.end()
      Output.message("\(file.path) is whole: \(grouped(reader.rows)) rows of \(reader.tables.count) tables")
      file = try open()
      work = RowWork(signals, size: file.size)
      reader = try start(file, work, database)
    }
    if applied < reader.header.schema { try await migrate(database, to: reader.header.schema) }
    try attempt(database, file) { () throws(BackupError) in
      try reader.load(into: try database.backupTarget())
    }
    work.end()
    return Self.report(reader, after: work.elapsed)
  }

  // MARK: The file

  private func open() throws(Failure) -> File {
    guard let path else { return .standardInput }
    do throws(FileError) {
      return try .reading(path)
    } catch {
      throw Failure(error.message)
    }
  }

  /// Reads the first line.
  private func start(
    _ file: File, _ work: RowWork, _ database: DatabaseAccess
  ) throws(Failure) -> BackupReader {
    try attempt(database, file) { () throws(BackupError) in
      try BackupReader { (rows) throws(BackupError) in
        let piece: [UInt8]
        do throws(FileError) { piece = try file.read(64 << 10) } catch { throw .file(error.message) }
        try work.piece(piece.count, rows: rows)
        return piece
      }
    }
  }

  private static func judge(
    _ header: BackupHeader, _ database: DatabaseAccess, _ file: File
  ) throws(Failure) {
    let newest = database.migrations.count
    guard header.schema <= newest else {
      throw Failure(
        "\(file.path): the backup is of schema step \(header.schema), and this program knows \(newest): use version "
          + "\(header.program), which wrote it, or a later one")
    }
  }

  // MARK: The database

  /// Fails unless there is nothing in the database; returns how many steps of the schema it has.
  private func requireEmpty(_ database: DatabaseAccess) async throws(Failure) -> Int {
    let status = try await database.status { Output.message("waiting for the database: \($0)") }
    guard !status.applied.isEmpty else { return 0 }
    do throws(BackupError) {
      try database.backupTarget().requireEmpty()
    } catch {
      throw database.failure(error, "")
    }
    return status.applied.count
  }

  private func migrate(_ database: DatabaseAccess, to version: Int? = nil) async throws(Failure) {
    let steps = try await database.migrate(to: version) { Output.message("waiting for the database: \($0)") }
    for step in steps { Output.message("applied \(step.name)") }
  }

  private func attempt<Value>(
    _ database: DatabaseAccess, _ file: File, _ body: () throws(BackupError) -> Value
  ) throws(Failure) -> Value {
    do throws(BackupError) {
      return try body()
    } catch {
      throw database.failure(error, file.path)
    }
  }

  private static func report(_ reader: BackupReader, after elapsed: Duration) -> String {
    let header = reader.header
    return "\(grouped(reader.rows)) rows in \(seconds(elapsed)); they were taken from \(header.engine) at "
      + "\(header.takenAt), schema step \(header.schema)\n"
      + countTable(reader.tables.map { ($0.table, $0.rows) })
  }
}
