internal import Backups
internal import PostgresRepository
internal import SQLiteRepository

extension DatabaseAccess {
  /// Fails for a database in memory, which nothing can be taken from and nothing stays in.
  func requireLasting() throws(Failure) {
    if case .memory = configuration.database {
      throw Failure(
        "a database in memory begins and ends with the program; set DATABASE_URL to a SQLite file or to Postgres"
      )
    }
  }

  /// A snapshot of the database, on a connection of its own. Blocks.
  func backupSource() throws(BackupError) -> any BackupSource {
    switch configuration.database {
    case .postgres(let url): try PostgresBackupSource(url: url)
    case .memory: try SQLiteBackupSource(SQLiteConfiguration(.memory))
    case .sqlite(let path): try SQLiteBackupSource(SQLiteConfiguration(.file(path)))
    }
  }

  /// The database as something to load into; it has a schema. Blocks.
  func backupTarget() throws(BackupError) -> any BackupTarget {
    switch configuration.database {
    case .postgres(let url): try PostgresBackupTarget(url: url)
    case .memory: try SQLiteBackupTarget(SQLiteConfiguration(.memory))
    case .sqlite(let path): try SQLiteBackupTarget(SQLiteConfiguration(.file(path)))
    }
  }

  /// What people are told of a backup that failed; `file` is its name.
  func failure(_ error: BackupError, _ file: String) -> Failure {
    switch error {
    case .damaged, .refused: Failure("\(file): \(error)")
    case .file, .cancelled: Failure("\(error)")
    case .database: Failure("\(name): \(error)")
    case .notEmpty(let table):
      Failure(
        "\(name) is not empty: its table \(table) has rows. A backup is restored into an empty database only; "
          + "set DATABASE_URL to a new \(configuration.database.engine == "sqlite" ? "file" : "database")")
    }
  }
}
