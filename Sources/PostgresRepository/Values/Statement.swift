/// SQL that is prepared once on each connection. Identity, not text, is the key: make each once, as a
/// static constant.
final class SQL: Sendable {
  let text: String

  init(_ text: String) { self.text = text }
}

/// SQL with its values.
struct Statement: Sendable {
  enum Text: Sendable {
    case prepared(SQL)
    /// Sent as text each time: for lists, whose SQL depends on the filters. They are planned for the values
    /// at hand, and no connection collects a prepared statement for each combination of filters.
    case once(String)
  }

  let text: Text
  let values: [Value]

  init(_ sql: SQL, _ values: [Value] = []) {
    text = .prepared(sql)
    self.values = values
  }

  init(once sql: String, _ values: [Value] = []) {
    text = .once(sql)
    self.values = values
  }

  /// The SQL, for error messages.
  var sql: String {
    switch text {
    case .prepared(let sql): sql.text
    case .once(let sql): sql
    }
  }
}
