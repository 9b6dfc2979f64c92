extension Configuration {
  /// Every setting with its value, secrets hidden.
  var summary: [(name: String, value: String)] {
    Setting.all.map { ($0.name, $0.show(self)) }
  }

  /// The settings that are not at their defaults, and those that everybody wants to see.
  var shortSummary: [(name: String, value: String)] {
    let always: Set<String> = [
      "DATABASE_URL", "MIGRATIONS_DIR", "BOOKSTORE_HOST", "BOOKSTORE_PORT", "BOOKSTORE_AUTH",
    ]
    let defaults = Configuration()
    return Setting.all.filter { always.contains($0.name) || $0.show(self) != $0.show(defaults) }
      .map { ($0.name, $0.show(self)) }
  }
}
