public import Metrics

extension SQLiteRepository: MetricsSource {
  /// What waits for the writer and the readers, and how the writer groups commits.
  public func writeMetrics(to text: inout MetricsText) {
    text.begin("bookstore_sqlite_waiting", .gauge, "Work that waits for a thread of the database.")
    text.sample(["queue": "write"], Int64(database.waitingWrites))
    text.sample(["queue": "read"], Int64(database.waitingReads))
    text.begin("bookstore_sqlite_group_size", .histogram, "Writes that shared one commit.")
    text.histogram([:], database.groupSizes)
  }
}
