import TLS
import Testing

@testable import bookstore

@Suite("Configuration")
struct ConfigurationTests {
  private func read(
    _ environment: [String: String], files: [String: String] = [:]
  ) throws(ConfigurationError) -> Configuration {
    try Configuration(environment: environment) { path in
      files[path].map { .success($0) } ?? .failure(FileError("\(path): No such file or directory"))
    }
  }

  private func problems(_ environment: [String: String], files: [String: String] = [:]) -> [String] {
    do throws(ConfigurationError) {
      _ = try read(environment, files: files)
      return []
    } catch {
      return error.problems
    }
  }

  static let key = "0123456789abcdef0123456789ABCDEF"

  @Test("nothing set gives the defaults, and so does everything set to nothing")
  func defaults() throws {
    let nothing = try read([:])
    #expect(nothing.host.text == "127.0.0.1")
    #expect(nothing.port == 8080)
    #expect(nothing.database == .sqlite(path: "bookstore.db"))
    let empty = try read(Dictionary(uniqueKeysWithValues: Setting.all.map { ($0.name, "") }))
    #expect(empty.summary.map(\.value) == nothing.summary.map(\.value))
  }

  @Test(
    "HTTPS needs a certificate and its key, and clients' authorities need HTTPS",
    arguments: [
      ("CERTIFICATE", "BOOKSTORE_TLS_CERTIFICATE is set and BOOKSTORE_TLS_KEY is not; HTTPS needs both"),
      ("KEY", "BOOKSTORE_TLS_KEY is set and BOOKSTORE_TLS_CERTIFICATE is not; HTTPS needs both"),
      ("CLIENT_CA", "BOOKSTORE_TLS_CLIENT_CA needs BOOKSTORE_TLS_CERTIFICATE and BOOKSTORE_TLS_KEY"),
    ])
  func tls(name: String, problem: String) throws {
    #expect(problems(["BOOKSTORE_TLS_\(name)": "x.pem"]) == [problem])
    let whole = try read(["BOOKSTORE_TLS_CERTIFICATE": "x.pem", "BOOKSTORE_TLS_KEY": "x.key"])
    #expect(whole.tlsFiles == TLSFiles(certificates: "x.pem", key: "x.key"))
    #expect(try read([:]).tlsFiles == nil)
  }

  @Test("the default that the help states is one that can be set", arguments: Setting.all.map(\.name))
  func statedDefaults(name: String) throws {
    let setting = try #require(Setting.all.first { $0.name == name })
    guard !setting.defaultText.isEmpty else { return }
    let configuration = try read([name: setting.defaultText])
    #expect(configuration.summary.map(\.value) == Configuration().summary.map(\.value))
  }

  @Test("names are unique and start as they should")
  func names() {
    #expect(Set(Setting.all.map(\.name)).count == Setting.all.count)
    for name in Setting.all.map(\.name) where name != "DATABASE_URL" && name != "MIGRATIONS_DIR" {
      #expect(name.hasPrefix("BOOKSTORE_"))
    }
  }

  @Test(
    "a right value is taken and shown as it would be written",
    arguments: [
      ("DATABASE_URL", "sqlite::memory:", "sqlite::memory:"),
      ("DATABASE_URL", "sqlite:/data/a b.db", "sqlite:/data/a b.db"),
      ("DATABASE_URL", "postgres://h/d", "postgres://h/d"),
      (
        "DATABASE_URL", "postgresql://u:p@h1:1,h2:2/d?target_session_attrs=any",
        "postgresql://u:***@h1:1,h2:2/d?target_session_attrs=any"
      ),
      ("BOOKSTORE_PORT", "0", "0"), ("BOOKSTORE_PORT", "65535", "65535"),
      ("BOOKSTORE_HOST", "localhost", "127.0.0.1"), ("BOOKSTORE_HOST", "::1", "::1"),
      ("BOOKSTORE_HOST", "127.1.2.3", "127.1.2.3"),
      ("BOOKSTORE_LOOPS", "auto", "auto"), ("BOOKSTORE_LOOPS", "3", "3"),
      ("BOOKSTORE_MAX_BODY", "65536B", "64KiB"), ("BOOKSTORE_MAX_BODY", "1025B", "1025B"),
      ("BOOKSTORE_MAX_BODY", "64MiB", "64MiB"),
      ("BOOKSTORE_GZIP_MINIMUM_SIZE", "off", "off"), ("BOOKSTORE_GZIP_MINIMUM_SIZE", "1B", "1B"),
      ("BOOKSTORE_GZIP_MINIMUM_SIZE", "4096B", "4KiB"),
      ("BOOKSTORE_CORS_ORIGINS", "*", "*"),
      (
        "BOOKSTORE_CORS_ORIGINS", "https://shop.example, http://localhost:3000,http://[::1]:8000",
        "https://shop.example,http://localhost:3000,http://[::1]:8000"
      ),
      ("BOOKSTORE_IDLE_TIMEOUT", "1000ms", "1s"), ("BOOKSTORE_IDLE_TIMEOUT", "1h", "1h"),
      ("BOOKSTORE_IDLE_TIMEOUT", "1500ms", "1500ms"), ("BOOKSTORE_IDLE_TIMEOUT", "2m", "2m"),
      ("BOOKSTORE_SHUTDOWN_DELAY", "0s", "0s"),
      ("BOOKSTORE_LOG_LEVEL", "debug", "debug"), ("BOOKSTORE_LOG_FORMAT", "json", "json"),
    ])
  func accepted(name: String, text: String, shown: String) throws {
    let configuration = try read([name: text])
    #expect(configuration.summary.first { $0.name == name }?.value == shown)
  }

  @Test(
    "a wrong value is named together with what would be right",
    arguments: [
      (
        "DATABASE_URL",
        ["bookstore.db", "sqlite:", "sqlite:///a.db", "sqlite::other:", "mysql://h/d", "postgres:h"]
      ),
      ("BOOKSTORE_PORT", ["-1", "65536", "80a", "+80", " 80", "0x50", "8080.0"]),
      ("BOOKSTORE_HOST", ["example.org", "127.0.0", "1.2.3.4.5", "[::1]", "127.0.0.1:80"]),
      ("BOOKSTORE_LOOPS", ["0", "257", "all", "-1"]),
      ("BOOKSTORE_MAX_CONNECTIONS", ["0", "1000001", "many"]),
      (
        "BOOKSTORE_MAX_BODY",
        ["1", "1KB", "65MiB", "1023B", "KiB", "99999999999999999999MiB", "9223372036854775807MiB"]
      ),
      (
        "BOOKSTORE_IDLE_TIMEOUT",
        ["30", "0s", "2h", "1.5s", "s", "-1s", "99999999999999999999s", "9223372036854775807h"]
      ),
      ("BOOKSTORE_GZIP_MINIMUM_SIZE", ["0B", "0", "on", "none", "2048", "65MiB"]),
      (
        "BOOKSTORE_CORS_ORIGINS",
        [
          "shop.example", "https://shop.example/", "https://Shop.example", "ftp://shop.example", "https://",
          ",",
          "https://shop.example,", "https://a.example,*", "https://shop.example:443", "http://a:80",
          "http://a:0",
          "http://a:65536", "null", "https://*.example", "https://a.example https://b.example",
        ]
      ),
      ("BOOKSTORE_AUTH", ["yes", "NONE", "basic"]),
      ("BOOKSTORE_ALLOW_OPEN", ["1", "yes", "True"]),
      ("BOOKSTORE_LOG_LEVEL", ["trace", "INFO"]),
      ("BOOKSTORE_LOG_FORMAT", ["xml"]),
    ] as [(String, [String])])
  func refused(name: String, texts: [String]) throws {
    let setting = try #require(Setting.all.first { $0.name == name })
    for text in texts {
      #expect(problems([name: text]) == ["\(name) is \"\(text)\"; it must be \(setting.rightForm)"])
    }
  }

  @Test("everything that is wrong is told at once, in the order of the settings")
  func allAtOnce() {
    let found = problems([
      "BOOKSTORE_PORT": "x", "BOOKSTORE_HOTS": "::1", "BOOKSTORE_API_KEY": Self.key,
      "BOOKSTORE_LOG_LEVEL": "loud",
      "BOOKSTORE_ZZZ": "1", "HOME": "/", "PATH": "",
    ])
    #expect(
      found.map { String($0.prefix { $0 != " " }) } == [
        "BOOKSTORE_PORT", "BOOKSTORE_LOG_LEVEL", "BOOKSTORE_HOTS", "BOOKSTORE_ZZZ", "a",
      ])
    #expect(found.contains("BOOKSTORE_HOTS is no setting; did you mean BOOKSTORE_HOST?"))
    #expect(found.contains("BOOKSTORE_ZZZ is no setting"))
  }

  @Test("what Kubernetes adds for a Service of this name is explained")
  func serviceLinks() {
    let found = problems([
      "BOOKSTORE_PORT": "tcp://10.0.0.1:8080", "BOOKSTORE_PORT_8080_TCP": "tcp://10.0.0.1:8080",
      "BOOKSTORE_SERVICE_HOST": "10.0.0.1",
    ])
    #expect(found.count == 3)
    for problem in found { #expect(problem.contains("enableServiceLinks: false"), "\(problem)") }
  }

  @Test(
    "listening beyond loopback needs a key, or the word that it is meant",
    arguments: ["0.0.0.0", "::", "192.168.1.5", "fe80::1", "::ffff:1.2.3.4"])
  func openHosts(host: String) throws {
    let refused = problems(["BOOKSTORE_HOST": host])
    #expect(refused.count == 1)
    #expect(refused.first?.contains("BOOKSTORE_ALLOW_OPEN=true") == true)
    #expect(problems(["BOOKSTORE_HOST": host, "BOOKSTORE_ALLOW_OPEN": "true"]) == [])
    #expect(problems(["BOOKSTORE_HOST": host, "BOOKSTORE_AUTH": "key", "BOOKSTORE_API_KEY": Self.key]) == [])
  }

  @Test("a key comes from one place, has the right form and is asked for")
  func keys() throws {
    let files = [
      "good": Self.key + "\n", "windows": Self.key + "\r\n", "short": "abc\n", "two": "\(Self.key)\n\n",
    ]
    #expect(try read(["BOOKSTORE_AUTH": "key", "BOOKSTORE_API_KEY": Self.key]).apiKey == Self.key)
    for file in ["good", "windows"] {
      let environment = ["BOOKSTORE_AUTH": "key", "BOOKSTORE_API_KEY_FILE": file]
      #expect(try read(environment, files: files).apiKey == Self.key)
    }
    for file in ["short", "two"] {
      let found = problems(["BOOKSTORE_AUTH": "key", "BOOKSTORE_API_KEY_FILE": file], files: files)
      #expect(found.count == 1)
      #expect(found.first?.hasPrefix("BOOKSTORE_API_KEY_FILE: the content of \(file) must be 32") == true)
    }
    #expect(
      problems(["BOOKSTORE_AUTH": "key", "BOOKSTORE_API_KEY_FILE": "gone"])
        == ["BOOKSTORE_API_KEY_FILE: gone: No such file or directory"])
    // Keys may all be in the database.
    #expect(try read(["BOOKSTORE_AUTH": "key"]).apiKey == "")
    #expect(problems(["BOOKSTORE_API_KEY": Self.key]).first?.contains("nobody is asked for it") == true)
    let both = ["BOOKSTORE_AUTH": "key", "BOOKSTORE_API_KEY": Self.key, "BOOKSTORE_API_KEY_FILE": "good"]
    #expect(problems(both, files: files).first?.contains("both set") == true)
  }

  @Test("secrets are neither in the summary nor in messages")
  func secrets() throws {
    let configuration = try read([
      "BOOKSTORE_AUTH": "key", "BOOKSTORE_API_KEY": Self.key,
      "DATABASE_URL": "postgres://u:hunter2@h/d?sslpassword=hunter2",
    ])
    let shown = (configuration.summary + configuration.shortSummary).map { "\($0.name)=\($0.value)" }
    #expect(!shown.joined().contains(Self.key))
    #expect(!shown.joined().contains("hunter2"))
    #expect(shown.contains("BOOKSTORE_API_KEY=(hidden)"))
    let found = problems([
      "BOOKSTORE_AUTH": "key", "BOOKSTORE_API_KEY": "hunter2", "DATABASE_URL": "my://u:hunter2@h",
    ])
    #expect(!found.joined().contains("hunter2"))
    #expect(found.count == 2)
  }
}
