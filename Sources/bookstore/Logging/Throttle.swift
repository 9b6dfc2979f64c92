/// Lets a few records of a kind through each second and counts the others: while the database is away every request
/// would have one.
struct Throttle {
  /// How many a second.
  let limit: Int
  private var second = Int64.min
  private var count = 0
  private var suppressed: Int64 = 0

  init(limit: Int) { self.limit = limit }

  /// A record comes: how many were left out before it, or nil when it is to be left out itself.
  mutating func next(second: Int64) -> Int64? {
    if second != self.second { (self.second, count) = (second, 0) }
    guard count < limit else {
      suppressed += 1
      return nil
    }
    count += 1
    defer { suppressed = 0 }
    return suppressed
  }
}
