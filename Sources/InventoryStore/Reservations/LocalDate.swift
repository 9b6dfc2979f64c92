internal import Inventory

/// Days as people at a location count them.
enum LocalDate {
  /// The day as `yyyymmdd`.
  static func number(of instant: Instant, in timeZone: String) -> Int64 {
    CalendarDate(instant, secondsEastOfUTC: 0).number
  }
}
