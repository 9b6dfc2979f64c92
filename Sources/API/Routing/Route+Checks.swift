internal import HTTP

extension Route {
  /// The media type to answer with; throws 406.
  func negotiate(_ head: RequestHead) throws -> String {
    guard head.has("accept") else { return mediaTypes.first ?? MediaType.json }
    guard !mediaTypes.isEmpty else { return MediaType.json }
    guard let type = MediaType.preferred(head.values("accept"), among: mediaTypes) else {
      throw Problem(
        .notAcceptable, "This is available as \(mediaTypes.joined(separator: ", ")) only.",
        fields: mediaTypes.count > 1 ? ["vary": "Accept"] : [:])
    }
    return type
  }

  /// Checks what the head says of the content, before any of it is read.
  func checkContent(of request: Request) throws {
    let head = request.head
    // A condition that nobody looks at would be broken in silence.
    if method != .get, !conditions.contains(.ifMatch), head.has("if-match") {
      throw Problem(
        .invalidHeader, "If-Match is not supported here; send the request without.",
        errors: [FieldError(.header("if-match"), "not-supported", "If-Match is not supported here.")])
    }
    guard let body else {
      if let length = request.body.declaredLength, length > 0 {
        throw Problem(
          .unexpectedContent, "\(method.rawValue) takes no content here; \(length) bytes were sent.")
      }
      return
    }
    // A key that is accepted and forgotten would promise what nobody keeps.
    if method == .post, !conditions.contains(.idempotencyKey), head.has("idempotency-key") {
      throw Problem(
        .idempotencyNotSupported, "This operation does not keep Idempotency-Key; send it without.",
        errors: [
          FieldError(.header("idempotency-key"), "not-supported", "Idempotency-Key is not supported here.")
        ])
    }
    guard head.values("content-encoding").allSatisfy({ $0.lowercased() == "identity" }) else {
      throw Problem(
        .unsupportedMediaType, "Contents are taken without a content coding only.",
        fields: ["accept-encoding": "identity"])
    }
    let sent = head.values("content-type")
    if body.isOptional, sent.isEmpty, request.body.declaredLength == 0 { return }
    guard sent.count == 1, let type = MediaType.essence(sent[0]), body.mediaTypes.contains(type) else {
      let fields: Fields = acceptedContent.map { [$0.name: $0.value] } ?? [:]
      let wanted = body.mediaTypes.joined(separator: " or ")
      let what = sent.isEmpty ? "The request has no Content-Type" : "\(quoted(sent[0])) is not taken here"
      throw Problem(
        .unsupportedMediaType, "\(what); send Content-Type: \(wanted), in UTF-8.", fields: fields)
    }
  }

  /// The same for a content whose length the head does not say.
  func checkAbsence(of body: any RequestBody) async throws {
    do throws(BodyError) {
      guard try await body.next() != nil else { return }
    } catch {
      throw Problem(error)
    }
    throw Problem(.unexpectedContent, "\(method.rawValue) takes no content here.")
  }

  /// The field that tells which contents are taken (RFC 5789 §3.1; Linked Data Platform §7.1; for other methods
  /// RFC 9110 §12.5.1).
  var acceptedContent: (name: String, value: String)? {
    guard let body else { return nil }
    switch method {
    case .patch: return ("accept-patch", body.mediaTypes.joined(separator: ", "))
    case .post: return ("accept-post", body.mediaTypes.joined(separator: ", "))
    default: return ("accept", body.mediaTypes.joined(separator: ", "))
    }
  }
}
