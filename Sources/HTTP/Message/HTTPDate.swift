/// The date of a message (RFC 9110 §5.6.7).
public enum HTTPDate {
  /// `Tue, 24 Nov 2026 16:15:06 GMT`, from whole seconds since 1970.
  public static func text(secondsSince1970 seconds: Int64) -> String {
    let days = Int(seconds.quotientAndFloorRemainder(86_400).quotient)
    let second = Int(seconds.quotientAndFloorRemainder(86_400).remainder)
    let (year, month, day) = civil(days)
    let weekday = weekdays[(days % 7 + 11) % 7]
    return "\(weekday), \(two(day)) \(months[month - 1]) \(four(year)) "
      + "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60)) GMT"
  }

  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  private static func four(_ number: Int) -> String { two(number / 100) + two(number % 100) }

  /// Year, month and day of a day number since 1970-01-01, counted in 400-year eras that start in March.
  private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}

extension BinaryInteger {
  fileprivate func quotientAndFloorRemainder(_ divisor: Self) -> (quotient: Self, remainder: Self) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
