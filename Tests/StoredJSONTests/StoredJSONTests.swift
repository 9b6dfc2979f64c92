import Inventory
import StoredJSON
import Testing

@Suite struct StoredJSONTests {
  @Test("every list is read back as it was written")
  func roundTrip() throws {
    let contributors = [
      Contributor(role: .author, name: "J.K. \"Rowling\"\n"), Contributor(role: .translator, name: "Ж é 漢"),
    ]
    let subjects = [
      Subject(scheme: .thema, code: "FBA", main: true), Subject(scheme: .own, code: "a/b", main: false),
    ]
    let identifiers = [BookIdentifier(type: "goodreads", value: "2767052")]
    let metadata = ["b": "2", "a": "\\ \" / \u{1}"]
    #expect(try StoredJSON.contributors(Array(StoredJSON.text(contributors).utf8)) == contributors)
    #expect(try StoredJSON.subjects(Array(StoredJSON.text(subjects).utf8)) == subjects)
    #expect(try StoredJSON.identifiers(Array(StoredJSON.text(identifiers).utf8)) == identifiers)
    #expect(try StoredJSON.flags(Array(StoredJSON.text(ItemFlag.allCases).utf8)) == ItemFlag.allCases)
    #expect(try StoredJSON.metadata(Array(StoredJSON.text(metadata).utf8)) == metadata)
  }

  @Test("the forms are the ones that are on disk already")
  func forms() {
    #expect(
      StoredJSON.text([Contributor(role: .author, name: "A")]) == #"[{"role":"author","name":"A"}]"#)
    #expect(
      StoredJSON.text([Subject(scheme: .bic, code: "F", main: true)])
        == #"[{"scheme":"bic","code":"F","main":true}]"#)
    #expect(StoredJSON.text([BookIdentifier(type: "t", value: "v")]) == #"[{"type":"t","value":"v"}]"#)
    #expect(StoredJSON.text([ItemFlag.exLibrary]) == #"["ex_library"]"#)
    #expect(StoredJSON.text(["b": "2", "a": "1"]) == #"{"a":"1","b":"2"}"#)
    #expect(StoredJSON.text([ItemFlag]()) == "[]")
    #expect(StoredJSON.text([String: String]()) == "{}")
  }

  @Test("spaces and another order of members, as PostgreSQL's jsonb writes them, are read")
  func otherLayout() throws {
    let text = #"[{"name": "A", "role": "editor"}]"#
    #expect(try StoredJSON.contributors(Array(text.utf8)) == [Contributor(role: .editor, name: "A")])
  }

  @Test(
    "anything else is an unexpected error, not a guess",
    arguments: ["", "[", "{} ", #"[{"name":"A"}]"#, #"[{"role":"thief","name":"A"}]"#, "[null]"])
  func damaged(text: String) {
    #expect(throws: InventoryError.self) { try StoredJSON.contributors(Array(text.utf8)) }
  }
}
