import Foundation
import Inventory
import JSON
import TestSupport
import Testing

@testable import API

/// Random sequences of requests, sent to both engines and to the model; see `docs/correctness.md`.
@Suite(.serialized) struct DifferentialTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let seed = environment["BOOKSTORE_DIFFERENTIAL_SEED"].flatMap { UInt64($0) }
  /// How many sequences.
  private static let count = environment["BOOKSTORE_DIFFERENTIAL_COUNT"].flatMap { UInt64($0) } ?? 16
  private static let length = 200
  private static let atOnce = 4

  @Test("both engines and the model answer random sequences of requests alike")
  func sequences() async throws {
    // The same ones each time, so that a change is what makes a difference; others by the environment.
    let first = Self.seed ?? 1
    print("differential: \(Self.count) sequences of \(Self.length) requests from seed \(first)")
    let seeds = Array(first..<(first + Self.count))
    for from in stride(from: 0, to: seeds.count, by: Self.atOnce) {
      let some = seeds[from..<min(from + Self.atOnce, seeds.count)]
      guard let (seed, steps, difference) = try await Self.firstDifference(of: some) else { continue }
      let (few, last) = try await Self.shortened(steps, difference)
      Issue.record(
        """
        seed \(seed): \(difference.what) at request \(steps.count).
        BOOKSTORE_DIFFERENTIAL_SEED=\(seed) BOOKSTORE_DIFFERENTIAL_COUNT=1 replays it. The requests that matter:
        \(zip(few, last.requests).map { "  +\($0.advance) µs \($1)" }.joined(separator: "\n"))
        \(last.what)
        \(last.answers.joined(separator: "\n"))
        """)
      return
    }
  }

  /// Replays some sequences beside each other: most of the time of each is spent waiting for an answer.
  private static func firstDifference(
    of seeds: ArraySlice<UInt64>
  ) async throws -> (UInt64, [Step], Difference)? {
    try await withThrowingTaskGroup(of: (UInt64, [Step], Difference)?.self) { group in
      for seed in seeds {
        group.addTask { try await replay(seed: seed).map { (seed, $0.0, $0.1) } }
      }
      var first: (UInt64, [Step], Difference)?
      for try await found in group {
        if let found, found.0 < first?.0 ?? .max { first = found }
      }
      return first
    }
  }

  /// What was not alike, and where.
  struct Difference: Sendable {
    var what: String
    var requests: [String]
    var answers: [String]
  }

  private static let start: Int64 = 1_893_456_000_000_000

  /// Draws and sends the steps of a seed until one is not answered alike.
  private static func replay(seed: UInt64) async throws -> ([Step], Difference)? {
    try await withEngines(startingAt: start) { engines in
      var generator = Generator(seed: seed)
      var model = Model(now: start)
      var run = Run(engines: engines)
      for _ in 0..<length {
        let step = generator.next(model)
        if let difference = try await run.send(step, &model) { return (run.steps, difference) }
      }
      return try await run.finish(&model).map { (run.steps, $0) }
    }
  }

  private static func replay(_ steps: [Step]) async throws -> Difference? {
    try await withEngines(startingAt: start) { engines in
      var model = Model(now: start)
      var run = Run(engines: engines)
      for step in steps {
        if let difference = try await run.send(step, &model) { return difference }
      }
      return try await run.finish(&model)
    }
  }

  /// Leaves out what is not needed for the difference, within a bounded number of attempts.
  private static func shortened(
    _ steps: [Step], _ difference: Difference
  ) async throws -> ([Step], Difference) {
    var (best, last) = (steps, difference)
    var size = max(1, steps.count / 2)
    var attempts = 0
    while attempts < 150 {
      var from = 0
      var isShorter = false
      while from < best.count, attempts < 150 {
        var fewer = best
        let end = min(from + size, fewer.count)
        // Time that the left-out steps took still passes.
        let passed = fewer[from..<end].reduce(0) { $0 + $1.advance }
        if end < fewer.count { fewer[end].advance += passed }
        fewer.removeSubrange(from..<end)
        attempts += 1
        if let found = try await replay(fewer), found.what.prefix(12) == difference.what.prefix(12) {
          fewer = Array(fewer.prefix(found.requests.count))
          (best, last, isShorter) = (fewer, found, true)
        } else {
          from += size
        }
      }
      if size == 1, !isShorter { break }
      size = max(1, size / 2)
    }
    return (best, last)
  }
}

/// One sequence under way.
private struct Run {
  let engines: [Engine]
  private(set) var steps: [Step] = []
  private var requests: [String] = []

  init(engines: [Engine]) { self.engines = engines }

  /// Sends a step to all; says in what the answers are not alike.
  mutating func send(_ step: Step, _ model: inout Model) async throws -> DifferentialTests.Difference? {
    steps.append(step)
    model.advance(by: step.advance)
    requests.append(engines[0].wire(step, at: model.now))
    let expectation = model.perform(step)
    var answers: [(engine: String, text: String)] = []
    for engine in engines {
      do {
        guard let (response, compared) = try await engine.send(step, at: model.now) else { continue }
        answers.append((engine.name, compared))
        if case .listOthers = step.operation { continue }
        if let found = expectation.difference(from: response) {
          return difference("\(engine.name) is not as the model: \(found)", answers, engine)
        }
      } catch {
        return difference("\(engine.name) threw \(error)", answers, engine)
      }
    }
    return compare(answers)
  }

  /// At the end all levels, reservations and documents are compared, and every balance must be the sum of its rows.
  mutating func finish(_ model: inout Model) async throws -> DifferentialTests.Difference? {
    let next = (steps.last?.index ?? 0) + 1
    let reads =
      [Operation.listStock(.init(limit: 200)), .listReservations(.init(limit: 200))]
      + model.documents.sorted { $0.key < $1.key }.map { .document(.read($0.value.kind, $0.key)) }
    for (place, read) in reads.enumerated() {
      let step = Step(index: next + place, advance: 1000, operation: read)
      if let difference = try await send(step, &model) { return difference }
    }
    var reports: [(String, String)] = []
    for engine in engines {
      let report = try await engine.repository.verify()
      reports.append((engine.name, "\(report.levelsChecked) levels, \(report.movementsRead) rows"))
      guard report.drift.isEmpty else {
        return difference("\(engine.name) has drift: \(report.drift)", [], engine)
      }
    }
    return compare(reports)
  }

  private func compare(_ answers: [(engine: String, text: String)]) -> DifferentialTests.Difference? {
    guard let first = answers.first, let other = answers.first(where: { $0.text != first.text }) else {
      return nil
    }
    return difference("\(first.engine) and \(other.engine) differ", answers, nil)
  }

  private func difference(
    _ what: String, _ answers: [(engine: String, text: String)], _ engine: Engine?
  ) -> DifferentialTests.Difference {
    let failures = engine?.failures.map { "failure: \($0)" } ?? []
    return DifferentialTests.Difference(
      what: what, requests: requests, answers: answers.map { "\($0.engine): \($0.text)" } + failures)
  }
}
