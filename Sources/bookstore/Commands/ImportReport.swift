internal import Importing

/// What an import says at its end.
struct ImportReport {
  let summary: ImportSummary
  let isDryRun: Bool
  let elapsed: Duration
  /// Where rejected rows are.
  let rejects: String
  /// In bytes.
  let peakMemory: Int64

  var text: String {
    var text = "\(grouped(summary.rows)) rows in \(seconds(elapsed))"
    if elapsed.inSeconds > 0 {
      text += " (\(grouped(Int64(Double(summary.rows) / elapsed.inSeconds))) rows/s)"
    }
    text += isDryRun ? "; a dry run: nothing was changed\n" : "\n"
    text += countTable([
      ("created", summary.created), ("updated", summary.updated), ("unchanged", summary.unchanged),
      ("rejected", summary.rejected),
    ])
    if summary.rejected > 0 {
      text += "rejected rows, with line and reason, are in \(rejects):\n"
      // The most frequent first; equal ones by name, so that the order is always the same.
      let reasons = summary.reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      text += countTable(reasons.map { ($0.key, $0.value) })
    }
    return text + "peak memory \(peakMemory >> 20) MB\n"
  }
}
