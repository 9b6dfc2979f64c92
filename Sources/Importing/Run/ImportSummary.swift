public import Inventory

/// What became of a file so far.
public struct ImportSummary: Hashable, Sendable {
  /// Records behind the first line, malformed ones included.
  public var rows: Int64 = 0
  /// Bytes read.
  public var bytes: Int64 = 0
  /// Books that are new.
  public var created: Int64 = 0
  /// Books that changed.
  public var updated: Int64 = 0
  /// Records that changed nothing.
  public var unchanged: Int64 = 0
  /// Records that were not taken.
  public var rejected: Int64 = 0
  /// How many records were rejected for which reason.
  public var reasons: [String: Int64] = [:]

  /// Nothing yet.
  public init() {}
}

/// Why a run ended before the file did, and what it had done by then: whole batches, which a second run finds
/// unchanged.
public struct ImportFailure: Error, Sendable {
  /// What went wrong.
  public enum Reason: Sendable {
    /// The options or the file's first line; nothing was read beyond it.
    case file(ImportError)
    /// The database.
    case database(InventoryError)
    /// The file could not be read or the rejected rows not be written.
    case inputOutput(any Error)
    /// The task was cancelled.
    case cancelled
  }

  /// What went wrong.
  public var reason: Reason
  /// What is done.
  public var summary: ImportSummary
}

/// Where a file's bytes come from.
public protocol ByteSource {
  /// The next bytes, at most `count`; none at the end.
  func read(_ count: Int) throws -> [UInt8]
}

/// Where bytes go.
public protocol ByteSink {
  /// Takes all of the bytes.
  func write(_ bytes: [UInt8]) throws
}

/// What a run tells while it goes on.
public struct ImportObserver {
  /// Called once, when the first line has been understood.
  public var mapped: (ColumnMapping) -> Void
  /// Called after each batch.
  public var progressed: (ImportSummary) -> Void

  /// By default, nobody listens.
  public init(
    mapped: @escaping (ColumnMapping) -> Void = { _ in },
    progressed: @escaping (ImportSummary) -> Void = { _ in }
  ) {
    self.mapped = mapped
    self.progressed = progressed
  }
}
