/// What a client says of gzip and of no coding at all (RFC 9110 §12.5.3).
public struct AcceptEncoding: Hashable, Sendable {
  /// True when gzip is wanted, and no less than no coding.
  public let prefersGzip: Bool
  /// True when a content without coding is not acceptable.
  public let refusesIdentity: Bool

  /// What a request says. Elements that cannot be read count as absent.
  public init(of head: RequestHead) {
    self.init(head.has("accept-encoding") ? head.values("accept-encoding") : [])
  }

  /// From the values of the field's lines.
  public init(_ values: [String]) {
    var gzip: Int?
    var identity: Int?
    var others: Int?
    for element in values.flatMap(BodyFraming.elements) {
      let parts = element.split(separator: ";", maxSplits: 1).map { BodyFraming.trimmed($0) }
      guard let coding = parts.first, let quality = Self.quality(parts.dropFirst().first) else { continue }
      switch coding {
      case "gzip", "x-gzip": gzip = max(gzip ?? 0, quality)
      case "identity": identity = quality
      case "*": others = quality
      default: break
      }
    }
    let wanted = gzip ?? others ?? 0
    prefersGzip = wanted > 0 && wanted >= identity ?? 0
    refusesIdentity = (identity ?? others) == 0
  }

  private static func quality(_ parameter: String?) -> Int? {
    guard let parameter else { return 1000 }
    guard parameter.hasPrefix("q=") else { return nil }
    return QualityValue.thousandths(parameter.dropFirst(2))
  }
}

/// The entity tag of a content that was coded. A strong tag names bytes, so the coded ones need another
/// (RFC 9110 §8.8.3.3); it is made so that it can be told which tag it comes from.
public enum CodedTag {
  private static let suffix = "-gzip\""

  /// `"3-gzip"` for `"3"`; a weak tag stands for all codings as it is.
  public static func gzip(of tag: String) -> String {
    tag.hasPrefix("\"") && tag.hasSuffix("\"") ? tag.dropLast() + suffix : tag
  }
}
