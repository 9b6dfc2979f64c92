/// Says how many rows are read or written: often, in one line that is written over, on a terminal; else now
/// and then, in lines of their own.
struct RowProgress {
  /// The file's size in bytes; nil when it is not known, as of a file that is being written.
  let size: Int64?
  let isTerminal: Bool
  private var nextAt: Duration

  init(size: Int64?, isTerminal: Bool) {
    self.size = size
    self.isTerminal = isTerminal
    nextAt = isTerminal ? .zero : Self.pipedInterval
  }

  private static let pipedInterval = Duration.seconds(5)
  private static let terminalInterval = Duration.milliseconds(200)

  /// What to write after so long; nil when it is too early for the next line.
  mutating func report(rows: Int64, bytes: Int64, after elapsed: Duration) -> String? {
    guard elapsed >= nextAt else { return nil }
    nextAt = elapsed + (isTerminal ? Self.terminalInterval : Self.pipedInterval)
    let line = text(rows, bytes, after: elapsed)
    return isTerminal ? "\r\(line)\u{1B}[K" : "\(line)\n"
  }

  /// What makes room for other lines: nothing on paper, an empty line on a terminal.
  var erasure: String { isTerminal ? "\r\u{1B}[K" : "" }

  private func text(_ rows: Int64, _ bytes: Int64, after elapsed: Duration) -> String {
    let seconds = elapsed.inSeconds
    var text = "\(grouped(rows)) rows"
    if seconds > 0 { text += ", \(grouped(Int64(Double(rows) / seconds))) rows/s" }
    guard let size, size > 0, bytes > 0 else { return text }
    let done = min(1, Double(bytes) / Double(size))
    let left = Int64((seconds / done - seconds).rounded(.up))
    return text + ", \(Int64(done * 100)) %, \(Self.duration(left)) left"
  }

  /// `42 s`, `3 min 20 s`, `2 h 5 min`.
  static func duration(_ seconds: Int64) -> String {
    switch seconds {
    case ..<60: "\(seconds) s"
    case ..<3600: "\(seconds / 60) min \(seconds % 60) s"
    default: "\(seconds / 3600) h \(seconds / 60 % 60) min"
    }
  }
}

extension Duration {
  /// For people; not exact.
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
