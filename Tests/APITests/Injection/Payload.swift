import HTTP

/// A value that means something to somebody who takes it for more than a value.
struct Payload: Sendable, CustomStringConvertible {
  /// As it stands in JSON and in a field; nil for bytes that are no text.
  let text: String?
  /// As it stands in a target.
  let encoded: String

  init(_ text: String) {
    self.text = text
    encoded = PercentEncoding.encode(text)
  }

  init(encoded: String) {
    text = nil
    self.encoded = encoded
  }

  var description: String { String((text ?? encoded).prefix(60).debugDescription) }

  /// Nothing in it that a text may not hold, so that whatever takes any text must take it.
  static let harmless = [
    Payload("'; DROP TABLE book; --"), Payload(#"100%_\'"$1 ?1 ${x} %s"#), Payload("ʼ＇ OR 1=1 \u{2028}雪"),
  ]

  /// For values that are no text, which are refused whatever stands in them.
  static let few =
    harmless + ["'", "%", "1); DELETE FROM item; --", "a\r\nSet-Cookie: x=1"].map { Payload($0) }

  /// For fields, which hardly reach a database.
  static let fields =
    few + (heads + ["\"", "*", "\\", "%s%n%99999d", "../../etc/passwd"]).map { Payload($0) }

  static let all: [Payload] =
    harmless + (quoting + parameters + wildcards + heads + searches + others).map { Payload($0) } + [
      // Overlong, a lone continuation, a surrogate, and what is encoded twice.
      Payload(encoded: "%C0%A7"), Payload(encoded: "%A7%27"), Payload(encoded: "%ED%A0%80"),
      Payload(encoded: "%2527"), Payload(encoded: "%00"), Payload(encoded: "a%0D%0ASet-Cookie:%20x=1"),
    ]

  private static let quoting = [
    "'", "\"", "`", "\\", "\\'", "' OR 1=1 --", "\" OR \"\"=\"", "1); DELETE FROM item; --",
    "x' UNION SELECT digest FROM api_key --", "'||(SELECT current_user)||'",
    "'; COPY book FROM PROGRAM 'id'; --",
    "/*", "[a]",
  ]
  private static let parameters = [
    "$1", "?1", ":1", "@p", "$$x$$", "E'\\x27'", "%27", "{\"$ne\":null}", "'::jsonb->>'a'",
  ]
  private static let wildcards = ["%", "_", "*", "%_%", "?"]
  private static let heads = [
    "a\r\nSet-Cookie: x=1", "a\nX-Injected: 1\n\n<html>", "a\u{85}Set-Cookie: x", "a\0b",
  ]
  private static let searches = [
    "NEAR(a b)", "a & !b | c:*", "(((", "a OR b", "-a", "^a", "title:a", "\"a", "+a~2",
  ]
  private static let others = [
    "${jndi:ldap://127.0.0.1/a}", "%s%n%99999d", "{{7*7}}", "../../etc/passwd", "\u{FEFF}a\u{202E}", "NaN",
    "1e309",
    "-9223372036854775809", String(repeating: "'", count: 1100),
  ]
}
