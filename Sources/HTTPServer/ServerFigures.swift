internal import HTTP

/// What a loop's server counts; plain numbers, since only the loop touches them.
struct ServerFigures: Sendable {
  /// Connections that were accepted.
  var accepted: Int64 = 0
  /// Why connections were ended or not begun by the server, and how often.
  var ended: [ConnectionEnd: Int64] = [:]
  /// Handshakes of TLS that were completed.
  var handshakes: Int64 = 0
  /// Handshakes of TLS that the client broke off, or that came to nothing in common.
  var failedHandshakes: Int64 = 0
  /// Times at which a connection could not be accepted because no descriptor or memory was left.
  var acceptFailures: Int64 = 0
  /// Requests that had to wait since too many were worked on.
  var excess: Int64 = 0
  /// Requests that are worked on; filled when the figures are asked for.
  var handling: [Lane: Int64] = [:]
  /// Requests that wait until fewer are worked on; filled when the figures are asked for.
  var waiting: [Lane: Int64] = [:]
  /// Bytes of content in memory; filled when the figures are asked for.
  var content: Int64 = 0
  /// Open connections by state; filled when the figures are asked for.
  var states: [String: Int64] = [:]

  static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum.accepted += right.accepted
    sum.ended.merge(right.ended, uniquingKeysWith: +)
    sum.handshakes += right.handshakes
    sum.failedHandshakes += right.failedHandshakes
    sum.acceptFailures += right.acceptFailures
    sum.excess += right.excess
    sum.handling.merge(right.handling, uniquingKeysWith: +)
    sum.waiting.merge(right.waiting, uniquingKeysWith: +)
    sum.content += right.content
    sum.states.merge(right.states, uniquingKeysWith: +)
    return sum
  }
}

/// Why the server gave a connection up that the client would have kept.
enum ConnectionEnd: String, CaseIterable, Sendable {
  /// Its address has as many as it may.
  case address
  /// It was idle, and others wanted its place.
  case room
  /// A handshake of TLS took too long.
  case handshake
  /// Nothing came for too long.
  case idle
  /// A head took too long.
  case head
  /// A content came too slowly.
  case body
  /// A handler took too long, twice.
  case handling
  /// The client took too little of a response.
  case output
  /// Content that nobody wanted, or the end of a lingering connection, took too long.
  case discarding
}

extension Connection.State {
  /// All names, so that a state without connections is shown as 0.
  static let names = ["handshaking", "idle", "head", "handling", "discarding", "closing", "lingering"]

  /// The state without its payload.
  var name: String {
    switch self {
    case .handshaking: "handshaking"
    case .idle: "idle"
    case .head: "head"
    case .handling: "handling"
    case .discarding: "discarding"
    case .closing: "closing"
    case .lingering: "lingering"
    case .closed: "closed"
    }
  }
}
