/// Metrics in the text format of Prometheus, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/).
public struct MetricsText: Sendable {
  /// The media type of the text.
  public static let mediaType = "text/plain"
  /// The Content-Type of the text.
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// What a family's samples are.
  public enum Kind: String, Sendable { case counter, gauge, histogram }

  /// Names and values that tell the samples of a family apart.
  public typealias Labels = KeyValuePairs<String, String>

  /// What is written so far.
  public private(set) var bytes: [UInt8] = []
  private var family = ""

  /// Nothing yet.
  public init() { bytes.reserveCapacity(16 * 1024) }

  /// Begins a family; its samples follow, and those of another family do not come between them. The help is
  /// one sentence on one line.
  public mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
    family = name
    bytes += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n".utf8
  }

  /// A family with one sample.
  public mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: Int64) {
    begin(name, kind, help)
    sample([:], value)
  }

  /// A sample of the present family.
  public mutating func sample(_ labels: Labels, _ value: Int64) { line("", labels, "\(value)") }

  /// A sample of the present family whose value is in nanoseconds, shown as seconds.
  public mutating func sample(_ labels: Labels, nanoseconds: Int64) {
    line("", labels, Self.seconds(nanoseconds))
  }

  /// The samples of a histogram of the present family.
  public mutating func histogram(_ labels: Labels, _ histogram: Histogram) {
    let show: (Int64) -> String = { histogram.unit == .seconds ? Self.seconds($0) : "\($0)" }
    let (counts, sum) = histogram.reading
    var below: Int64 = 0
    for (bound, count) in zip(histogram.bounds, counts) {
      below += count
      line("_bucket", labels, bound: show(bound), "\(below)")
    }
    below += counts.last ?? 0
    line("_bucket", labels, bound: "+Inf", "\(below)")
    line("_sum", labels, show(sum))
    line("_count", labels, "\(below)")
  }

  private mutating func line(_ suffix: String, _ labels: Labels, bound: String? = nil, _ value: String) {
    bytes += family.utf8
    bytes += suffix.utf8
    var separator = "{"
    for (name, value) in labels {
      bytes += "\(separator)\(name)=\"".utf8
      appendEscaped(value)
      bytes.append(UInt8(ascii: "\""))
      separator = ","
    }
    if let bound {
      bytes += "\(separator)le=\"\(bound)\"".utf8
      separator = ","
    }
    if separator == "," { bytes.append(UInt8(ascii: "}")) }
    bytes += " \(value)\n".utf8
  }

  private mutating func appendEscaped(_ text: String) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\\"), UInt8(ascii: "\""): bytes += [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: "\n"): bytes += "\\n".utf8
      default: bytes.append(byte)
      }
    }
  }

  /// Nanoseconds as seconds in decimal, exactly.
  static func seconds(_ nanoseconds: Int64) -> String {
    let (whole, part) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
    var text = nanoseconds < 0 ? "-\(whole)" : "\(whole)"
    guard part > 0 else { return text }
    let digits = String(part)
    text += "." + String(repeating: "0", count: 9 - digits.count)
    text += digits[...(digits.lastIndex { $0 != "0" } ?? digits.startIndex)]
    return text
  }
}

/// A part of the program that has something to tell of itself.
public protocol MetricsSource: Sendable {
  /// Appends whole families; their names are this source's alone.
  func writeMetrics(to text: inout MetricsText) async
}
