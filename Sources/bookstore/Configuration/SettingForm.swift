internal import API

/// How the text of a setting is read and shown.
struct SettingForm<Value: Sendable>: Sendable {
  /// What is right, for messages and help, such as `a time such as 30s`; follows "must be".
  let description: String
  /// The same in a word, such as `TIME`.
  let placeholder: String
  /// Nil when the text does not have the form.
  let parse: @Sendable (String) -> Value?
  /// The text from which ``parse`` makes the same value.
  let show: @Sendable (Value) -> String
}

extension SettingForm where Value == Int {
  static func count(_ range: ClosedRange<Int>) -> Self {
    SettingForm(
      description: "a whole number from \(range.lowerBound) to \(range.upperBound)", placeholder: "NUMBER",
      parse: { text in wholeNumber(text).flatMap { range.contains($0) ? $0 : nil } },
      show: { "\($0)" })
  }

  static let loops = SettingForm(
    description: "auto or a whole number from 1 to 256", placeholder: "auto|NUMBER",
    parse: { text in text == "auto" ? 0 : wholeNumber(text).flatMap { (1...256).contains($0) ? $0 : nil } },
    show: { $0 == 0 ? "auto" : "\($0)" })

  static let perAddress = SettingForm(
    description: "auto or a whole number from 1 to 1000000", placeholder: "auto|NUMBER",
    parse: { text in
      text == "auto" ? 0 : wholeNumber(text).flatMap { (1...1_000_000).contains($0) ? $0 : nil }
    },
    show: { $0 == 0 ? "auto" : "\($0)" })

  /// A number of bytes, in the units that divide it evenly.
  static func size(_ range: ClosedRange<Int>) -> Self {
    let units = [("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)]
    let show: @Sendable (Int) -> String = { bytes in
      for (name, factor) in units where bytes > 0 && bytes % factor == 0 { return "\(bytes / factor)\(name)" }
      return "\(bytes)B"
    }
    return SettingForm(
      description:
        "a size such as 512KiB or 4MiB, from \(show(range.lowerBound)) to \(show(range.upperBound))",
      placeholder: "SIZE",
      parse: { text in
        for (name, factor) in units where text.hasSuffix(name) {
          guard let count = wholeNumber(String(text.dropLast(name.count))) else { return nil }
          let (bytes, overflow) = count.multipliedReportingOverflow(by: factor)
          return !overflow && range.contains(bytes) ? bytes : nil
        }
        return nil
      }, show: show)
  }
}

extension SettingForm where Value == Int? {
  /// A number of bytes, or `off`, which is nil.
  static func sizeOrOff(_ range: ClosedRange<Int>) -> Self {
    let size = SettingForm<Int>.size(range)
    return SettingForm(
      description: "off or \(size.description)", placeholder: "off|SIZE",
      parse: { text in text == "off" ? .some(nil) : size.parse(text).map(Optional.some) },
      show: { $0.map(size.show) ?? "off" })
  }
}

extension SettingForm where Value == Origins {
  static let origins = SettingForm(
    description: "* or a list of origins such as https://shop.example,http://localhost:3000",
    placeholder: "ORIGINS", parse: { Origins($0) }, show: { $0.text })
}

extension SettingForm where Value == UInt16 {
  static let port = SettingForm(
    description: "a port from 0 to 65535, where 0 takes a free one", placeholder: "PORT",
    parse: { text in wholeNumber(text).flatMap { UInt16(exactly: $0) } },
    show: { "\($0)" })
}

extension SettingForm where Value == Bool {
  static let flag = SettingForm(
    description: "true or false", placeholder: "true|false",
    parse: { ["true": true, "false": false][$0] }, show: { $0 ? "true" : "false" })
}

extension SettingForm where Value == String {
  static func text(_ description: String, placeholder: String) -> Self {
    SettingForm(description: description, placeholder: placeholder, parse: { $0 }, show: { $0 })
  }

  /// RFC 6750 §2.1 says what a bearer token is made of.
  static let apiKey = SettingForm(
    description: "32 to 512 letters, digits and -._~+/=, such as `openssl rand -hex 32` prints",
    placeholder: "KEY",
    parse: { text in
      let isToken = text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "a")...UInt8(ascii: "z"):
          true
        default: "-._~+/=".utf8.contains(byte)
        }
      }
      return isToken && (32...512).contains(text.utf8.count) ? text : nil
    }, show: { $0 })
}

extension SettingForm where Value == Duration {
  /// A time with its unit; the largest unit that divides it evenly is shown.
  static func time(_ range: ClosedRange<Duration>) -> Self {
    let units: [(String, Int)] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)]
    let show: @Sendable (Duration) -> String = { duration in
      let milliseconds = Int(
        duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000)
      if milliseconds == 0 { return "0s" }
      for (name, factor) in units.reversed() where milliseconds % factor == 0 {
        return "\(milliseconds / factor)\(name)"
      }
      return "\(milliseconds)ms"
    }
    return SettingForm(
      description:
        "a time such as 500ms, 30s or 5m, from \(show(range.lowerBound)) to \(show(range.upperBound))",
      placeholder: "TIME",
      parse: { text in
        // `ms` stands before `s`, which is its end too.
        for (name, factor) in units where text.hasSuffix(name) {
          guard let count = wholeNumber(String(text.dropLast(name.count))) else { return nil }
          let (milliseconds, overflow) = count.multipliedReportingOverflow(by: factor)
          let duration = Duration.milliseconds(milliseconds)
          return !overflow && range.contains(duration) ? duration : nil
        }
        return nil
      }, show: show)
  }
}

extension SettingForm
where Value: RawRepresentable & CaseIterable, Value.RawValue == String, Value.AllCases: Sendable {
  static var choice: Self {
    let names = Value.allCases.map(\.rawValue)
    return SettingForm(
      description: names.dropLast().joined(separator: ", ") + " or \(names.last ?? "")",
      placeholder: names.joined(separator: "|"),
      parse: { Value(rawValue: $0) }, show: { $0.rawValue })
  }
}

extension SettingForm where Value == RateLimit? {
  /// So many requests in a second, a minute or an hour.
  static let rate = SettingForm(
    description: "off, or requests in a time such as 100/s, 600/m or 5000/h", placeholder: "off|RATE",
    parse: { text in
      if text == "off" { return .some(nil) }
      let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, let seconds = rateUnits[parts[1]], let requests = wholeNumber(parts[0]),
        (1...1_000_000).contains(requests)
      else { return nil }
      return RateLimit(requests: requests, seconds: seconds)
    },
    show: { limit in
      guard let limit else { return "off" }
      let unit = rateUnits.first { $0.value == limit.seconds }?.key ?? "\(limit.seconds)s"
      return "\(limit.requests)/\(unit)"
    })
}

private let rateUnits = ["s": 1, "m": 60, "h": 3600]

extension SettingForm where Value == [String] {
  /// Addresses and networks.
  static let networks = SettingForm(
    description: "IP addresses or networks with commas between them, such as 10.0.0.0/8,::1",
    placeholder: "NETWORKS",
    parse: { text in
      let networks = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      return TrustedProxies(networks) == nil ? nil : networks
    }, show: { $0.joined(separator: ",") })
}

extension SettingForm where Value == DatabaseURL {
  static let database = SettingForm(
    description: "sqlite:PATH, sqlite::memory: or postgres://USER:PASSWORD@HOST/DATABASE", placeholder: "URL",
    parse: { DatabaseURL($0) }, show: { $0.text })
}

extension SettingForm where Value == ListenAddress {
  static let address = SettingForm(
    description: "an IPv4 or IPv6 address, such as 127.0.0.1 or ::, or localhost", placeholder: "ADDRESS",
    parse: { ListenAddress($0) }, show: { $0.text })
}

/// Digits only: `Int` alone would take a sign too.
private func wholeNumber(_ text: String) -> Int? {
  guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
    return nil
  }
  return Int(text)
}
