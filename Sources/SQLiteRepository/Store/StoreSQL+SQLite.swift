internal import EventLoop
internal import InventoryStore

extension StoreSQL {
  /// The statement of every connection, made once; with `usesClock` it has one parameter more, for the present
  /// instant.
  var forSQLite: (sql: SQL, usesClock: Bool) {
    Self.made.withLock { made in
      if let statement = made[number] { return statement }
      let (text, usesClock) = Self.translated(text)
      let statement = (SQL.constant(text), usesClock)
      made[number] = statement
      return statement
    }
  }

  private static let made = Lock<[Int: (SQL, Bool)]>([:])

  /// `$n` becomes `?n`; the database has no clock of its own, and no rows to lock.
  private static func translated(_ text: String) -> (String, usesClock: Bool) {
    var translated = ""
    var highest = 0
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      translated += rest[..<dollar]
      let digits = rest[rest.index(after: dollar)...].prefix { $0.isNumber }
      highest = max(highest, Int(digits) ?? 0)
      translated += "?" + digits
      rest = rest[digits.endIndex...]
    }
    translated += rest
    translated.remove(all: StoreSQL.overridingIdentity, replacingWith: "")
    let usesClock = translated.remove(all: "now_microseconds()", replacingWith: "?\(highest + 1)")
    return (translated, usesClock)
  }
}

extension String {
  /// True when there was any.
  @discardableResult
  fileprivate mutating func remove(all part: String, replacingWith replacement: String) -> Bool {
    let pieces = split(separator: part, omittingEmptySubsequences: false)
    self = pieces.joined(separator: replacement)
    return pieces.count > 1
  }
}
