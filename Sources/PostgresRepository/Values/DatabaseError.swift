internal import Inventory

/// Why a statement has no result.
enum DatabaseError: Error, Hashable {
  /// The server refused it; nothing of its transaction was done.
  case server(ServerError)
  /// The server was not reached, or was lost before it answered.
  case unavailable(reason: String, retryAfter: Int)
  /// The server was lost while it committed: what was to be written may be there or not.
  case outcomeUnknown(reason: String)
  /// A result is not what the program expects of its own statement.
  case malformed(String)
  /// The database did its part; this is the repository's answer.
  case answer(InventoryError)
}

/// An error as the server reports it; the values of the statement are not part of it.
struct ServerError: Error, Hashable {
  /// Five characters; https://www.postgresql.org/docs/current/errcodes-appendix.html
  var sqlState: String
  var message: String
  var detail: String?
  var constraint: String?
  /// Which of the statements of its transaction failed, from 0.
  var statement = 0
  var sql: String?
}

extension ServerError {
  /// The transaction lost against another one and may be run again.
  var isRetryable: Bool { sqlState == "40001" || sqlState == "40P01" }

  /// The connection cannot do better than this: the server goes away, or has become a standby that takes no
  /// writes, so that with several hosts in the URL another one is the primary now.
  var endsConnection: Bool {
    switch sqlState {
    case "08000", "08001", "08003", "08004", "08006": true
    case "25006", "25P03", "57P01", "57P02", "57P03", "57P05": true
    default: false
    }
  }

  /// A statement was cut off or resources are short: trouble that passes, and nobody's mistake.
  var isTransient: Bool {
    switch sqlState {
    case "57014", "55P03": true
    default: isRetryable || endsConnection || sqlState.hasPrefix("53")
    }
  }
}

extension DatabaseError {
  /// The same error of a request that was to commit.
  var whileCommitting: DatabaseError {
    if case .unavailable(let reason, _) = self { return .outcomeUnknown(reason: reason) }
    return self
  }

  /// Whoever asked is not interested any more.
  static let abandoned = DatabaseError.unavailable(
    reason: "the request was given up while it waited for the database", retryAfter: 1)

  /// The server is there but answers nobody.
  static let silent = DatabaseError.unavailable(reason: "the database does not answer", retryAfter: 1)

  /// What callers of the repository see when nothing more specific is known.
  var inventoryError: InventoryError {
    switch self {
    case .unavailable(let reason, let retryAfter): .unavailable(reason: reason, retryAfter: retryAfter)
    case .outcomeUnknown(let reason): .outcomeUnknown(reason: reason)
    case .malformed(let reason): .unexpected(reason)
    case .answer(let error): error
    case .server(let error) where error.isTransient:
      .unavailable(reason: "the database gave up: \(error.message) (\(error.sqlState))", retryAfter: 1)
    case .server(let error): .unexpected(error.description)
    }
  }
}

extension ServerError: CustomStringConvertible {
  var description: String {
    var text = "\(message) (SQLSTATE \(sqlState))"
    if let constraint { text += ", constraint \(constraint)" }
    if let sql { text += ", in: \(sql)" }
    return text
  }
}
