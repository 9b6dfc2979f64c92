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

  /// A URL without its passwords; text that is no URL stays as it is. Hides too much rather than too
  /// little: everything between the user's name and the last `@` before the query.
  static func redacted(_ text: String) -> String {
    guard let scheme = text.firstRange(of: "://") else { return text }
    let query = text[scheme.upperBound...].firstIndex(of: "?") ?? text.endIndex
    var shown = String(text[..<scheme.upperBound])
    let rest = text[scheme.upperBound..<query]
    if let at = rest.lastIndex(of: "@"), let colon = rest[..<at].firstIndex(of: ":") {
      shown += "\(rest[..<colon]):***\(rest[at...])"
    } else {
      shown += rest
    }
    guard query < text.endIndex else { return shown }
    let parameters = text[text.index(after: query)...].split(separator: "&", omittingEmptySubsequences: false)
    return shown + "?" + parameters.map(redactedParameter).joined(separator: "&")
  }

  private static func redactedParameter(_ parameter: Substring) -> String {
    guard let equals = parameter.firstIndex(of: "=") else { return String(parameter) }
    let name = parameter[..<equals]
    return name.lowercased().hasSuffix("password") ? "\(name)=***" : String(parameter)
  }
}
