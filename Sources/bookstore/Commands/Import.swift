internal import EventLoop
internal import Glibc
internal import Importing
internal import Inventory
internal import Migrations

/// Reads books from a CSV file into the catalogue.
struct Import {
  let configuration: Configuration
  let options: ImportOptions

  /// Imports; the first SIGINT or SIGTERM ends it after the batch that is being written, with a report, and a
  /// second one at once.
  func run() async -> ExitCode {
    do throws(SystemError) {
      let signals = try Signals()
      let work = Task(executorPreference: EventLoop.current) { await perform() }
      signals.arm()
      Task(executorPreference: EventLoop.current) {
        let signal = await signals.wait()
        Output.message("\(Signals.name(signal)): ending after this batch; a second one ends at once")
        work.cancel()
      }
      return await work.value
    } catch {
      Output.message("\(error)")
      return .failure
    }
  }

  private func perform() async -> ExitCode {
    do throws(Failure) {
      let file = try open()
      let database = try await prepare()
      return try await database.use { repository in
        await Self(configuration: configuration, options: options).run(file, into: repository)
      }
    } catch {
      Output.message(error.message)
      return .failure
    }
  }

  private func open() throws(Failure) -> File {
    guard let path = options.path else { return .standardInput }
    do throws(FileError) {
      return try .reading(path)
    } catch {
      throw Failure(error.message)
    }
  }

  /// Brings the schema up to date; a dry run leaves even that alone.
  private func prepare() async throws(Failure) -> DatabaseAccess {
    let database = try DatabaseAccess(configuration: configuration)
    let waiting: @Sendable (String) -> Void = { Output.message("waiting for the database: \($0)") }
    guard options.importer.dryRun else {
      for step in try await database.migrate(waiting: waiting) { Output.message("applied \(step.name)") }
      return database
    }
    if let pending = try await database.status(waiting: waiting).pending.first {
      throw Failure(
        "\(database.name) lacks step \(pending.name) of the schema, and a dry run changes nothing; "
          + "run `bookstore migrate` first")
    }
    return database
  }

  private func run(_ file: File, into repository: any InventoryRepository) async -> ExitCode {
    if let end = await checkLocation(in: repository) { return end }
    let start = MonotonicTime.now()
    var progress = RowProgress(size: file.size, isTerminal: Output.messagesAreOnTerminal)
    let observer = ImportObserver(mapped: Self.report) { summary in
      let elapsed = MonotonicTime.now().since(start)
      if let text = progress.report(rows: summary.rows, bytes: summary.bytes, after: elapsed) {
        Output.rawMessage(text)
      }
    }
    let rejects = RejectsFile(options.rejects)
    do throws(ImportFailure) {
      let importer = Importer(into: repository, options: options.importer)
      let summary = try await importer.run(file, rejects: rejects, observer: observer)
      Output.rawMessage(progress.erasure)
      report(summary, rejects, after: MonotonicTime.now().since(start))
      return summary.rejected > 0 ? .rowsRejected : .success
    } catch {
      Output.rawMessage(progress.erasure)
      Output.message(Self.sentence(error.reason))
      if case .file = error.reason { return .usage }
      report(error.summary, rejects, after: MonotonicTime.now().since(start))
      Output.message("the file was not read to its end; the same command again goes on where it stopped")
      return .failure
    }
  }

  private func report(_ summary: ImportSummary, _ rejects: RejectsFile, after elapsed: Duration) {
    let report = ImportReport(
      summary: summary, isDryRun: options.importer.dryRun, elapsed: elapsed, rejects: rejects.path,
      peakMemory: Self.peakMemory)
    Output.print(report.text)
    if !rejects.wasMade, unsafe access(rejects.path, F_OK) == 0 {
      Output.message("\(rejects.path) is of an earlier run; this one has rejected nothing")
    }
  }

  /// A location that is not there would have every row rejected. Nil when it is there.
  private func checkLocation(in repository: any InventoryRepository) async -> ExitCode? {
    do throws(InventoryError) {
      let location = options.importer.location
      guard case .code(let code) = location, try await repository.location(location) == nil else {
        return nil
      }
      Output.message("there is no location \"\(code)\"; POST /v1/locations makes one")
      return .usage
    } catch {
      Output.message(error.sentence)
      return .failure
    }
  }

  /// What is read from where, before anything is.
  private static func report(_ mapping: ColumnMapping) {
    for assignment in mapping.assignments {
      Output.message(
        "\(assignment.field) from \(assignment.columns.map(\.name).joined(separator: ", else "))")
    }
    if !mapping.unused.isEmpty { Output.message("not read: \(mapping.unused.joined(separator: ", "))") }
  }

  private static func sentence(_ reason: ImportFailure.Reason) -> String {
    switch reason {
    case .file(let error): error.description
    case .database(let error): error.sentence
    case .inputOutput(let error): (error as? FileError)?.message ?? "\(error)"
    case .cancelled: "the import was cancelled"
    }
  }

  /// The most memory that the process has had, in bytes.
  private static var peakMemory: Int64 {
    var usage = rusage()
    _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int64(usage.ru_maxrss) * 1024
  }
}
