import Inventory
import Testing

@testable import SQLiteRepository

@Suite struct ConnectionTests {
  private func open() throws -> Connection {
    let configuration = SQLiteConfiguration(.memory)
    return try Connection(path: configuration.path, mode: .write, configuration: configuration)
  }

  @Test(
    "values come back as they went in", arguments: ["", "a", "Ж é 漢 👩‍👩‍👧", "a\u{0}b", "'; drop table t; --"])
  func texts(text: String) throws {
    let connection = try open()
    let values = try connection.all(
      "select ?, ?, ?, ?", [.text(text), .null, .integer(.min), .integer(.max)]
    ) { row in
      #expect(row.text() == text)
      #expect(row.optionalText() == nil)
      #expect(row.optionalInteger() == .min)
      return row.integer()
    }
    #expect(values == [.max])
  }

  @Test("an empty text is not null")
  func emptyText() throws {
    let connection = try open()
    let isNull = try connection.first("select ? is null", [""]) { $0.bool() }
    #expect(isNull == false)
  }

  @Test("a wrong number of arguments is an error, not a null")
  func argumentCount() throws {
    let connection = try open()
    #expect(throws: InventoryError.self) { try connection.run("select ?, ?", [1]) }
    #expect(throws: InventoryError.self) { try connection.run("select 1", [1]) }
  }

  @Test("an error tells code, message and statement, and keeps the arguments to itself")
  func errors() throws {
    let connection = try open()
    try connection.execute("create table t (x text primary key) strict")
    try connection.run("insert into t values (?)", ["a secret"])
    let error = #expect(throws: InventoryError.self) {
      try connection.run("insert into t values (?)", ["a secret"])
    }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains("1555"))
    #expect(text.contains("UNIQUE constraint failed: t.x"))
    #expect(text.contains("insert into t values (?)"))
    #expect(!text.contains("secret"))
  }

  @Test("a statement that is running can be asked again inside itself, kept by text or by number")
  func nesting() throws {
    let connection = try open()
    let text: SQL =
      "with recursive n (i) as (select 1 union all select i + 1 from n where i < ?) select i from n"
    for sql in [text, SQL.constant(text.text)] {
      for _ in 0..<2 {
        var sum: Int64 = 0
        try connection.forEach(sql, [3]) { (outer) throws(InventoryError) in
          let first = outer.integer()
          try connection.forEach(sql, [4]) { inner in sum += first * inner.integer() }
        }
        #expect(sum == (1 + 2 + 3) * (1 + 2 + 3 + 4))
      }
    }
  }

  @Test("more statements than are kept still work, again and again")
  func statementCache() throws {
    let connection = try open()
    for _ in 0..<2 {
      for number in 0..<(Connection.statementCapacity * 2) {
        let value = try connection.first("select \(number) + ?", [1]) { $0.integer() }
        #expect(value == Int64(number + 1))
      }
    }
  }

  @Test("savepoints nest; the inner one goes back alone")
  func savepoints() throws {
    let connection = try open()
    try connection.execute("create table t (x integer) strict; begin")
    func add(_ value: Int64) throws(InventoryError) {
      try connection.run("insert into t values (?)", [.integer(value)])
    }
    try connection.savepoint { (connection) throws(InventoryError) in
      try add(1)
      try? connection.savepoint { (connection) throws(InventoryError) -> (Void, keep: Bool) in
        try add(2)
        throw .notFound(.book, "")
      }
      try connection.savepoint { (connection) throws(InventoryError) in
        try add(3)
        return ((), keep: false)
      }
      try add(4)
      return ((), keep: true)
    }
    try connection.execute("commit")
    #expect(try connection.all("select x from t order by x") { $0.integer() } == [1, 4])
  }

  @Test("REPLACE cannot take a movement out of the ledger either")
  func replaceMovement() throws {
    let connection = try open()
    try connection.execute(
      """
      create table movement (sequence integer primary key, quantity integer) strict;
      create trigger movement_refuses_delete before delete on movement
      begin
        select raise(abort, 'movement is append-only');
      end;
      insert into movement values (1, 5);
      """)
    #expect(throws: InventoryError.self) {
      try connection.run("insert or replace into movement values (1, 9)")
    }
    #expect(try connection.all("select quantity from movement") { $0.integer() } == [5])
  }

  @Test(
    "URLs name a file or memory",
    arguments: [
      ("sqlite::memory:", SQLiteConfiguration.Place.memory), ("sqlite:a.db", .file("a.db")),
      ("sqlite:/var/lib/x y.db", .file("/var/lib/x y.db")), ("sqlite:", nil), ("postgres://x", nil),
    ] as [(String, SQLiteConfiguration.Place?)])
  func urls(url: String, place: SQLiteConfiguration.Place?) {
    #expect(SQLiteConfiguration(url: url)?.place == place)
  }
}
