import Foundation

/// The text of `/metrics`, read strictly: anything that breaks the format is an error.
public struct MetricsPage: Sendable {
  /// What is wrong with a line.
  public struct Violation: Error, Hashable, CustomStringConvertible {
    /// The line and what is wrong with it.
    public let description: String
  }

  /// Values by series, as it is written: `name{label="value"}`.
  public private(set) var values: [String: Double] = [:]
  /// Types by family.
  public private(set) var types: [String: String] = [:]

  /// Reads the format (https://prometheus.io/docs/instrumenting/exposition_formats/): each family once, with
  /// help and type before its samples, no series twice, histograms whole.
  public init(_ text: String) throws {
    guard text.hasSuffix("\n") else { throw Violation(description: "no line break at the end") }
    var family = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if let match = line.wholeMatch(of: /# HELP ([a-z_:][a-z0-9_:]*) (\S.*\.)/) {
        family = String(match.1)
        try check(types[family] == nil, "twice: \(line)")
        types[family] = ""
      } else if let match = line.wholeMatch(of: /# TYPE (\S+) (counter|gauge|histogram)/) {
        try check(family == match.1 && types[family] == "", "out of place: \(line)")
        types[family] = String(match.2)
        try check(match.2 != "counter" || family.hasSuffix("_total"), "a counter's name: \(line)")
      } else {
        try read(line, of: family)
      }
    }
    for (name, type) in types {
      try check(!type.isEmpty, "no type: \(name)")
      if type == "histogram" { try checkHistogram(name) }
    }
  }

  /// The sum of all series of a family whose labels hold all of these, written as `name="value"`.
  public func sum(_ name: String, _ labels: String...) -> Double { sum(name, labels) }

  /// The same with the labels as an array.
  public func sum(_ name: String, _ labels: [String]) -> Double {
    values.filter { series, _ in
      series.prefix { $0 != "{" } == name && labels.allSatisfy(series.contains)
    }.values.reduce(0, +)
  }

  private mutating func read(_ line: Substring, of family: String) throws {
    let sample = /([a-z_:][a-z0-9_:]*)(\{[a-z_]+="(?:[^"\\]|\\.)*"(?:,[a-z_]+="(?:[^"\\]|\\.)*")*\})? (\S+)/
    guard let match = line.wholeMatch(of: sample), let value = Double(match.3) else {
      throw Violation(description: "no sample: \(line)")
    }
    let suffix = match.1.dropFirst(family.count)
    try check(match.1.hasPrefix(family), "not of \(family): \(line)")
    try check(
      suffix.isEmpty || (types[family] == "histogram" && ["_bucket", "_sum", "_count"].contains(suffix)),
      "not of \(family): \(line)")
    let series = String(match.1 + (match.2 ?? ""))
    try check(values.updateValue(value, forKey: series) == nil, "twice: \(line)")
  }

  private func checkHistogram(_ name: String) throws {
    for (series, count) in values where series.hasPrefix(name + "_count") {
      let labels = series.dropFirst(name.count + "_count".count)
      let infinite =
        labels.isEmpty ? "{le=\"+Inf\"}" : "\(labels.dropLast()),le=\"+Inf\"}"
      try check(values["\(name)_bucket\(infinite)"] == count, "the last bucket of \(series)")
      try check(values["\(name)_sum\(labels)"] != nil, "no sum of \(series)")
    }
  }

  private func check(_ condition: Bool, _ message: String) throws {
    if !condition { throw Violation(description: message) }
  }
}
