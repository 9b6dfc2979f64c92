internal import Metrics

/// What the pools of one kind count, over all loops.
final class PoolMetrics: Sendable {
  /// How long requests waited until they had a connection; most wait 0.
  let waits = Histogram()
  /// Requests that wait now.
  let waiting = Gauge()
  /// Open connections.
  let open = Gauge()
  /// Requests that were refused since too many waited.
  let refusedAsFull = Counter()
  /// Requests that were refused since they had waited for too long.
  let refusedAsLate = Counter()
  /// Requests that were refused since the server could not be reached.
  let refusedAsDown = Counter()
  /// Requests whose client went away while they waited.
  let abandoned = Counter()
}

/// What the repository counts.
final class PostgresMetrics: Sendable {
  let reads = PoolMetrics()
  let writes = PoolMetrics()
  let slow = PoolMetrics()
  /// Loops that refuse everything since the server does not answer.
  let openBreakers = Gauge()

  func write(to text: inout MetricsText) {
    let pools = [("read", reads), ("write", writes), ("slow", slow)]
    text.begin(
      "bookstore_postgres_pool_wait_seconds", .histogram,
      "How long requests waited for a connection to Postgres.")
    for (name, pool) in pools { text.histogram(["pool": name], pool.waits) }
    text.begin("bookstore_postgres_pool_waiting", .gauge, "Requests that wait for a connection to Postgres.")
    for (name, pool) in pools { text.sample(["pool": name], pool.waiting.value) }
    text.begin("bookstore_postgres_pool_connections", .gauge, "Open connections to Postgres.")
    for (name, pool) in pools { text.sample(["pool": name], pool.open.value) }
    text.single(
      "bookstore_postgres_breakers_open", .gauge,
      "Loops that refuse all work since Postgres does not answer.", openBreakers.value)
    text.begin(
      "bookstore_postgres_pool_refused_total", .counter,
      "Requests that got no connection to Postgres, by the reason.")
    for (name, pool) in pools {
      text.sample(["pool": name, "reason": "full"], pool.refusedAsFull.value)
      text.sample(["pool": name, "reason": "late"], pool.refusedAsLate.value)
      text.sample(["pool": name, "reason": "down"], pool.refusedAsDown.value)
      text.sample(["pool": name, "reason": "abandoned"], pool.abandoned.value)
    }
  }
}
