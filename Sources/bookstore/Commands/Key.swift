internal import API
internal import Inventory
internal import JSON

/// Makes, lists, replaces and takes back API keys, in the database itself.
struct Key {
  private enum Action: String, CaseIterable { case create, list, rotate, revoke }

  let configuration: Configuration
  private let action: Action
  private let operand: String?
  private let arguments: Arguments
  private let request: APIKeyRequest?
  private let token = KeyToken.generate()
  private let overlap: Int64

  init(configuration: Configuration, _ arguments: Arguments) throws(UsageError) {
    self.configuration = configuration
    self.arguments = arguments
    let actions = Action.allCases.map(\.rawValue)
    guard let word = arguments.operands.first else {
      throw UsageError(message: "what is to be done with keys? One of \(actions.joined(separator: ", "))")
    }
    guard let action = Action(rawValue: word) else {
      let hint = closest(to: word, in: actions).map { "; did you mean \($0)?" } ?? ""
      throw UsageError(message: "there is no \"\(word)\" of keys\(hint)")
    }
    self.action = action
    operand = arguments.operands.dropFirst().first
    switch action {
    case .rotate, .revoke:
      guard operand.flatMap({ APIKeyID($0) }) != nil else {
        throw UsageError(message: "\(word) needs the id of a key, key_…, as `bookstore key list` prints it")
      }
    case .create, .list:
      if let operand { throw UsageError(message: "unexpected argument \"\(operand)\"") }
    }
    request = action == .create ? try Self.request(arguments, token) : nil
    overlap = try Self.seconds(arguments, "--overlap") ?? 86_400
  }

  private static func request(
    _ arguments: Arguments, _ token: KeyToken
  ) throws(UsageError) -> APIKeyRequest {
    guard let name = arguments.options["--name"], API.isKeyName(name) else {
      throw UsageError(
        message: "create needs --name NAME, of 1 to 200 characters in one line: who is to use the key")
    }
    let known = Scope.allCases.map(\.rawValue)
    guard let words = arguments.options["--scopes"] else {
      throw UsageError(message: "create needs --scopes, some of \(known.joined(separator: ","))")
    }
    var scopes: Set<Scope> = []
    for word in words.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
      guard let scope = Scope(rawValue: word) else {
        let hint = closest(to: word, in: known).map { "did you mean \($0)?" } ?? known.joined(separator: ", ")
        throw UsageError(message: "there is no scope \"\(word)\"; \(hint)")
      }
      scopes.insert(scope)
    }
    var locations: [LocationReference]?
    if let words = arguments.options["--locations"] {
      locations = words.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        .map { word in LocationID(word).map(LocationReference.id) ?? .code(word) }
    }
    let lifetime = try seconds(arguments, "--expires-in")
    guard lifetime != 0 else {
      throw UsageError(message: "--expires-in is 0: the key would end before it is used")
    }
    return APIKeyRequest(
      name: name, scopes: scopes, locations: locations,
      expiry: lifetime.map { .after(microseconds: $0 * 1_000_000) } ?? .never, secret: token.secret,
      actor: "command-line")
  }

  /// A time such as `90d`; at most ten years.
  private static func seconds(_ arguments: Arguments, _ option: String) throws(UsageError) -> Int64? {
    guard let text = arguments.options[option] else { return nil }
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()), count >= 0,
      count <= 315_360_000 / unit
    else {
      throw UsageError(message: "\(option) is \"\(text)\"; it must be a time such as 12h or 90d")
    }
    return count * unit
  }

  func run() async -> ExitCode {
    do throws(Failure) {
      let database = try DatabaseAccess(configuration: configuration)
      guard configuration.database != .memory else {
        throw Failure("keys in memory end with this command; set DATABASE_URL to the service's database")
      }
      _ = try await database.migrate { Output.message("waiting for the database: \($0)") }
      let result: Result<String, InventoryError> = try await database.use { repository in
        do throws(InventoryError) { return .success(try await act(repository)) } catch {
          return .failure(error)
        }
      }
      switch result {
      case .success(let text): Output.print(text)
      case .failure(let error): throw Failure(Self.sentence(error))
      }
      return .success
    } catch {
      Output.message(error.message)
      return .failure
    }
  }

  private static func sentence(_ error: InventoryError) -> String {
    switch error {
    case .unknownLocations(let names):
      "there is no location \(names.values.sorted().map { "\"\($0)\"" }.joined(separator: ", "))"
    case .notFound(_, let id): "there is no key \(id)"
    case .invalidState(_, let id, let state): "the key \(id) is \(state)"
    default: error.sentence
    }
  }

  // MARK: Actions

  private func act(_ repository: any InventoryRepository) async throws(InventoryError) -> String {
    let id = operand.flatMap { APIKeyID($0) }
    switch (action, request, id) {
    case (.create, let request?, _):
      let key = try await repository.createAPIKey(request)
      return text(of: key, says: "made \(key.id). The key, which is not shown again:")
    case (.rotate, _, let id?):
      let key = try await repository.rotateAPIKey(
        APIKeyRotation(id: id, secret: token.secret, overlap: overlap * 1_000_000))
      let until = key.previous.map { " The old one is taken until \($0.until)." } ?? ""
      return text(of: key, says: "replaced the secret of \(key.id).\(until) The new key, not shown again:")
    case (.revoke, _, let id?):
      let key = try await repository.revokeAPIKey(id)
      return isJSON ? json([key]) : "revoked \(key.id), \"\(key.name)\"\n"
    default: return try await list(repository)
    }
  }

  private var isJSON: Bool { arguments.has("--json") }

  private func text(of key: APIKey, says sentence: String) -> String {
    if isJSON { return json([key], token: token) }
    // The key alone is on standard output, so that it can be piped into a file.
    Output.message(sentence)
    return token.text + "\n"
  }

  private func list(_ repository: any InventoryRepository) async throws(InventoryError) -> String {
    var keys: [APIKey] = []
    var request = PageRequest(limit: 200)
    while true {
      let page = try await repository.apiKeys(page: request)
      keys += page.elements
      guard let next = page.next else { break }
      request = PageRequest(limit: 200, after: next)
    }
    if isJSON { return json(keys) }
    guard !keys.isEmpty else { return "there are no keys; `bookstore key create` makes one\n" }
    return keys.map { key in
      let scopes = Scope.allCases.filter(key.permissions.scopes.contains).map(\.rawValue)
      let ends = key.endState(at: SystemClock().now()) == "expired" ? "expired" : "expires"
      let state =
        key.revokedAt.map { "revoked \($0)" } ?? key.expiresAt.map { "\(ends) \($0)" } ?? "in force"
      let used = key.lastUsedAt.map { "used \($0)" } ?? "not used yet"
      let places = key.permissions.locations.map { "\($0.count) locations" } ?? "all locations"
      return """
        \(key.id)  \(key.secret.prefix)…  \(key.name)
          \(scopes.joined(separator: ",")); \(places); \(state); \(used)

        """
    }.joined()
  }

  private func json(_ keys: [APIKey], token: KeyToken? = nil) -> String {
    var json = JSONWriter()
    json.beginArray()
    for key in keys { API.write(key, token: token, to: &json) }
    json.endArray()
    return String(decoding: json.bytes, as: UTF8.self) + "\n"
  }
}
