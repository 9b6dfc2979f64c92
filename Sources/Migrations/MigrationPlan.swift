/// Decides which steps a database still needs; both engines ask it under their migration lock.
public enum MigrationPlan {
  /// The steps to apply, in order. `available` is in order and without gaps, as ``MigrationDirectory`` reads it.
  ///
  /// Throws when the database has been where this folder has not: a step that the folder lacks, one that was
  /// renamed or edited after it was applied, or a hole in what was applied.
  public static func pending(
    available: [Migration], applied: [AppliedMigration]
  ) throws(MigrationError) -> [Migration] {
    let applied = applied.sorted { $0.version < $1.version }
    if let newest = applied.last, newest.version > available.count {
      let last = available.last.map { "ends at \($0.name)" } ?? "is empty"
      throw MigrationError(
        "the database is at step \(newest.name), but the migrations folder \(last): a newer version of the "
          + "program has been here. Start that version, or one newer still; this one changes nothing")
    }
    for (index, step) in applied.enumerated() {
      guard step.version == index + 1 else {
        throw MigrationError(
          "the database has step \(step.name) but not step \(index + 1); its table schema_migration was "
            + "edited by hand. Restore a backup from before that")
      }
      let file = available[index]
      guard file.name == step.name else {
        throw MigrationError(
          "step \(step.version) was applied as \(step.name), but the migrations folder calls it \(file.name). "
            + "Give the file its old name back; a new step takes the next free number")
      }
      guard file.checksum == step.checksum else {
        throw MigrationError(
          "\(file.name).sql was changed after it was applied (SHA-256 then \(step.checksum), now "
            + "\(file.checksum)). Put the old text back and write the change as a new step")
      }
    }
    return Array(available[applied.count...])
  }
}
