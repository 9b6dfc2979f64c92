import Foundation
import TLS

/// An authority, a server and clients, made anew for each test process by `openssl`.
///
/// Of `authority`, `server`, `other-server` (of another authority, `stranger`), `client` and `other-client` there
/// is the certificate in `NAME.pem` and its key in `NAME.key`; `locked.key` is the server's with a pass phrase.
public struct TestCertificates: Sendable {
  /// Why there are none.
  public struct Failure: Error, CustomStringConvertible {
    /// What `openssl` said.
    public let description: String
  }

  /// The ones of this test process.
  public static var shared: TestCertificates { get throws { try made.get() } }

  private static let made: Result<TestCertificates, any Error> = {
    // The process has no other end at which they could go.
    atexit { if case .success(let made) = TestCertificates.made { made.folder.remove() } }
    return Result { try TestCertificates() }
  }()

  private let folder: TemporaryFolder

  private init() throws {
    folder = try TemporaryFolder()
    for name in ["authority", "stranger"] {
      try openssl(["req", "-x509", "-days", "30", "-out", path("\(name).pem")] + key(name))
    }
    for (name, authority, use) in [
      ("server", "authority", "serverAuth"), ("other-server", "stranger", "serverAuth"),
      ("client", "authority", "clientAuth"), ("other-client", "stranger", "clientAuth"),
    ] {
      try openssl(["req", "-new", "-out", path("request")] + key(name))
      let extensions = "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=\(use)\n"
      try extensions.write(toFile: path("extensions"), atomically: true, encoding: .utf8)
      try openssl([
        "x509", "-req", "-days", "30", "-in", path("request"), "-CA", path("\(authority).pem"),
        "-CAkey", path("\(authority).key"), "-CAcreateserial", "-extfile", path("extensions"),
        "-out", path("\(name).pem"),
      ])
    }
    try openssl([
      "pkey", "-in", path("server.key"), "-aes256", "-passout", "pass:secret", "-out", path("locked.key"),
    ])
  }

  private func key(_ name: String) -> [String] {
    [
      "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=\(name)",
      "-keyout", path("\(name).key"),
    ]
  }

  private func openssl(_ words: [String]) throws {
    let ending = try ChildProcess.run(["openssl"] + words)
    guard ending.code == 0 else { throw Failure(description: "openssl \(words): \(ending.output)") }
  }

  /// The absolute path of a file.
  public func path(_ file: String) -> String { "\(folder.path)/\(file)" }

  /// A server's files; clients are asked for certificates, or not.
  public func files(_ name: String = "server", asksClients: Bool = false) -> TLSFiles {
    TLSFiles(
      certificates: path("\(name).pem"), key: path("\(name).key"),
      clientAuthorities: asksClients ? path("authority.pem") : nil)
  }

  /// A server's context.
  public func server(asksClients: Bool = false) throws -> TLSContext {
    try TLSContext(files(asksClients: asksClients))
  }

  /// A client's context, with a certificate or without.
  public func client(_ name: String? = nil) throws -> TLSContext {
    let context =
      if let name {
        TLSContext.unverifiedClient(certificates: path("\(name).pem"), key: path("\(name).key"))
      } else {
        TLSContext.unverifiedClient()
      }
    guard let context else { throw Failure(description: "no context of a client") }
    return context
  }
}
