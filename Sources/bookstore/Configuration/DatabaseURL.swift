/// Which engine keeps the data, and where.
enum DatabaseURL: Hashable, Sendable {
  case memory
  case sqlite(path: String)
  /// The URL as libpq takes it.
  case postgres(url: String)

  /// Nil when the text names no engine, or no file.
  init?(_ text: String) {
    if text == "sqlite::memory:" {
      self = .memory
    } else if text.hasPrefix("sqlite:") {
      let path = String(text.dropFirst("sqlite:".count))
      // `sqlite://` means different files to different programs.
      guard !path.isEmpty, !path.hasPrefix("//"), !path.hasPrefix(":") else { return nil }
      self = .sqlite(path: path)
    } else if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
      self = .postgres(url: text)
    } else {
      return nil
    }
  }

  /// As one would write it; with the password.
  var text: String {
    switch self {
    case .memory: "sqlite::memory:"
    case .sqlite(let path): "sqlite:\(path)"
    case .postgres(let url): url
    }
  }

  /// The sub-folder of the engine's migrations.
  var engine: String {
    switch self {
    case .memory, .sqlite: "sqlite"
    case .postgres: "postgres"
    }
  }
}
