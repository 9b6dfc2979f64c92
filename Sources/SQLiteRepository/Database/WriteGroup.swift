internal import EventLoop
internal import Inventory
internal import Metrics

/// Commits the writes that wait in groups: one transaction, a savepoint for each, one fsync.
///
/// A write that is refused takes back only itself. Nobody hears of a result before the commit, so what was
/// acknowledged is on disk; and a commit that fails fails the whole group.
struct WriteGroup: Sendable {
  let connection: Connection
  let queue: BlockingQueue<any Job>
  let commits: CommitCounter
  /// The most writes of one commit.
  let size: Int
  /// No further write joins a group that has run so long: the first one waits for the commit, too.
  let duration: Duration
  /// Told of each commit's writes.
  let sizes: Histogram

  /// Runs a write with those that wait behind it, and resumes their tasks.
  func run(from first: any Job) {
    do throws(InventoryError) {
      try connection.beginImmediate()
    } catch {
      // Each would wait just as long for the same lock.
      first.finish(failure: error)
      while let job = queue.pop() { job.finish(failure: error) }
      return
    }
    let end = MonotonicTime.now().advanced(by: duration)
    var members: [Member] = []
    switch runFirst(first) {
    case .member(let member): members.append(member)
    case .undone(let member): return member.job.finish(failure: member.failure)
    }
    while connection.isInTransaction, members.count < size, .now() < end, let job = queue.pop() {
      members.append(Member(job: job, failure: runInSavepoint(job)))
    }
    let groupFailure = commit(lastFailure: members.last?.failure)
    if groupFailure == nil { commits.advance() }
    sizes.observe(Int64(members.count))
    // A refusal may rest on what a neighbour of the group wrote, so it waits for the commit as well.
    for member in members { member.job.finish(failure: groupFailure ?? member.failure) }
  }

  /// A write that has run, with what it failed of.
  private struct Member {
    var job: any Job
    var failure: InventoryError?
  }

  private enum FirstResult {
    /// It is in the transaction, or left nothing there.
    case member(Member)
    /// It was taken back, and the transaction with it.
    case undone(Member)
  }

  /// Runs a write that has no neighbour to protect yet: going back to the beginning needs no savepoint, whose
  /// copies of pages are dear for a large write.
  private func runFirst(_ job: any Job) -> FirstResult {
    let changesBefore = connection.changeCount
    var member = Member(job: job, failure: nil)
    do throws(InventoryError) {
      if try job.run(connection) { return .member(member) }
    } catch {
      member.failure = error
    }
    if connection.isInTransaction, connection.changeCount == changesBefore { return .member(member) }
    connection.endTransaction()
    return .undone(member)
  }

  /// Nil when the job succeeded; what it did is undone otherwise.
  private func runInSavepoint(_ job: any Job) -> InventoryError? {
    do throws(InventoryError) {
      try connection.savepoint { (connection) throws(InventoryError) in ((), keep: try job.run(connection)) }
      return nil
    } catch {
      return error
    }
  }

  /// Nil when the group is on disk; else why nothing of it is.
  private func commit(lastFailure: InventoryError?) -> InventoryError? {
    guard connection.isInTransaction else {
      // SQLite has rolled back by itself (https://www.sqlite.org/lang_transaction.html, section 3).
      return asUnavailable(lastFailure ?? .unexpected("the database rolled the transaction back"))
    }
    do throws(InventoryError) {
      try connection.commit()
      return nil
    } catch {
      connection.endTransaction()
      return asUnavailable(error)
    }
  }

  /// The writes of a group that could not be committed are not wrong: they may be sent again.
  private func asUnavailable(_ error: InventoryError) -> InventoryError {
    if case .unavailable = error { return error }
    return .unavailable(reason: "the transaction could not be committed: \(error)", retryAfter: 5)
  }
}
