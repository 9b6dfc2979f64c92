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
