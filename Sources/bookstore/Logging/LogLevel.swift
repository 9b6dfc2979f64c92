/// How important a record is.
enum LogLevel: String, CaseIterable, Comparable, Sendable {
  case debug, info, warning, error

  /// By importance.
  static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .debug: 0
    case .info: 1
    case .warning: 2
    case .error: 3
    }
  }
}

/// How records are written.
enum LogFormat: String, CaseIterable, Sendable {
  /// ``text`` on a terminal, ``json`` otherwise.
  case auto
  case json, text
}
