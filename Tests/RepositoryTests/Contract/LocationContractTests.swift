import Inventory
import TestSupport
import Testing

@Suite struct LocationContractTests {
  private func warehouse(_ code: String, priority: Int64 = 100) -> LocationDetails {
    var details = LocationDetails(code: code, name: "Lager „\(code)“")
    details.kind = .warehouse
    details.timeZone = "Europe/Vienna"
    details.priority = priority
    details.active = false
    return details
  }

  @Test(
    "main is there from the start, under the same identifier on every engine",
    arguments: RepositoryUnderTest.available)
  func main(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let main = try #require(try await fixture.repository.location(.code(Location.mainCode)))
      #expect(main.id.description == "loc_01kdvdna00e008000000000000")
      #expect(main.details == LocationDetails(code: "main", name: "Main"))
      #expect(main.version == 1)
      #expect(try await fixture.repository.location(.id(main.id)) == main)
    }
  }

  @Test(
    "a location is read back as it was stored, by identifier and by code",
    arguments: RepositoryUnderTest.available)
  func create(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let created = try await fixture.repository.createLocation(warehouse("lager-1"))
      #expect(created.details == warehouse("lager-1"))
      #expect(created.version == 1)
      #expect(created.createdAt == created.updatedAt)
      #expect(try await fixture.repository.location(.id(created.id)) == created)
      #expect(try await fixture.repository.location(.code("lager-1")) == created)
      #expect(try await fixture.repository.location(.code("LAGER-1")) == nil)
      #expect(try await fixture.repository.location(.id(LocationID(value: 1))) == nil)
    }
  }

  @Test("a code belongs to one location; the error names it", arguments: RepositoryUnderTest.available)
  func duplicateCode(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let first = try await fixture.repository.createLocation(warehouse("a"))
      let second = try await fixture.repository.createLocation(warehouse("b"))
      let expected = InventoryError.duplicateLocationCode("a", twin: first.id)
      await #expect(throws: expected) { try await fixture.repository.createLocation(warehouse("a")) }
      await #expect(throws: expected) {
        try await fixture.repository.replaceLocation(second.id, with: warehouse("a"), version: 1)
      }
      #expect(try await fixture.repository.location(.id(second.id)) == second)
    }
  }

  @Test("a change needs the present version and grows it", arguments: RepositoryUnderTest.available)
  func replace(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let created = try await fixture.repository.createLocation(warehouse("a"))
      var details = created.details
      details.name = "Renamed"
      details.kind = .store
      details.active = true
      let replaced = try await fixture.repository.replaceLocation(created.id, with: details, version: 1)
      #expect(replaced.details == details)
      #expect(replaced.version == 2)
      #expect(replaced.createdAt == created.createdAt)
      #expect(replaced.updatedAt > created.updatedAt)
      #expect(try await fixture.repository.location(.id(created.id)) == replaced)

      await #expect(throws: InventoryError.versionMismatch(current: 2)) {
        try await fixture.repository.replaceLocation(created.id, with: details, version: 1)
      }
      let unknown = LocationID(value: 1)
      await #expect(throws: InventoryError.notFound(.location, unknown.description)) {
        try await fixture.repository.replaceLocation(unknown, with: details, version: 1)
      }
      #expect(try await fixture.repository.location(.id(created.id)) == replaced)
    }
  }

  @Test(
    "lists go by priority, then identifier, and every page continues the one before",
    arguments: RepositoryUnderTest.available)
  func lists(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      var expected = [try #require(try await fixture.repository.location(.code("main")))]
      for number in 0..<7 {
        expected.append(
          try await fixture.repository.createLocation(
            warehouse("w\(number)", priority: Int64(99 + number % 3))))
      }
      expected.sort { ($0.details.priority, $0.id) < ($1.details.priority, $1.id) }
      for limit in [1, 3, 8, 50] {
        let walked = try await walk(limit: limit) { page in
          try await fixture.repository.locations(LocationQuery(), page: page)
        }
        #expect(walked == expected)
      }
      var query = LocationQuery()
      query.active = true
      #expect(
        try await fixture.repository.locations(query, page: PageRequest(limit: 9)).elements.map(
          \.details.code) == ["main"])
      query.active = false
      #expect(try await fixture.repository.locations(query, page: PageRequest(limit: 9)).elements.count == 7)
    }
  }
}
