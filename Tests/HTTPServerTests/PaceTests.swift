import EventLoop
import Testing

@testable import HTTPServer

@Suite("The minimum rate")
struct PaceTests {
  private func time(_ seconds: Double) -> MonotonicTime {
    MonotonicTime(nanoseconds: Int64((seconds * 1_000_000_000).rounded()))
  }

  @Test("who sends nothing is out when the slack is used up")
  func silence() {
    var pace = Pace(rate: 100, slack: .seconds(5))
    #expect(pace.deadline == .never)
    pace.start(at: time(1))
    #expect(pace.deadline == time(6))
  }

  @Test("a byte a second does not help against a rate of hundreds")
  func trickle() {
    var pace = Pace(rate: 500, slack: .seconds(5))
    pace.start(at: time(0))
    var second = 0.0
    while pace.deadline > time(second) {
      second += 1
      pace.moved(1, at: time(second))
    }
    #expect(second == 6, "a hundredth of a second was earned by then")
  }

  @Test("at the rate nobody is ever out, and nothing is saved up beyond the slack")
  func steady() {
    var pace = Pace(rate: 100, slack: .seconds(5))
    pace.start(at: time(0))
    for second in 1...1000 {
      #expect(pace.deadline > time(Double(second)))
      pace.moved(100, at: time(Double(second)))
    }
    pace.moved(1_000_000, at: time(1000))
    #expect(pace.deadline == time(1005))
  }

  @Test("time in which the client is not waited for costs it nothing")
  func pauses() {
    var pace = Pace(rate: 100, slack: .seconds(5))
    pace.start(at: time(0))
    pace.stop(at: time(2))
    #expect(pace.deadline == .never)
    pace.start(at: time(100))
    #expect(pace.deadline == time(103))
  }

  @Test("without a rate there is no limit")
  func none() {
    var pace = Pace(rate: 0, slack: .seconds(5))
    pace.start(at: time(0))
    #expect(pace.deadline == .never)
  }

  @Test("what a client takes counts by the rate, and a standstill by the write deadline")
  func uptake() {
    var configuration = ServerConfiguration()
    configuration.writeDeadline = .seconds(30)
    configuration.minimumRate = 1000
    var uptake = Uptake(taken: 500, at: time(0), configuration)
    #expect(uptake.deadline == time(30))
    // 10 bytes a second: a hundredth of what is due.
    uptake.has(taken: 800, at: time(30))
    #expect(uptake.deadline == time(30.3))
    configuration.minimumRate = 0
    uptake = Uptake(taken: 500, at: time(0), configuration)
    uptake.has(taken: 501, at: time(30))
    #expect(uptake.deadline == time(60))
    uptake.has(taken: 501, at: time(60))
    #expect(uptake.deadline == time(60))
  }
}
