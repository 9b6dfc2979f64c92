import JSON
import TestSupport
import Testing

@testable import API

@Suite("Locations")
struct LocationsTests {
  @Test("main exists from the start and keeps its code")
  func main() async throws {
    try await withClient { client in
      let json = try await client.get("/v1/locations/main").json
      #expect(json["active"] == true)
      let response = try await client.patch("/v1/locations/main", #"{"code": "other", "name": "Vienna"}"#)
      #expect(response.errors == ["/code fixed"])
      let renamed = try await client.patch("/v1/locations/main", #"{"code": "main", "name": "Vienna"}"#)
      #expect(try renamed.json["name"] == "Vienna")
    }
  }

  @Test("A location is stored, read by id and code, changed, and listed by priority")
  func lifeCycle() async throws {
    try await withClient { client in
      let created = try await client.post(
        "/v1/locations",
        #"{"code": "graz", "name": "Graz", "kind": "warehouse", "time_zone": "Europe/Vienna", "priority": 5}"#
      )
      #expect(created.status == 201)
      let location = created["location"] ?? ""
      let byID = try await client.get(location)
      let byCode = try await client.get("/v1/locations/graz")
      #expect(byID.bytes == byCode.bytes)
      #expect(byID.bytes == created.bytes)
      let changed = try await client.patch(location, #"{"active": false, "time_zone": null}"#)
      #expect(try changed.json["active"] == false)
      #expect(try changed.json["time_zone"] == "UTC")
      let all = try await client.get("/v1/locations").json
      #expect(all["data"]?.elements.compactMap { $0["code"]?.text } == ["graz", "main"])
      let active = try await client.get("/v1/locations?active=true").json
      #expect(active["data"]?.elements.compactMap { $0["code"]?.text } == ["main"])
      let page = try await client.get("/v1/locations?limit=1")
      let next = page["link"].map { String($0.dropFirst().prefix { $0 != ">" }) } ?? ""
      #expect(try await client.get(next).json[path: "data/0/code"] == "main")
    }
  }

  @Test(
    "Wrong locations are refused by pointer",
    arguments: [
      ("{}", ["/code required", "/name required"]),
      (#"{"code": "Graz", "name": "x"}"#, ["/code invalid-characters"]),
      (#"{"code": "", "name": "x"}"#, ["/code blank"]),
      (#"{"code": "loc_01kav5m0c8f3v9x2r7w4q6t1zf", "name": "x"}"#, ["/code reserved"]),
      (#"{"code": "a", "name": "x", "kind": "shop"}"#, ["/kind unknown-value"]),
      (#"{"code": "a", "name": "x", "time_zone": "Europe/Graz"}"#, ["/time_zone unknown-time-zone"]),
      (#"{"code": "a", "name": "x", "time_zone": "europe/vienna"}"#, ["/time_zone unknown-time-zone"]),
      (#"{"code": "a", "name": "x", "priority": 1.5}"#, ["/priority not-an-integer"]),
      (#"{"code": "a", "name": "x", "active": 1}"#, ["/active wrong-type"]),
      (#"{"code": "a", "name": "x", "zip": "8010"}"#, ["/zip unknown-member"]),
    ])
  func invalid(body: String, errors: [String]) async throws {
    try await withClient { client in
      let response = try await client.post("/v1/locations", body)
      #expect(response.problem == "invalid-content")
      #expect(response.errors == errors, "\(response)")
    }
  }

  @Test("A code is taken once")
  func duplicate() async throws {
    try await withClient { client in
      let response = try await client.post("/v1/locations", #"{"code": "main", "name": "x"}"#)
      #expect(response.problem == "duplicate-location-code")
      #expect(response.errors == ["/code duplicate-location-code"])
    }
  }
}
