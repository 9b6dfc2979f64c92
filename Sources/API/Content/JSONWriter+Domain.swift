internal import Inventory
internal import JSON

extension JSONWriter {
  mutating func member<Kind>(_ name: String, _ id: Identifier<Kind>) {
    self.name(name)
    plainString { id.append(to: &$0) }
  }

  mutating func member(_ name: String, _ instant: Instant) {
    self.name(name)
    plainString { instant.append(to: &$0) }
  }

  mutating func member(_ name: String, _ instant: Instant?) {
    guard let instant else { return self.null(name) }
    member(name, instant)
  }

  mutating func member(_ name: String, _ money: Money?) {
    guard let money else { return self.null(name) }
    self.name(name)
    beginObject()
    member("amount", money.amount)
    member("currency", money.currency.code)
    endObject()
  }

  /// Text that needs no escaping, such as a code; null when there is none.
  mutating func plainMember(_ name: String, _ text: String?) {
    guard let text else { return self.null(name) }
    self.name(name)
    plainString { $0.append(contentsOf: text.utf8) }
  }

  private mutating func null(_ name: String) {
    self.name(name)
    null()
  }
}

extension JSONValue {
  /// The value that a writer writes; for examples, which are made by the code that they are examples of.
  init(written write: (inout JSONWriter) -> Void) {
    var json = JSONWriter()
    write(&json)
    do {
      self = try JSONValue(parsing: json.bytes)
    } catch {
      preconditionFailure("A writer wrote what is not JSON: \(error.detail)")
    }
  }
}
