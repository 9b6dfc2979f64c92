/// The proleptic Gregorian calendar with astronomical years (0 is 1 BC), in integers.
enum GregorianCalendar {
  static func isLeapYear(_ year: Int) -> Bool {
    year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
  }

  /// How many days a month (1–12) has.
  static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: isLeapYear(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since 1970-01-01.
  ///
  /// Counts in years that begin in March, so that the leap day is the last of its year, and in eras of 400
  /// years, which all have 146,097 days.
  static func dayNumber(year: Int, month: Int, day: Int) -> Int {
    let marchYear = month > 2 ? year : year - 1
    let (era, yearOfEra) = floorDivide(marchYear, by: 400)
    let dayOfYear = daysBefore(marchMonth: month > 2 ? month - 3 : month + 9) + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The day that lies so many days after 1970-01-01.
  static func date(dayNumber: Int) -> (year: Int, month: Int, day: Int) {
    let (era, dayOfEra) = floorDivide(dayNumber + 719_468, by: 146_097)
    // The leap days before this one are taken out: one each 4 years, but not each 100, but each 400.
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - daysBefore(marchMonth: marchMonth) + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
  }

  /// Days of the year, from 1 March, before a month counted from March: 31, 30, 31, 30, 31 and again.
  private static func daysBefore(marchMonth: Int) -> Int { (153 * marchMonth + 2) / 5 }

  /// Division that rounds down, with the remainder that is never negative.
  static func floorDivide(_ dividend: Int, by divisor: Int) -> (quotient: Int, remainder: Int) {
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  /// Checks month and day, with a sentence that says what there is.
  static func validate(year: Int, month: Int, day: Int) throws(InvalidValue) {
    guard (1...12).contains(month) else {
      throw InvalidValue(code: "no-such-day", detail: "There is no month \(month); months are 01 to 12.")
    }
    let last = days(inMonth: month, of: year)
    guard (1...last).contains(day) else {
      throw InvalidValue(
        code: "no-such-day",
        detail: "There is no day \(day) in month \(month) of \(year); it has \(last) days.")
    }
  }
}
