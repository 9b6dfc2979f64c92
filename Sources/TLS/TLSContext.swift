internal import CTLS
internal import Glibc

/// Files in PEM form from which a server's ``TLSContext`` is made.
public struct TLSFiles: Hashable, Sendable {
  /// The server's certificate, and behind it those of its issuers.
  public var certificates: String
  /// The certificate's private key, without a pass phrase.
  public var key: String
  /// Certificates of the authorities that clients' certificates are to be from; nil when none are asked for.
  public var clientAuthorities: String?

  /// The files' paths.
  public init(certificates: String, key: String, clientAuthorities: String? = nil) {
    self.certificates = certificates
    self.key = key
    self.clientAuthorities = clientAuthorities
  }
}

/// Why certificates cannot be used, as a sentence that names the file.
public struct TLSError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The sentence.
  public let description: String
}

/// Certificates, keys and settings that connections share: TLS 1.2 and 1.3, without renegotiation and early data,
/// with suites of forward secrecy and authenticated encryption only (RFC 9325). By OpenSSL, which takes a context
/// from several threads.
@safe
public final class TLSContext: @unchecked Sendable {
  private let context: OpaquePointer
  private let isServer: Bool

  private init(_ context: OpaquePointer, isServer: Bool) {
    unsafe self.context = unsafe context
    self.isServer = isServer
  }

  deinit { unsafe ctls_context_free(context) }

  /// A server's context. Reads the files now; throws ``TLSError``.
  public convenience init(_ files: TLSFiles) throws(TLSError) {
    var message = [CChar](repeating: 0, count: 512)
    let context = unsafe ctls_server_context(
      files.certificates, files.key, files.clientAuthorities, &message, Int32(message.count))
    guard let context = unsafe context else {
      throw TLSError(
        description: String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
    unsafe self.init(context, isServer: true)
  }

  /// A client's context that takes any certificate: for asking this very machine, and for tests. Nil without memory.
  public static func unverifiedClient() -> TLSContext? {
    guard let context = unsafe ctls_unverified_client_context() else { return nil }
    return unsafe TLSContext(context, isServer: false)
  }

  /// The same with a certificate to show, from files in PEM form. Nil when they cannot be used.
  public static func unverifiedClient(certificates: String, key: String) -> TLSContext? {
    guard let context = unsafe ctls_certified_client_context(certificates, key) else { return nil }
    return unsafe TLSContext(context, isServer: false)
  }

  /// When the server's certificate ends, in seconds since 1970.
  public var certificateEnd: Int64 { unsafe ctls_certificate_end(context) }

  /// A session over a connected socket, which stays the caller's; nil without memory.
  public func session(over descriptor: Int32) -> TLSSession? {
    guard let session = unsafe ctls_session_new(context, descriptor, isServer) else { return nil }
    return unsafe TLSSession(session, of: self)
  }
}
