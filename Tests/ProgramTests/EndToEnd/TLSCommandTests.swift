import Foundation
import Glibc
import TestSupport
import Testing

/// `bookstore serve` with certificates, asked by curl, which looks at everything that a strict client looks at.
@Suite("HTTPS", .endsHangs)
struct TLSCommandTests {
  private let certificates: TestCertificates

  init() throws { certificates = try .shared }

  private var settings: [String: String] {
    [
      "DATABASE_URL": "sqlite::memory:", "BOOKSTORE_TLS_CERTIFICATE": certificates.path("server.pem"),
      "BOOKSTORE_TLS_KEY": certificates.path("server.key"),
    ]
  }

  /// Status, protocol versions and content, or curl's exit code.
  private func curl(_ service: Service, _ path: String, _ options: String...) throws -> (
    code: Int32, text: String
  ) {
    let ending = try ChildProcess.run(
      [
        "curl", "--silent", "--max-time", "600", "--noproxy", "*", "--cacert",
        certificates.path("authority.pem"),
        "--write-out", "\n%{http_code} HTTP/%{http_version}",
      ] + options + ["https://127.0.0.1:\(service.port)\(path)"])
    return (ending.code, ending.output)
  }

  @Test("a client that checks the certificate is served by TLS 1.2 and 1.3, and by nothing older")
  func versions() async throws {
    try await withTemporaryFolder { folder in
      let service = try await Service(settings, in: folder.path)
      for options in [["--tls-max", "1.2"], ["--tlsv1.3"]] {
        let answer = try curl(service, "/livez", options[0], options.count > 1 ? options[1] : "--silent")
        #expect(answer.code == 0 && answer.text.hasSuffix("\n200 HTTP/1.1"), "\(options) \(answer)")
      }
      // 35: no agreement on TLS.
      let old = try curl(
        service, "/livez", "--tlsv1.0", "--tls-max", "1.1", "--ciphers", "DEFAULT:@SECLEVEL=0")
      #expect(old.code == 35, "\(old)")
      // 60: the certificate is not of the authority that is believed.
      #expect(try curl(service, "/livez", "--cacert", certificates.path("stranger.pem")).code == 60)
      let health = try await Child.run(
        ["health"], settings.merging(["BOOKSTORE_PORT": "\(service.port)"]) { $1 }, in: folder.path)
      #expect(health.code == 0 && health.output == "ready\n", "\(health)")
      let ending = await service.stop()
      #expect(ending.code == 0)
      #expect(ending.output.contains("\"message\":\"listening on https://127.0.0.1:\(service.port)\""))
      #expect(ending.output.contains("\"certificate_ends\":\"20"))
    }
  }

  @Test("SIGHUP has the files read again; files that cannot be used change nothing")
  func reload() async throws {
    try await withTemporaryFolder { folder in
      let (pem, key) = ("\(folder.path)/server.pem", "\(folder.path)/server.key")
      func put(_ name: String) throws {
        for (suffix, path) in [("pem", pem), ("key", key)] {
          try Data(contentsOf: URL(filePath: certificates.path("\(name).\(suffix)"))).write(
            to: URL(filePath: path))
        }
      }
      try put("server")
      let changed = settings.merging(["BOOKSTORE_TLS_CERTIFICATE": pem, "BOOKSTORE_TLS_KEY": key]) { $1 }
      let service = try await Service(changed, in: folder.path)
      #expect(try curl(service, "/livez").code == 0)
      try put("other-server")
      service.child.signal(SIGHUP)
      #expect(await service.child.line("read the certificates again") != nil)
      #expect(try curl(service, "/livez").code == 60)
      #expect(try curl(service, "/livez", "--cacert", certificates.path("stranger.pem")).code == 0)
      try Data("nonsense".utf8).write(to: URL(filePath: key))
      service.child.signal(SIGHUP)
      let line = try #require(await service.child.line("stay in use"))
      #expect(
        line.contains("cannot speak TLS: the private key \(key): ") && line.contains("\"level\":\"error\""))
      #expect(try curl(service, "/livez", "--cacert", certificates.path("stranger.pem")).code == 0)
      #expect(await service.stop().code == 0)
    }
  }

  @Test("where clients must show a certificate, nothing but what needs no key is for those without")
  func clientCertificates() async throws {
    try await withTemporaryFolder { folder in
      let asking = settings.merging(["BOOKSTORE_TLS_CLIENT_CA": certificates.path("authority.pem")]) { $1 }
      let service = try await Service(asking, in: folder.path)
      let own = ["--cert", certificates.path("client.pem"), "--key", certificates.path("client.key")]
      let good = try curl(service, "/v1/books", own[0], own[1], own[2], own[3])
      #expect(good.text.hasSuffix("\n200 HTTP/1.1"), "\(good)")
      let none = try curl(service, "/v1/books")
      #expect(none.text.hasSuffix("\n403 HTTP/1.1"), "\(none)")
      #expect(none.text.contains("This service is for clients that show a certificate, and none was shown."))
      #expect(try curl(service, "/readyz").text.hasSuffix("\n200 HTTP/1.1"))
      let stranger = try curl(
        service, "/readyz", "--cert", certificates.path("other-client.pem"), "--key",
        certificates.path("other-client.key"))
      #expect(stranger.code != 0, "\(stranger)")
      #expect(await service.stop().code == 0)
    }
  }

  @Test("without SIGHUP's use for certificates it ends the service, as it does any other program")
  func hangup() async throws {
    try await withTemporaryFolder { folder in
      let service = try await Service(["DATABASE_URL": "sqlite::memory:"], in: folder.path)
      service.child.signal(SIGHUP)
      let ending = await service.child.ending()
      #expect(ending.code == 0)
      #expect(ending.output.contains("\"signal\":\"SIGHUP\""))
    }
  }

  @Test("started with SIGHUP ignored, as nohup does, it goes on")
  func ignoredHangup() async throws {
    try await withTemporaryFolder { folder in
      let child = try Child(
        ["serve"],
        ["DATABASE_URL": "sqlite::memory:", "BOOKSTORE_PORT": "0", "BOOKSTORE_LOG_FORMAT": "json"],
        in: folder.path, before: ["env", "--ignore-signal=HUP"])
      let service = try await Service(child)
      for _ in 0..<3 {
        service.child.signal(SIGHUP)
        #expect(try await service.send("GET", "/livez").status == 200)
      }
      let ending = await service.stop()
      #expect(ending.code == 0)
      #expect(ending.output.contains("\"signal\":\"SIGTERM\""))
    }
  }

  @Test("a certificate without its key, or with another one, does not start")
  func unusable() async throws {
    try await withTemporaryFolder { folder in
      var wrong = settings
      wrong["BOOKSTORE_TLS_KEY"] = certificates.path("client.key")
      let mismatch = try await Child.run(["serve"], wrong, in: folder.path)
      #expect(mismatch.code == 1)
      #expect(mismatch.messages.contains("cannot speak TLS: the private key "), "\(mismatch)")
      wrong["BOOKSTORE_TLS_KEY"] = certificates.path("locked.key")
      let locked = try await Child.run(["serve"], wrong, in: folder.path)
      #expect(locked.code == 1)
      wrong["BOOKSTORE_TLS_KEY"] = nil
      let missing = try await Child.run(["serve"], wrong, in: folder.path)
      #expect(missing.code == 2)
      #expect(
        missing.messages.contains(
          "BOOKSTORE_TLS_CERTIFICATE is set and BOOKSTORE_TLS_KEY is not; HTTPS needs both"), "\(missing)")
    }
  }
}
