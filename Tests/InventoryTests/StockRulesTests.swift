import Inventory
import Testing

@Suite("Stock rules")
struct StockRulesTests {
  typealias Line = StockRules.LevelLine

  static func quantities(_ onHand: Int64, damaged: Int64 = 0, inspection: Int64 = 0, held: Int64 = 0)
    -> Quantities
  {
    var quantities = Quantities()
    quantities.onHand = onHand
    quantities.damaged = damaged
    quantities.inspection = inspection
    quantities.held = held
    return quantities
  }

  static func lines(_ changes: [(Bucket, AdjustmentLine.Change)]) -> [Line] {
    changes.enumerated().map { Line(index: $0.offset, bucket: $0.element.0, change: $0.element.1) }
  }

  struct Accepted: CustomTestStringConvertible {
    var testDescription: String
    var before: Quantities
    var changes: [(Bucket, AdjustmentLine.Change)]
    var after: Quantities
  }

  static let accepted = [
    Accepted(
      testDescription: "copies arrive", before: quantities(0), changes: [(.onHand, .delta(5))],
      after: quantities(5)),
    Accepted(
      testDescription: "all copies leave", before: quantities(5), changes: [(.onHand, .delta(-5))],
      after: quantities(0)),
    Accepted(
      testDescription: "all that is free leaves", before: quantities(5, damaged: 1, held: 2),
      changes: [(.onHand, .delta(-2))], after: quantities(3, damaged: 1, held: 2)),
    Accepted(
      testDescription: "copies arrive damaged", before: quantities(0),
      changes: [(.damaged, .delta(2)), (.onHand, .delta(3))], after: quantities(3, damaged: 2)),
    Accepted(
      testDescription: "damaged copies are written off", before: quantities(3, damaged: 2, held: 1),
      changes: [(.onHand, .delta(-2)), (.damaged, .delta(-2))], after: quantities(1, held: 1)),
    Accepted(
      testDescription: "copies pass inspection", before: quantities(4, inspection: 4),
      changes: [(.inspection, .set(to: 0, expected: 4))], after: quantities(4)),
    Accepted(
      testDescription: "a set finds the value it makes", before: quantities(4),
      changes: [(.onHand, .set(to: 4, expected: 4))], after: quantities(4)),
    Accepted(
      testDescription: "the largest balance", before: quantities(0),
      changes: [(.onHand, .delta(1_000_000_000))], after: quantities(1_000_000_000)),
  ]

  @Test("accept what leaves a valid level", arguments: accepted)
  func accepts(_ example: Accepted) throws {
    let (after, effects) = try StockRules.apply(Self.lines(example.changes), to: example.before).get()
    #expect(after == example.after)
    #expect(effects.map(\.index) == Array(example.changes.indices))
    for effect in effects {
      #expect(effect.balanceAfter == after[effect.bucket])
      #expect(effect.quantity == after[effect.bucket] - example.before[effect.bucket])
    }
  }

  struct Refused: CustomTestStringConvertible {
    var testDescription: String
    var before: Quantities
    var changes: [(Bucket, AdjustmentLine.Change)]
    var refusals: [LineRefusal]
  }

  static let refused = [
    Refused(
      testDescription: "below zero", before: quantities(3), changes: [(.onHand, .delta(-4))],
      refusals: [LineRefusal(index: 0, code: .insufficientStock, wanted: 4, available: 3)]),
    Refused(
      testDescription: "below zero with copies held", before: quantities(3, damaged: 1, held: 1),
      changes: [(.onHand, .delta(-4))],
      refusals: [LineRefusal(index: 0, code: .insufficientStock, wanted: 4, available: 1)]),
    Refused(
      testDescription: "damaged below zero", before: quantities(3, damaged: 1, held: 2),
      changes: [(.damaged, .delta(-2))],
      refusals: [LineRefusal(index: 0, code: .insufficientStock, wanted: 2, available: 1)]),
    Refused(
      testDescription: "damaged copies are no stock to sell", before: quantities(5, damaged: 3),
      changes: [(.onHand, .delta(-3))],
      refusals: [LineRefusal(index: 0, code: .insufficientStock, wanted: 3, available: 2)]),
    Refused(
      testDescription: "more damaged than there are", before: quantities(5, damaged: 3),
      changes: [(.damaged, .delta(3))],
      refusals: [LineRefusal(index: 0, code: .insufficientStock, wanted: 3, available: 2)]),
    Refused(
      testDescription: "only holds stand in the way", before: quantities(5, damaged: 1, held: 3),
      changes: [(.onHand, .delta(-2))],
      refusals: [LineRefusal(index: 0, code: .heldStock, wanted: 2, available: 1)]),
    Refused(
      testDescription: "held copies cannot be set aside", before: quantities(5, held: 5),
      changes: [(.damaged, .delta(1))],
      refusals: [LineRefusal(index: 0, code: .heldStock, wanted: 1, available: 0)]),
    Refused(
      testDescription: "a set takes held copies", before: quantities(5, held: 3),
      changes: [(.onHand, .set(to: 2, expected: 5))],
      refusals: [LineRefusal(index: 0, code: .heldStock, wanted: 3, available: 2)]),
    Refused(
      testDescription: "two lines that are too much together", before: quantities(5, held: 1),
      changes: [(.onHand, .delta(-3)), (.damaged, .delta(2))],
      refusals: [
        LineRefusal(index: 0, code: .heldStock, wanted: 3, available: 2),
        LineRefusal(index: 1, code: .heldStock, wanted: 2, available: 1),
      ]),
    Refused(
      testDescription: "only the line at fault", before: quantities(5, damaged: 1, held: 4),
      changes: [(.damaged, .delta(-1)), (.onHand, .delta(-2))],
      refusals: [LineRefusal(index: 1, code: .heldStock, wanted: 2, available: 1)]),
    Refused(
      testDescription: "a set expects another value", before: quantities(5),
      changes: [(.onHand, .set(to: 7, expected: 6)), (.damaged, .delta(1))],
      refusals: [LineRefusal(index: 0, code: .stockChanged, wanted: 6, available: 5)]),
    Refused(
      testDescription: "a set below zero", before: quantities(5),
      changes: [(.onHand, .set(to: -1, expected: 5))],
      refusals: [LineRefusal(index: 0, code: .insufficientStock, wanted: 6, available: 5)]),
    Refused(
      testDescription: "too many", before: quantities(1),
      changes: [(.onHand, .delta(1_000_000_000))],
      refusals: [LineRefusal(index: 0, code: .quantityTooLarge, wanted: 1_000_000_000, available: 1)]),
    Refused(
      testDescription: "the largest number", before: quantities(1), changes: [(.onHand, .delta(.max))],
      refusals: [LineRefusal(index: 0, code: .quantityTooLarge, wanted: .max, available: 1)]),
    Refused(
      testDescription: "the smallest number", before: quantities(1), changes: [(.onHand, .delta(.min))],
      refusals: [LineRefusal(index: 0, code: .insufficientStock, wanted: .max, available: 1)]),
    Refused(
      testDescription: "a set to the smallest number", before: quantities(1),
      changes: [(.heldBack, .set(to: .min, expected: 0)), (.onHand, .set(to: .max, expected: 1))],
      refusals: [
        LineRefusal(index: 0, code: .insufficientStock, wanted: .max, available: 0),
        LineRefusal(index: 1, code: .quantityTooLarge, wanted: .max - 1, available: 1),
      ]),
  ]

  @Test("refuse the lines at fault and say what there is", arguments: refused)
  func refuses(_ example: Refused) {
    switch StockRules.apply(Self.lines(example.changes), to: example.before) {
    case .success(let (after, _)): Issue.record("accepted: \(after)")
    case .failure(let refusals): #expect(refusals.lines == example.refusals)
    }
  }

  @Test("never leave an invalid level, and what is said to be available can be taken")
  func property() throws {
    var random = SplitMix(seed: 11)
    var acceptedCount = 0
    for _ in 0..<20_000 {
      let onHand = Int64.random(in: 0...6, using: &random)
      let damaged = Int64.random(in: 0...onHand, using: &random)
      let held = Int64.random(in: 0...(onHand - damaged), using: &random)
      let before = Self.quantities(onHand, damaged: damaged, held: held)
      var changes = Bucket.allCases.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))
        .map { ($0, AdjustmentLine.Change.delta(.random(in: -4...4, using: &random))) }
      switch StockRules.apply(Self.lines(changes), to: before) {
      case .success(let (after, effects)):
        acceptedCount += 1
        #expect(Bucket.allCases.allSatisfy { after[$0] >= 0 } && after.free >= 0 && after.held == held)
        #expect(effects.count == changes.count)
      case .failure(let refusals):
        #expect(!refusals.lines.isEmpty)
        guard refusals.lines.count == 1, let refusal = refusals.lines.first, refusal.available >= 0 else {
          continue
        }
        #expect(refusal.available < refusal.wanted)
        let (bucket, change) = changes[refusal.index]
        guard case .delta(let delta) = change, refusal.available > 0 else { continue }
        // A bucket that fell below 0 hides what its line would leave for the others.
        guard bucket == .onHand || delta > 0 else { continue }
        changes[refusal.index] = (bucket, .delta(delta.signum() * refusal.available))
        #expect(throws: Never.self) { _ = try StockRules.apply(Self.lines(changes), to: before).get() }
      }
    }
    #expect(acceptedCount > 1000)
  }
}
