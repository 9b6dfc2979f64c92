public import Inventory

/// Brings a catalogue file into the inventory: bytes → records → batches → repository.
///
/// The file streams: only the bytes of one read, one batch and ``SeenReferences`` are held. A record that is
/// not usable is rejected by itself, with line and reason; the others go on. A batch is one transaction, and
/// records are remembered by sender and reference, so a run that was broken off can simply be repeated.
public struct Importer {
  let repository: any ImportRepository
  let options: Options
  let pause: (Duration) async throws -> Void

  /// An importer into a repository. `pause` waits before a batch is sent again; tests give one that does not.
  public init(
    into repository: any ImportRepository, options: Options,
    pause: @escaping (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.repository = repository
    self.options = options
    self.pause = pause
  }

  /// Reads all of the source. Rejected rows go to `rejects` as CSV.
  public func run(
    _ source: some ByteSource, rejects: some ByteSink, observer: ImportObserver = ImportObserver()
  ) async throws(ImportFailure) -> ImportSummary {
    var run = ImportRun(self, rejects: RejectWriter(sink: rejects), observer: observer)
    do throws(ImportFailure.Reason.Thrown) {
      try validate()
      var reader = CSVReader(options.csv)
      while true {
        let bytes = try read(source)
        run.summary.bytes += Int64(bytes.count)
        let elements = bytes.isEmpty ? reader.finish() : reader.feed(bytes)
        for element in elements { try await run.take(element) }
        if bytes.isEmpty { break }
      }
      try await run.finish()
      return run.summary
    } catch {
      throw ImportFailure(reason: error.reason, summary: run.summary)
    }
  }

  private static let readSize = 64 * 1024

  private func validate() throws(ImportFailure.Reason.Thrown) {
    do throws(ImportError) { try Self.validate(options) } catch { throw .init(.file(error)) }
  }

  private func read(_ source: some ByteSource) throws(ImportFailure.Reason.Thrown) -> [UInt8] {
    do { return try source.read(Self.readSize) } catch { throw .init(.inputOutput(error)) }
  }

  /// Sends a batch, again and again while the database cannot be reached. A batch that was committed although
  /// its answer got lost is found unchanged the second time.
  func send(_ records: [ImportRecord]) async throws(ImportFailure.Reason.Thrown) -> [ImportOutcome] {
    var wait = options.firstPause
    var attempt = 1
    while true {
      do throws(InventoryError) {
        return try await repository.importBooks(records, dryRun: options.dryRun)
      } catch {
        guard case .unavailable = error, attempt < options.attempts else { throw .init(.database(error)) }
      }
      do { try await pause(wait) } catch { throw .init(.cancelled) }
      wait = min(wait * 2, options.maximumPause)
      attempt += 1
    }
  }
}

extension ImportFailure.Reason {
  /// A reason on its way to where the summary is added.
  struct Thrown: Error {
    var reason: ImportFailure.Reason

    init(_ reason: ImportFailure.Reason) { self.reason = reason }
  }
}
