internal import EventLoop
internal import Glibc
public import Inventory

/// The days of places, by the time zone files of the system (Debian's package tzdata), each read once.
///
/// Where a zone's file is missing or damaged, the day comes last: as where clocks are twelve hours behind UTC,
/// the last place of all. So a book may go on sale some hours late there, and never too early.
public final class TimeZones: Sendable {
  /// The system's files: the folder that the environment's TZDIR names, or the usual one.
  public static let system = TimeZones(folder: systemFolder)

  private static var systemFolder: String {
    guard let folder = unsafe getenv("TZDIR") else { return "/usr/share/zoneinfo" }
    return unsafe String(cString: folder)
  }

  /// Clocks of the place where each day comes last.
  public static let lastOfAll = ZoneClock(secondsEast: -12 * 3600)

  /// No zone's file is nearly as large, in bytes.
  static let maximumFileSize = 1 << 16

  private let folder: String
  /// Only of names that the database has, so there are some hundred at most.
  private let clocks = Lock<[String: ZoneClock]>([:])

  /// Zones from a folder laid out as the system's.
  public init(folder: String) { self.folder = folder }

  /// The clocks of a zone, by its name in the IANA time zone database.
  public func clock(of name: String) -> ZoneClock {
    if let clock = clocks.withLock({ $0[name] }) { return clock }
    guard let clock = read(name) else { return Self.lastOfAll }
    clocks.withLock { $0[name] = clock }
    return clock
  }

  /// True when the files are there.
  public var isInstalled: Bool { read("Europe/Vienna") != nil }

  private func read(_ name: String) -> ZoneClock? {
    // Whatever the files say, this is what the name means.
    if ["UTC", "Etc/UTC"].contains(name) { return ZoneClock(secondsEast: 0) }
    guard (try? TimeZoneName.check(name)) != nil, let bytes = contents(of: "\(folder)/\(name)") else {
      return nil
    }
    return ZoneClock(tzif: bytes)
  }

  /// Nil for what cannot be read, and for what is too large to be a zone.
  private func contents(of path: String) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while bytes.count <= Self.maximumFileSize {
      let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { return nil }
      guard count > 0 else { return bytes }
      bytes += chunk[..<count]
    }
    return nil
  }
}
