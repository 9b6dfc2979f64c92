import Inventory
import Testing

@Suite("Dates")
struct DateTests {
  @Test(
    "A partial date is read, kept as a number and written the same",
    arguments: [
      ("2008", 20_080_000), ("2008-09", 20_080_900), ("2008-09-14", 20_080_914), ("0000", 0), ("0001", 10000),
      ("-0720", -7_200_000), ("-0720-03", -7_199_700), ("-0001-12-31", -8769), ("9999-12-31", 99_991_231),
      ("-9999", -99_990_000), ("2024-02-29", 20_240_229),
    ] as [(String, Int64)])
  func partial(text: String, number: Int64) throws {
    let date = try PartialDate(text)
    #expect(date.number == number)
    #expect(date.description == text)
    #expect(PartialDate(stored: number).description == text)
  }

  @Test(
    "What is no date is refused with the reason",
    arguments: [
      ("", "bad-date"), ("208", "bad-date"), ("20080", "bad-date"), ("2008-", "bad-date"),
      ("2008-9", "bad-date"), ("2008-09-", "bad-date"), ("2008-09-1", "bad-date"),
      ("2008-09-140", "bad-date"), ("2008/09", "bad-date"), ("+2008", "bad-date"), ("-0000", "bad-date"),
      ("2008.0", "bad-date"), ("２００８", "bad-date"), ("2008-13", "no-such-day"), ("2008-00", "no-such-day"),
      ("2023-02-29", "no-such-day"), ("2100-02-29", "no-such-day"), ("2008-04-31", "no-such-day"),
      ("2008-04-00", "no-such-day"),
    ])
  func refusal(text: String, code: String) {
    #expect(invalid { () throws(InvalidValue) in _ = try PartialDate(text) }?.code == code)
  }

  @Test("Partial dates sort as time does, the less precise first")
  func order() throws {
    let texts = [
      "-0720", "-0720-03", "-0719", "0000", "1999-12-31", "2000", "2000-01", "2000-01-01", "2000-02",
    ]
    let dates = try texts.map { text in try PartialDate(text) }
    #expect(dates == dates.sorted())
  }

  @Test("A calendar date needs its day")
  func calendarDate() throws {
    let date = try CalendarDate("2008-09-14")
    #expect(date.number == 20_080_914)
    #expect(date.description == "2008-09-14")
    #expect(CalendarDate(stored: 101).description == "0000-01-01")
    for (text, code) in [
      ("2008", "bad-date"), ("2008-09", "bad-date"), ("-0720-01-01", "bad-date"),
      ("2008-09-14T00:00:00Z", "bad-date"), ("2008-02-30", "no-such-day"),
    ] {
      #expect(invalid { () throws(InvalidValue) in _ = try CalendarDate(text) }?.code == code, "\(text)")
    }
  }

  @Test("The error says how many days the month has")
  func monthLength() throws {
    let error = invalid { () throws(InvalidValue) in _ = try CalendarDate("2023-02-29") }
    #expect(error?.detail == "There is no day 29 in month 2 of 2023; it has 28 days.")
  }
}
