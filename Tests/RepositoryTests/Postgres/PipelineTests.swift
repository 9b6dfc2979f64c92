import Testing

@testable import PostgresRepository

@Suite struct PipelineTests {
  private typealias Lane = Pipeline<String, String, Int>
  private let error = ServerError(sqlState: "22012", message: "division by zero")

  /// What is to be done with an answer, as text.
  private func text(_ action: Lane.Action) -> String {
    switch action {
    case .none: "-"
    case .prepared(let preparation, let error): "prepared \(preparation) \(error?.sqlState ?? "ok")"
    case .complete(let request, .success(let answers)): "\(request) \(answers)"
    case .complete(let request, .failure(let error)): "\(request) \(error.sqlState) at \(error.statement)"
    case .repeatRead(let request): "repeat \(request)"
    case .outOfStep: "out of step"
    }
  }

  private func reads(_ names: [String]) -> Lane {
    var lane = Lane()
    for name in names { lane.sent(.read(name)) }
    lane.sent(.sync(nil))
    return lane
  }

  @Test("reads are complete with their own answers, before the Sync")
  func reads() {
    var lane = reads(["a", "b"])
    #expect(text(lane.received(.rows(1))) == "a [1]")
    #expect(text(lane.received(.rows(2))) == "b [2]")
    #expect(!lane.isEmpty)
    #expect(text(lane.synced()) == "-")
    #expect(lane.isEmpty)
  }

  @Test("a read that fails fails alone; those behind it are sent again")
  func failingRead() {
    var lane = reads(["a", "b", "c", "d"])
    #expect(text(lane.received(.rows(1))) == "a [1]")
    #expect(text(lane.received(.failure(error))) == "b 22012 at 0")
    #expect(text(lane.received(.aborted)) == "repeat c")
    #expect(text(lane.received(.aborted)) == "repeat d")
    #expect(text(lane.synced()) == "-")
    #expect(lane.isEmpty)
  }

  @Test("a transaction is complete with its Sync, with the results of all its statements")
  func transaction() {
    var lane = Lane()
    for _ in 0..<3 { lane.sent(.part) }
    lane.sent(.sync("t"))
    for answer in 1...3 { #expect(text(lane.received(.rows(answer))) == "-") }
    #expect(text(lane.synced()) == "t [1, 2, 3]")
  }

  @Test("a transaction fails with the first error, which names its statement", arguments: 0..<4)
  func failingTransaction(at failing: Int) {
    var lane = Lane()
    for _ in 0..<4 { lane.sent(.part) }
    lane.sent(.sync("t"))
    lane.sent(.read("later"))
    for number in 0..<4 {
      let reply: Lane.Reply =
        number < failing ? .rows(number) : number == failing ? .failure(error) : .aborted
      #expect(text(lane.received(reply)) == "-")
    }
    #expect(text(lane.synced()) == "t 22012 at \(failing)")
    #expect(text(lane.received(.rows(7))) == "later [7]")
  }

  @Test("a commit that fails with the Sync fails the transaction")
  func failingCommit() {
    var lane = Lane()
    lane.sent(.part)
    lane.sent(.sync("t"))
    #expect(text(lane.received(.rows(1))) == "-")
    #expect(text(lane.received(.failure(error))) == "-")
    #expect(text(lane.synced()) == "t 22012 at 0")
  }

  @Test("one transaction's results and error are not another's")
  func separateTransactions() {
    var lane = Lane()
    for name in ["a", "b"] {
      lane.sent(.part)
      lane.sent(.sync(name))
    }
    #expect(text(lane.received(.failure(error))) == "-")
    #expect(text(lane.synced()) == "a 22012 at 0")
    #expect(text(lane.received(.rows(2))) == "-")
    #expect(text(lane.synced()) == "b [2]")
  }

  @Test("a preparation is reported, whatever becomes of it")
  func preparation() {
    var lane = Lane()
    for name in ["p", "q"] {
      lane.sent(.preparation(name))
      lane.sent(.sync(nil))
    }
    #expect(text(lane.received(.rows(0))) == "prepared p ok")
    #expect(text(lane.synced()) == "-")
    #expect(text(lane.received(.failure(error))) == "prepared q 22012")
    #expect(text(lane.synced()) == "-")
  }

  @Test("the connection's own statements bother nobody, whatever becomes of them")
  func housekeeping() {
    var lane = Lane()
    lane.sent(.housekeeping)
    lane.sent(.sync(nil))
    lane.sent(.housekeeping)
    lane.sent(.sync(nil))
    lane.sent(.read("a"))
    #expect(lane.firstRequest == "a")
    #expect(text(lane.received(.rows(0))) == "-")
    #expect(text(lane.synced()) == "-")
    #expect(text(lane.received(.failure(error))) == "-")
    #expect(text(lane.synced()) == "-")
    #expect(text(lane.received(.rows(1))) == "a [1]")
  }

  @Test("answers that nobody asked for show that the connection is out of step")
  func outOfStep() {
    var empty = Lane()
    #expect(text(empty.received(.rows(1))) == "out of step")
    #expect(text(empty.synced()) == "out of step")
    var sync = reads([])
    #expect(text(sync.received(.rows(1))) == "out of step")
    var read = reads(["a"])
    #expect(text(read.synced()) == "out of step")
  }

  @Test("a lost connection hands back everybody who waits, once each, cut anywhere", arguments: 0...7)
  func lost(after answers: Int) {
    var lane = Lane()
    lane.sent(.preparation("p"))
    lane.sent(.sync(nil))
    lane.sent(.read("a"))
    lane.sent(.sync(nil))
    lane.sent(.part)
    lane.sent(.part)
    lane.sent(.sync("t"))
    let script: [(inout Lane) -> Lane.Action] = [
      { $0.received(.rows(0)) }, { $0.synced() }, { $0.received(.rows(1)) }, { $0.synced() },
      { $0.received(.rows(2)) }, { $0.received(.rows(3)) }, { $0.synced() },
    ]
    var completed: [String] = []
    for step in script.prefix(answers) {
      if case .complete(let request, _) = step(&lane) { completed.append(request) }
    }
    let first = lane.firstRequest
    let waiting = lane.takeAll()
    #expect(completed + waiting == ["a", "t"])
    #expect(first == waiting.first)
    #expect(lane.isEmpty)
  }
}
