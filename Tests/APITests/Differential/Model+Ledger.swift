/// What a line wants to do to a bucket of a level.
struct BucketChange {
  /// The line that is told when it is refused.
  var index: Int
  var bucket: String
  var change: Operation.Adjustment.Change
}

extension Model {
  /// Does the changes of one level to a copy of it, and judges what comes out: no bucket below 0, and on the shelf
  /// at least what is unavailable or promised.
  func judged(
    _ changes: [BucketChange], on level: Level
  ) -> (level: Level, effects: [(quantity: Int64, after: Int64)], refused: [RefusedLine]) {
    var level = level
    var effects: [(quantity: Int64, after: Int64)] = []
    var refused: [RefusedLine] = []
    var buckets: [String] = []
    for change in changes {
      let present = level[change.bucket]
      let target: Int64
      switch change.change {
      case .delta(let delta): target = present + delta
      case .set(let quantity, let expected):
        guard present == expected else {
          refused.append(
            RefusedLine(index: change.index, code: "stock-changed", wanted: expected, available: present))
          buckets.append(change.bucket)
          continue
        }
        target = quantity
      }
      if target < 0 || target > 1_000_000_000 {
        let code = target < 0 ? "insufficient-stock" : "quantity-too-large"
        let wanted = target < 0 ? present - target : target - present
        refused.append(RefusedLine(index: change.index, code: code, wanted: wanted, available: present))
        buckets.append(change.bucket)
      } else {
        level[change.bucket] = target
        effects.append((target - present, target))
      }
    }
    guard refused.isEmpty else {
      // Of the shelf, only what is free with the other lines as they are can be taken.
      for index in refused.indices
      where refused[index].code == "insufficient-stock" && buckets[index] == "on_hand" {
        refused[index].available = max(0, min(refused[index].available, level.free))
      }
      return (level, [], refused)
    }
    let missing = level["held"] - (level["on_hand"] - level.unavailable)
    let code = level.unavailable > level["on_hand"] ? "insufficient-stock" : "held-stock"
    for (change, effect) in zip(changes, effects) where missing > 0 {
      let taken = change.bucket == "on_hand" ? -effect.quantity : effect.quantity
      guard taken > 0 else { continue }
      refused.append(
        RefusedLine(index: change.index, code: code, wanted: taken, available: max(0, taken - missing)))
    }
    return (level, effects, refused)
  }

  /// Changes a bucket and writes the row.
  mutating func post(
    _ quantity: Int64, of bucket: String, at name: LevelName, _ kind: String, _ reason: String,
    _ reference: String?, line: Int, document: Int? = nil
  ) {
    levels[name, default: Level()][bucket] += quantity
    touched.insert(name)
    movements.append(
      Movement(
        level: name, bucket: bucket, quantity: quantity, after: levels[name]?[bucket] ?? 0, kind: kind,
        reason: reason, reference: reference, line: line, document: document))
  }

  /// Changes a balance that has no rows among the movements.
  mutating func promise(_ quantity: Int64, _ balance: String, at name: LevelName) {
    levels[name, default: Level()][balance] += quantity
    touched.insert(name)
  }

  /// The levels that this request wrote are as they are now from now on; never before what they were.
  mutating func remember() {
    for name in touched {
      guard var level = levels[name] else { continue }
      level.moment = max(level.moment, now)
      level.past.append((level.moment, level.copies))
      levels[name] = level
    }
    touched = []
  }

  /// The copies of a level at an instant.
  func copies(_ name: LevelName, at instant: Int64) -> [String: Int64] {
    levels[name]?.past.last { $0.at <= instant }?.copies ?? [:]
  }

  /// True when promises may be in the way that have run out.
  func isTaking(_ refusal: Expectation) -> Bool {
    refusal.status == 409
      && ["insufficient-stock", "held-stock"].contains { code in
        refusal.refusedLines.contains { $0.code == code }
      }
  }

  /// Tries again when what has run out was freed after a refusal.
  mutating func taking(
    _ items: ([RefusedLine]) -> Set<Int>, _ body: (inout Model) -> Expectation
  ) -> Expectation {
    let attempt = body(&self)
    guard isTaking(attempt), freeDue(of: items(attempt.refusedLines)) else { return attempt }
    return body(&self)
  }
}
