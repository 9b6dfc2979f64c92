internal import Inventory

/// Several names in one cell.
enum NameList {
  /// Splits at semicolons or, where there are none, at commas, but not before `Jr.` and the like; each name
  /// once. Throws `too-many`, `too-long`, `control-character`.
  static func contributors(_ cell: String) throws(InvalidValue) -> [Contributor] {
    var names: [String] = []
    let separator: Character = cell.contains(";") ? ";" : ","
    for part in cell.split(separator: separator) {
      let name = try singleLine(String(part), limit: BookLimits.name)
      if name.isEmpty { continue }
      if separator == ",", let last = names.last, suffixes.contains(suffixKey(name)) {
        names[names.count - 1] = last + ", " + name
      } else if !names.contains(name) {
        names.append(name)
      }
    }
    guard names.count <= BookLimits.contributors else {
      throw InvalidValue(
        code: "too-many", detail: "At most \(BookLimits.contributors) names; there are \(names.count).")
    }
    return names.map { Contributor(role: .author, name: $0) }
  }

  private static func suffixKey(_ name: String) -> String { name.lowercased().filter { $0 != "." } }

  private static let suffixes: Set<String> = ["jr", "sr", "ii", "iii", "iv", "phd", "md", "esq"]
}
