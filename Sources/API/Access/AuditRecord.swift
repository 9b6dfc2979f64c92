internal import HTTP
public import Inventory

/// That it was changed who may ask; for the audit log. Nothing in it is secret.
public struct AuditRecord: Sendable {
  /// What was done.
  public enum Event: String, CaseIterable, Sendable {
    case keyCreated = "key-created"
    case keyRotated = "key-rotated"
    case keyRevoked = "key-revoked"
  }

  /// What was done.
  public var event: Event
  /// The key as it is now.
  public var key: APIKey
  /// Who did it: a key's id, `api-key` for the one of the configuration, or `anonymous`.
  public var actor: String
  /// Where it came from, proxies that are trusted left out.
  public var address: String
  /// The request's id, as the client sees it.
  public var requestID: String

  /// From its parts.
  public init(event: Event, key: APIKey, actor: String, address: String, requestID: String) {
    self.event = event
    self.key = key
    self.actor = actor
    self.address = address
    self.requestID = requestID
  }
}

extension Call {
  /// Notes in the audit log that a key was made or changed.
  func audit(_ event: AuditRecord.Event, _ key: APIKey) {
    services.audit(
      AuditRecord(
        event: event, key: key, actor: caller.actor,
        address: services.access.address(of: head, peer: request.peer), requestID: requestID))
  }
}
