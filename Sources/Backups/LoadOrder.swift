/// The order in which tables are loaded.
public enum LoadOrder {
  /// Sorts names so that each follows the names that it refers to; those that are free to stand anywhere by
  /// name, so that every engine sorts alike. A table may refer to itself.
  ///
  /// Throws `refused` where tables refer to each other in a circle.
  public static func sorted(
    _ names: [String], references: [(from: String, to: String)]
  ) throws(BackupError) -> [String] {
    var rest = names.sorted()
    var sorted: [String] = []
    while !rest.isEmpty {
      let free = rest.first { name in
        !references.contains { $0.from == name && $0.to != name && rest.contains($0.to) }
      }
      guard let free else {
        throw .refused("the tables \(rest.joined(separator: ", ")) refer to each other in a circle")
      }
      sorted.append(free)
      rest.removeAll { $0 == free }
    }
    return sorted
  }
}
