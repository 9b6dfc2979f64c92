internal import EventLoop
internal import Inventory
internal import InventoryStore

extension StoreSQL {
  /// The statement of every connection; made once.
  var prepared: SQL { Self.made.statement(number) { SQL(lockingText) } }

  /// As `prepared`, for a change that must hit one row: it ends the transaction otherwise (migration 0002_stock).
  var preparedForOneRow: SQL {
    Self.madeForOneRow.statement(number) {
      SQL(
        """
        with changed as (
        \(text)
        )
        select case when count(*) = 1 then true else refuse_stock_change('') end
        from changed
        """)
    }
  }

  private var lockingText: String {
    switch lock {
    case .none: text
    case .update(let table): "\(text)\nfor no key update of \(table)"
    case .updateSkippingLocked(let table): "\(text)\nfor no key update of \(table) skip locked"
    case .keyShare(let table): "\(text)\nfor key share of \(table)"
    }
  }

  private static let made = PreparedTexts()
  private static let madeForOneRow = PreparedTexts()
}

/// The statements that were made so far, by number.
private final class PreparedTexts: Sendable {
  private let statements = Lock<[Int: SQL]>([:])

  func statement(_ number: Int, _ make: () -> SQL) -> SQL {
    statements.withLock { statements in
      if let statement = statements[number] { return statement }
      let statement = make()
      statements[number] = statement
      return statement
    }
  }
}

extension Statement {
  init(_ statement: StoreStatement) {
    self.init(
      statement.changesOneRow ? statement.sql.preparedForOneRow : statement.sql.prepared,
      statement.values.map(Value.init))
  }
}

extension Value {
  init(_ value: StoreValue) {
    switch value {
    case .text(let text): self = .text(text)
    case .integer(let integer): self = .integer(integer)
    case .bool(let flag): self = .bool(flag)
    }
  }
}

extension QueryResult {
  /// Every row, by the types of its columns.
  func storeRows() throws(DatabaseError) -> [StoreRow] {
    let types = columnTypes
    return try rows { (row) throws(DatabaseError) in
      var values: [StoreValue] = []
      values.reserveCapacity(types.count)
      for type in types {
        switch type {
        case 16: values.append(try row.optionalBool().map(StoreValue.bool) ?? .integer(nil))
        case 20: values.append(.integer(try row.optionalInteger()))
        case 25, 1043: values.append(.text(try row.optionalText()))
        case 23: throw .malformed("an int4 column: cast it to bigint")
        default: throw .malformed("a column of type \(type)")
        }
      }
      return StoreRow(values)
    }
  }
}
