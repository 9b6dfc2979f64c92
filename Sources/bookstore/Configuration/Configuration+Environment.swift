internal import API
internal import PostgresRepository

/// Everything that is wrong with the environment.
struct ConfigurationError: Error, Hashable {
  /// One line for each wrong, missing or unknown setting.
  let problems: [String]
}

extension Configuration {
  /// Reads and checks the environment; an empty variable counts as not set.
  ///
  /// `readFile` gives a file's text, or nil with a reason.
  init(
    environment: [String: String], readFile: (String) -> Result<String, FileError>
  ) throws(ConfigurationError) {
    self.init()
    var problems: [String] = []
    for setting in Setting.all {
      guard let text = environment[setting.name], !text.isEmpty else { continue }
      if !setting.read(text, &self) { problems.append(Self.problem(of: setting, text: text)) }
    }
    problems += Self.unknown(in: environment)
    problems += checkTLS()
    problems += checkAccess(keyIsSet: environment["BOOKSTORE_API_KEY"]?.isEmpty == false, readFile: readFile)
    guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
  }

  private static func problem(of setting: Setting, text: String) -> String {
    if setting.name == "BOOKSTORE_PORT", text.hasPrefix("tcp://") { return "BOOKSTORE_PORT: \(serviceLinks)" }
    // What is no URL but looks like one may hold a password in a place where nobody looks for it.
    let isSecret = setting.isSecret || text.contains("@") && !text.contains("://")
    let shown = isSecret ? "is not right" : "is \"\(RedactedURL.text(of: text))\""
    return "\(setting.name) \(shown); it must be \(setting.rightForm)"
  }

  private static let serviceLinks =
    "Kubernetes sets this variable for a Service named bookstore; say `enableServiceLinks: false` in the Pod"

  private static func unknown(in environment: [String: String]) -> [String] {
    let prefix = "BOOKSTORE_"
    let names = Setting.all.map(\.name).filter { $0.hasPrefix(prefix) }
    let unknown = environment.keys.filter { $0.hasPrefix(prefix) && !names.contains($0) }.sorted()
    return unknown.map { name in
      if name.hasPrefix("BOOKSTORE_SERVICE_") || name.hasPrefix("BOOKSTORE_PORT_") {
        return "\(name): \(serviceLinks)"
      }
      let nearest = closest(
        to: name.dropFirst(prefix.count).lowercased(),
        in: names.map { $0.dropFirst(prefix.count).lowercased() })
      return "\(name) is no setting" + (nearest.map { "; did you mean \(prefix)\($0.uppercased())?" } ?? "")
    }
  }

  /// The rules that tie the settings of TLS together; the files are read when the service starts.
  private func checkTLS() -> [String] {
    if tlsCertificate.isEmpty != tlsKey.isEmpty {
      let (set, missing) =
        tlsKey.isEmpty ? ("CERTIFICATE", "KEY") : ("KEY", "CERTIFICATE")
      return ["BOOKSTORE_TLS_\(set) is set and BOOKSTORE_TLS_\(missing) is not; HTTPS needs both"]
    }
    if !tlsClientCA.isEmpty, tlsCertificate.isEmpty {
      return ["BOOKSTORE_TLS_CLIENT_CA needs BOOKSTORE_TLS_CERTIFICATE and BOOKSTORE_TLS_KEY"]
    }
    return []
  }

  /// The rules that tie the access settings together; reads the key's file.
  private mutating func checkAccess(
    keyIsSet: Bool, readFile: (String) -> Result<String, FileError>
  ) -> [String] {
    var problems: [String] = []
    if keyIsSet, !apiKeyFile.isEmpty {
      problems.append("BOOKSTORE_API_KEY and BOOKSTORE_API_KEY_FILE are both set; keep one of them")
    } else if !apiKeyFile.isEmpty {
      if let problem = readKey(readFile) { problems.append(problem) }
    }
    switch authentication {
    case .key: break
    case .none:
      if keyIsSet || !apiKeyFile.isEmpty {
        problems.append("a key is set, but BOOKSTORE_AUTH is none and nobody is asked for it; set it to key")
      } else if !host.isLoopback, !allowOpen {
        problems.append(
          "BOOKSTORE_HOST is \(host.text), which other machines may reach, and BOOKSTORE_AUTH is none; set "
            + "BOOKSTORE_AUTH=key with a key, or BOOKSTORE_ALLOW_OPEN=true if something else keeps them out")
      }
    }
    return problems
  }

  private mutating func readKey(_ readFile: (String) -> Result<String, FileError>) -> String? {
    switch readFile(apiKeyFile) {
    case .failure(let error): return "BOOKSTORE_API_KEY_FILE: \(error.message)"
    case .success(let text):
      // Editors and `echo` end a file with a line break.
      let line = text.hasSuffix("\r\n") ? text.dropLast() : text.hasSuffix("\n") ? text.dropLast() : text[...]
      guard let key = SettingForm.apiKey.parse(String(line)) else {
        return
          "BOOKSTORE_API_KEY_FILE: the content of \(apiKeyFile) must be \(SettingForm.apiKey.description)"
      }
      apiKey = key
      return nil
    }
  }
}
