/// Digits in groups of three, for people: `10,000`.
func grouped(_ number: Int64) -> String {
  var groups: [String] = []
  var rest = String(number.magnitude)
  while rest.count > 3 {
    groups.insert(String(rest.suffix(3)), at: 0)
    rest.removeLast(3)
  }
  groups.insert(rest, at: 0)
  return (number < 0 ? "-" : "") + groups.joined(separator: ",")
}

/// Lines with a name and a number each, the numbers below each other.
func countTable(_ rows: [(String, Int64)]) -> String {
  let names = rows.map(\.0.count).max() ?? 0
  let numbers = rows.map { grouped($0.1).count }.max() ?? 0
  return rows.map { name, number in
    let text = grouped(number)
    let gap = names - name.count + numbers - text.count + 2
    return "  \(name)\(String(repeating: " ", count: gap))\(text)\n"
  }.joined()
}

/// For people: `3.2 s`.
func seconds(_ duration: Duration) -> String {
  let tenths = Int64((duration.inSeconds * 10).rounded())
  return "\(tenths / 10).\(tenths % 10) s"
}
