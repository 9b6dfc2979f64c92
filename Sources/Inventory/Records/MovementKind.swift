/// What kind of posting wrote a row of a ledger.
///
/// An open set: while releases replace each other one by one, a newer one may have written kinds that this one does
/// not know. They are read and shown as they are.
public struct MovementKind: RawRepresentable, Hashable, Sendable {
  /// As the API and the database spell it.
  public let rawValue: String

  /// Any kind, also one that this release does not know.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// A change by hand.
  public static let adjustment = Self(rawValue: "adjustment")
  /// The first quantity of an import.
  public static let opening = Self(rawValue: "opening")
  /// Copies promised to a reservation.
  public static let hold = Self(rawValue: "hold")
  /// Promised copies given to their buyer.
  public static let sale = Self(rawValue: "sale")
  /// Promised copies freed.
  public static let release = Self(rawValue: "release")
  /// Promised copies freed because their time ran out.
  public static let expiry = Self(rawValue: "expiry")
  /// Copies that a reservation waited for were given to it.
  public static let allocation = Self(rawValue: "allocation")
  /// A forced decrease took copies that were promised.
  public static let shortage = Self(rawValue: "shortage")
  /// Copies left for another location.
  public static let transferShipment = Self(rawValue: "transfer_shipment")
  /// Copies came from another location.
  public static let transferReceipt = Self(rawValue: "transfer_receipt")
  /// What arrived differs from what was shipped.
  public static let transferVariance = Self(rawValue: "transfer_variance")
  /// Copies under way went back to where they came from.
  public static let transferCancellation = Self(rawValue: "transfer_cancellation")
  /// The shelf was counted.
  public static let count = Self(rawValue: "count")
  /// Copies were ordered.
  public static let order = Self(rawValue: "order")
  /// Ordered copies are not waited for any more.
  public static let orderCancellation = Self(rawValue: "order_cancellation")
  /// Copies came from a supplier.
  public static let receipt = Self(rawValue: "receipt")
  /// Copies came back from a customer.
  public static let customerReturn = Self(rawValue: "customer_return")
  /// Copies went back to a supplier.
  public static let supplierReturn = Self(rawValue: "supplier_return")
  /// Takes back another row.
  public static let reversal = Self(rawValue: "reversal")
}

extension MovementKind: CaseIterable {
  /// What this release writes, and takes as a filter.
  public static let allCases: [Self] = [
    adjustment, opening, hold, sale, release, expiry, allocation, shortage, transferShipment, transferReceipt,
    transferVariance, transferCancellation, count, order, orderCancellation, receipt, customerReturn,
    supplierReturn, reversal,
  ]
}

/// Why stock was changed by hand. An open set, as ``MovementKind`` is.
public struct AdjustmentReason: RawRepresentable, Hashable, Sendable {
  /// As the API and the database spell it.
  public let rawValue: String

  /// Any reason, also one that this release does not know.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The words say what they mean.
  public static let
    opening = Self(rawValue: "opening"),
    received = Self(rawValue: "received"), sold = Self(rawValue: "sold"),
    returned = Self(rawValue: "returned"), found = Self(rawValue: "found"),
    correction = Self(rawValue: "correction"), count = Self(rawValue: "count"),
    damaged = Self(rawValue: "damaged"), repaired = Self(rawValue: "repaired"),
    lost = Self(rawValue: "lost"), stolen = Self(rawValue: "stolen"),
    writtenOff = Self(rawValue: "written_off"), donated = Self(rawValue: "donated"),
    sample = Self(rawValue: "sample"), transferred = Self(rawValue: "transferred"),
    reserved = Self(rawValue: "reserved"), ordered = Self(rawValue: "ordered"),
    other = Self(rawValue: "other")
}

extension AdjustmentReason: CaseIterable {
  /// What this release writes and takes.
  public static let allCases: [Self] = [
    opening, received, sold, returned, found, correction, count, damaged, repaired, lost, stolen, writtenOff,
    donated, sample, transferred, reserved, ordered, other,
  ]
}
