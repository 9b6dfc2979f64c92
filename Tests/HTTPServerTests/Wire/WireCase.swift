import Testing

/// What is sent on a fresh connection, and what must come of it.
struct WireCase: CustomTestStringConvertible, Sendable {
  /// What came of one message.
  enum Outcome: Hashable, Sendable, CustomStringConvertible {
    /// The handler saw it, as method, path with query, and content; the connection is kept, or not.
    case seen(String, keeps: Bool)
    /// It was refused with this status, and the connection closed.
    case refused(Int)

    var keeps: Bool {
      if case .seen(_, keeps: true) = self { true } else { false }
    }

    var description: String {
      switch self {
      case .seen(let request, let keeps): "\(request) (\(keeps ? "keeps" : "closes"))"
      case .refused(let status): "\(status)"
      }
    }
  }

  let name: String
  /// The section of the RFC that asks for it.
  let section: String
  let bytes: [UInt8]
  /// Of each message in turn; none when the server must wait for more.
  let outcomes: [Outcome]

  var testDescription: String { "\(name) (\(section))" }

  private init(_ name: String, _ section: String, _ bytes: [UInt8], _ outcomes: [Outcome]) {
    self.name = name
    self.section = section
    self.bytes = bytes
    self.outcomes = outcomes
  }

  /// The handler sees these requests, and the connection is kept.
  static func seen(_ name: String, _ section: String, _ text: String, _ requests: String...) -> WireCase {
    WireCase(name, section, Array(text.utf8), requests.map { .seen($0, keeps: true) })
  }

  /// The handler sees this request, and the connection is closed.
  static func last(_ name: String, _ section: String, _ text: String, _ request: String) -> WireCase {
    WireCase(name, section, Array(text.utf8), [.seen(request, keeps: false)])
  }

  /// The message is refused, and nothing behind it is read.
  static func refused(_ status: Int, _ name: String, _ section: String, _ text: String) -> WireCase {
    WireCase(name, section, Array(text.utf8), [.refused(status)])
  }

  /// As above, for bytes that are no text.
  static func refused(_ status: Int, _ name: String, _ section: String, bytes: [UInt8]) -> WireCase {
    WireCase(name, section, bytes, [.refused(status)])
  }

  /// Nothing is answered before more comes.
  static func waits(_ name: String, _ section: String, _ text: String) -> WireCase {
    WireCase(name, section, Array(text.utf8), [])
  }

  static let all =
    lines + requestLines + versions + methods + targets + absoluteForms + hosts + fields + lengths + codings
    + chunks + persistence + expectations
}

/// A request without content, from its parts.
func get(_ target: String = "/a", _ fields: String = "", version: String = "1.1") -> String {
  "GET \(target) HTTP/\(version)\r\nHost: a\r\n\(fields)\r\n"
}

/// A request with content, from its parts.
func post(_ fields: String, _ content: String = "", version: String = "1.1") -> String {
  "POST /a HTTP/\(version)\r\nHost: a\r\n\(fields)\r\n\(content)"
}
