/// What an identifier belongs to; gives the text form its prefix.
public protocol IdentifierKind: Sendable {
  /// The letters before the underscore, such as `bk`.
  static var prefix: String { get }
}

/// A UUIDv7 (RFC 9562 §5.7) written as `prefix_` and 26 lower-case Crockford base-32 digits.
///
/// Text order, number order and creation order agree, so one text column serves as key and as sort key.
/// The database stores the text form: what the API shows is what `psql` shows.
public struct Identifier<Kind: IdentifierKind>: Hashable, Comparable, Sendable {
  /// The 128 bits of the UUID.
  public let value: UInt128

  /// Wraps 128 bits that are known to be an identifier.
  public init(value: UInt128) { self.value = value }

  /// By number, which is also the order of the text forms.
  public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

/// Names books: `bk_…`.
/// The prefix of the text form.
public enum BookIDKind: IdentifierKind {
  /// `bk`.
  public static let prefix = "bk"
}
/// Names items: `itm_…`.
/// The prefix of the text form.
public enum ItemIDKind: IdentifierKind {
  /// `itm`.
  public static let prefix = "itm"
}
/// Names locations: `loc_…`.
/// The prefix of the text form.
public enum LocationIDKind: IdentifierKind {
  /// `loc`.
  public static let prefix = "loc"
}
/// Names ledger rows: `mov_…`.
/// The prefix of the text form.
public enum MovementIDKind: IdentifierKind {
  /// `mov`.
  public static let prefix = "mov"
}
/// Names adjustments, the documents behind movements: `adj_…`.
/// The prefix of the text form.
public enum AdjustmentIDKind: IdentifierKind {
  /// `adj`.
  public static let prefix = "adj"
}

/// The identifier of a ``Book``.
public typealias BookID = Identifier<BookIDKind>
/// The identifier of an ``Item``.
public typealias ItemID = Identifier<ItemIDKind>
/// The identifier of a ``Location``.
public typealias LocationID = Identifier<LocationIDKind>
/// The identifier of a ``Movement``.
public typealias MovementID = Identifier<MovementIDKind>
/// The identifier of an adjustment.
public typealias AdjustmentID = Identifier<AdjustmentIDKind>
