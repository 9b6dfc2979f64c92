internal import Crypto
internal import HTTP
internal import Inventory

/// The content of a request as it came: what a key's fingerprint is made of.
struct Content: Sendable {
  let bytes: [UInt8]
}

extension Call {
  /// Runs a write that may carry an Idempotency-Key, and answers with what it made or, for a key that was used
  /// before, with what was answered then.
  ///
  /// `answer` makes the answer; it is also what is stored. Throws a ``Problem``, `InventoryError`.
  func once<Output: Sendable>(
    _ content: Content, answer: @escaping @Sendable (Output) -> StoredAnswer,
    _ write: (Once<Output>?) async throws -> Outcome<Output>
  ) async throws -> Response {
    let once = try idempotencyKey().map { key in
      Once(scope: caller.actor, key: key, fingerprint: fingerprint(of: content), answer: answer)
    }
    switch try await write(once) {
    case .done(let output): return response(answer(output))
    case .replayed(let stored):
      var response = response(stored)
      response.fields.append("idempotent-replayed", "true")
      return response
    }
  }

  private func response(_ answer: StoredAnswer) -> Response {
    let status = Status(answer.status)
    var response =
      prefersMinimal
      ? Response(
        status == .created ? .created : .noContent, fields: ["preference-applied": "return=minimal"])
      : .json(Array(answer.body.utf8), status)
    if let location = answer.location { response.fields.append("location", location) }
    return response
  }

  /// The request's key, bare or as a structured-field string; throws a ``Problem`` for anything else.
  func idempotencyKey() throws -> String? {
    let values = head.values("idempotency-key")
    guard let value = values.first else {
      guard services.configuration.requiresIdempotencyKey else { return nil }
      throw refusal("required", "This service takes no change of stock without Idempotency-Key.")
    }
    guard values.count == 1 else { throw refusal("repeated", "Idempotency-Key may be given only once.") }
    var key = trimmed(value)[...]
    if key.hasPrefix("\"") {
      guard key.count >= 2, key.hasSuffix("\"") else {
        throw refusal("malformed", "The key starts with a quotation mark that is not closed.")
      }
      key = key.dropFirst().dropLast()
    }
    let isPrintable = key.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\"") }
    guard (1...255).contains(key.utf8.count), isPrintable else {
      throw refusal("malformed", "A key is 1 to 255 printable ASCII characters, bare or in quotation marks.")
    }
    return String(key)
  }

  private func refusal(_ code: String, _ detail: String) -> Problem {
    Problem(.invalidHeader, detail, errors: [FieldError(.header("idempotency-key"), code, detail)])
  }

  /// SHA-256 of method, path, sorted query, content type and content, each with its length.
  private func fingerprint(of content: Content) -> String {
    var bytes: [UInt8] = []
    func append(_ part: some Collection<UInt8>) {
      bytes += "\(part.count):".utf8
      bytes += part
    }
    append(head.method.rawValue.utf8)
    append(head.path.utf8)
    for parameter in query.parameters.sorted(by: { ($0.name, $0.value) < ($1.name, $1.value) }) {
      append(parameter.name.utf8)
      append(parameter.value.utf8)
    }
    append((head.values("content-type").first.flatMap(MediaType.essence) ?? "").utf8)
    append(content.bytes)
    return SHA256.hex(bytes)
  }
}
