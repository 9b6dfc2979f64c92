internal import Backups
internal import EventLoop
internal import Inventory
internal import Migrations

/// Writes everything in the database to a file, or to standard output.
struct Backup {
  let configuration: Configuration
  /// The file; nil for standard output.
  let path: String?
  /// Whether a file with this name is replaced.
  let replacesOld: Bool

  init(configuration: Configuration, _ arguments: Arguments) throws(UsageError) {
    guard let operand = arguments.operands.first else {
      throw UsageError(message: "to which file? \(Command.backup.usage)")
    }
    self.configuration = configuration
    path = operand == "-" ? nil : operand
    replacesOld = arguments.has("--force")
  }

  /// Backs up. The first SIGINT or SIGTERM gives it up and removes what was written, a second one ends it at
  /// once. The thread is blocked meanwhile: the program does nothing else.
  func run() async -> ExitCode {
    do throws(Failure) {
      let signals = try Signals.orFailure()
      let database = try DatabaseAccess(configuration: configuration)
      try database.requireLasting()
      let file: NewFile?
      do throws(FileError) {
        file = try path.map { (path) throws(FileError) in try NewFile(path, replacingOld: replacesOld) }
      } catch {
        Output.message(error.message)
        return .usage
      }
      let status = try await database.status { Output.message("waiting for the database: \($0)") }
      guard !status.applied.isEmpty else {
        throw Failure("there is nothing to back up: \(database.name) has no schema")
      }
      signals.arm()
      do throws(BackupError) {
        try write(database, to: file, signals)
      } catch {
        throw database.failure(error, path ?? File.standardOutput.path)
      }
      return .success
    } catch {
      Output.message(error.message)
      return .failure
    }
  }

  private func write(
    _ database: DatabaseAccess, to file: NewFile?, _ signals: Signals
  ) throws(BackupError) {
    let takenAt = SystemClock().now()
    let source = try database.backupSource()
    let work = RowWork(signals, size: nil)
    let writer = BackupWriter { (piece, rows) throws(BackupError) in
      do throws(FileError) {
        if let file { try file.write(piece) } else { try File.standardOutput.write(piece) }
      } catch {
        throw .file(error.message)
      }
      try work.piece(piece.count, rows: rows)
    }
    try writer.write(
      source,
      header: BackupHeader(
        program: Version.number, schema: source.schema, engine: source.engine, takenAt: takenAt))
    do throws(FileError) { try file?.finish() } catch { throw .file(error.message) }
    work.end()
    report(writer, after: work.elapsed)
  }

  private func report(_ writer: BackupWriter, after elapsed: Duration) {
    let text =
      "\(grouped(writer.rows)) rows in \(seconds(elapsed)), \(grouped(writer.bytes)) bytes\n"
      + countTable(writer.tables.map { ($0.table, $0.rows) })
    // Standard output may be the file.
    if path == nil { Output.rawMessage(text) } else { Output.print(text) }
  }
}

extension Signals {
  /// As ``init()``.
  static func orFailure() throws(Failure) -> Signals {
    do throws(SystemError) { return try Signals() } catch { throw Failure("\(error)") }
  }
}
