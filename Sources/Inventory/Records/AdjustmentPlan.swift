/// The lines of an adjustment put together per level: what every engine decides the same way, without I/O.
///
/// The engine resolves what the lines name, makes the plan, reads (and locks) its levels in their order, has
/// the plan judge the quantities, and writes what it says.
public struct AdjustmentPlan: Sendable {
  /// Names a level. Rows are touched in the order of their keys everywhere, so that two transactions never
  /// wait for each other in a circle.
  public struct LevelKey: Hashable, Comparable, Sendable {
    /// The item.
    public let item: ItemID
    /// Where it is.
    public let location: LocationID

    /// The level of an item at a location.
    public init(item: ItemID, location: LocationID) {
      self.item = item
      self.location = location
    }

    /// Orders by item, then location.
    public static func < (left: Self, right: Self) -> Bool {
      (left.item, left.location) < (right.item, right.location)
    }
  }

  /// What an item reference turned out to be.
  public struct ResolvedItem: Hashable, Sendable {
    /// The item.
    public var id: ItemID
    /// True when its book is archived.
    public var isArchived: Bool

    /// An item that exists.
    public init(id: ItemID, isArchived: Bool) {
      self.id = id
      self.isArchived = isArchived
    }
  }

  /// What a location reference turned out to be.
  public struct ResolvedLocation: Hashable, Sendable {
    /// The location.
    public var id: LocationID
    /// False when it takes no new stock.
    public var isActive: Bool

    /// A location that exists.
    public init(id: LocationID, isActive: Bool) {
      self.id = id
      self.isActive = isActive
    }
  }

  /// The levels to read and write, in order.
  public let levels: [LevelKey]
  /// The level of each line, in the order of the lines.
  public let lineLevels: [LevelKey]
  private let linesOfLevel: [LevelKey: [StockRules.LevelLine]]

  /// Puts the lines together; references without a resolution name nothing. Throws `unknownLines`.
  public init(
    _ lines: [AdjustmentLine], items: [ItemReference: ResolvedItem],
    locations: [LocationReference: ResolvedLocation]
  ) throws(InventoryError) {
    var problems: [LineProblem] = []
    var lineLevels: [LevelKey] = []
    var linesOfLevel: [LevelKey: [StockRules.LevelLine]] = [:]
    for (index, line) in lines.enumerated() {
      let item = items[line.item]
      let location = locations[line.location]
      if item?.isArchived ?? true {
        let code: LineProblem.Code = item == nil ? .notFound : .archived
        problems.append(LineProblem(index: index, field: .item, code: code, value: line.item.description))
      }
      if location.map({ !$0.isActive && line.bringsCopies }) ?? true {
        let code: LineProblem.Code = location == nil ? .notFound : .inactive
        problems.append(
          LineProblem(index: index, field: .location, code: code, value: line.location.description))
      }
      guard let item, let location else { continue }
      let level = LevelKey(item: item.id, location: location.id)
      // One item can be named by identifier and by SKU, so only here it shows that two lines are the same.
      if linesOfLevel[level, default: []].contains(where: { $0.bucket == line.bucket }) {
        problems.append(
          LineProblem(index: index, field: .item, code: .duplicate, value: line.item.description))
      }
      lineLevels.append(level)
      linesOfLevel[level, default: []].append(
        StockRules.LevelLine(index: index, bucket: line.bucket, change: line.change))
    }
    guard problems.isEmpty else { throw .unknownLines(problems) }
    self.lineLevels = lineLevels
    self.linesOfLevel = linesOfLevel
    levels = linesOfLevel.keys.sorted()
  }

  /// What to write.
  public struct Outcome: Sendable {
    /// The new quantities of every level of the plan.
    public var quantities: [LevelKey: Quantities]
    /// What each line did, in the order of the lines.
    public var effects: [StockRules.Effect]
  }

  /// Judges all levels; a level that is missing from `present` has zeros. Throws `refused` with every line at
  /// fault, in the order of the lines.
  public func judge(_ present: [LevelKey: Quantities]) throws(InventoryError) -> Outcome {
    var outcome = Outcome(quantities: [:], effects: [])
    var refusals: [LineRefusal] = []
    for level in levels {
      switch StockRules.apply(linesOfLevel[level] ?? [], to: present[level] ?? Quantities()) {
      case .success((let quantities, let effects)):
        outcome.quantities[level] = quantities
        outcome.effects += effects
      case .failure(let refused): refusals += refused.lines
      }
    }
    guard refusals.isEmpty else { throw .refused(refusals.sorted { $0.index < $1.index }) }
    outcome.effects.sort { $0.index < $1.index }
    return outcome
  }
}

extension AdjustmentLine {
  /// True when the line makes `on_hand` grow; an inactive location refuses such a line, but can be emptied.
  public var bringsCopies: Bool {
    guard bucket == .onHand else { return false }
    switch change {
    case .delta(let quantity): return quantity > 0
    case .set(let quantity, let expected): return quantity > expected
    }
  }
}

extension BookReference: CustomStringConvertible {
  /// The identifier's text or the ISBN's digits.
  public var description: String {
    switch self {
    case .id(let id): id.description
    case .isbn(let isbn): isbn.digits
    }
  }
}

extension ItemReference: CustomStringConvertible {
  /// The identifier's text or the SKU.
  public var description: String {
    switch self {
    case .id(let id): id.description
    case .sku(let sku): sku
    }
  }
}

extension LocationReference: CustomStringConvertible {
  /// The identifier's text or the code.
  public var description: String {
    switch self {
    case .id(let id): id.description
    case .code(let code): code
    }
  }
}
