internal import Backups
internal import EventLoop

/// What backup and restore do with each piece of their file: say how far they are, and stop when a signal
/// came.
final class RowWork {
  private let signals: Signals
  private let start = MonotonicTime.now()
  private var progress: RowProgress
  private var bytes: Int64 = 0

  /// From now on a signal ends the work between two pieces. `size` is the file's, when it is known.
  init(_ signals: Signals, size: Int64?) {
    self.signals = signals
    progress = RowProgress(size: size, isTerminal: Output.messagesAreOnTerminal)
  }

  /// How long it has taken.
  var elapsed: Duration { MonotonicTime.now().since(start) }

  /// Notes a piece of the file.
  func piece(_ count: Int, rows: Int64) throws(BackupError) {
    if signals.received != nil { throw .cancelled }
    bytes += Int64(count)
    if let text = progress.report(rows: rows, bytes: bytes, after: elapsed) { Output.rawMessage(text) }
  }

  /// Makes room for other lines.
  func end() { Output.rawMessage(progress.erasure) }
}
