public import PostgresRepository
public import SQLiteRepository

extension PostgresConfiguration {
  /// For tests that are not about waiting: however slow the machine is, nobody is refused for it.
  public static func patient(url: String) -> PostgresConfiguration {
    var configuration = PostgresConfiguration(url: url)
    configuration.patience = .seconds(600)
    configuration.standingAfter = .seconds(24 * 3600)
    configuration.slowness = .seconds(600)
    configuration.hangTimeout = .seconds(600)
    configuration.connectTimeout = .seconds(600)
    configuration.statementTimeout = .seconds(600)
    configuration.slowStatementTimeout = .seconds(600)
    configuration.lockTimeout = .seconds(600)
    configuration.idleInTransactionTimeout = .seconds(600)
    return configuration
  }
}

extension SQLiteConfiguration {
  /// The same for SQLite.
  public static func patient(_ place: Place) -> SQLiteConfiguration {
    var configuration = SQLiteConfiguration(place)
    configuration.writePatience = .seconds(600)
    configuration.statementTimeout = .seconds(600)
    configuration.busyTimeout = .seconds(600)
    configuration.migrationTimeout = .seconds(600)
    return configuration
  }
}
