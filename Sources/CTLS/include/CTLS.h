#pragma once

#include <stdbool.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// TLS by OpenSSL (https://docs.openssl.org/3.0/man7/ssl/) with what a server of HTTP/1.1 needs of it, and no macros.
///
/// Certificates, keys and settings that sessions share; may be used by several threads.
typedef struct ctls_context ctls_context;
/// One connection; belongs to one thread at a time.
typedef struct ctls_session ctls_session;

/// What a call may answer beside a count.
enum {
  /// Nothing now: again when the socket is ready to be read or written.
  CTLS_NOTHING = -1,
  /// The connection is gone or broke the protocol.
  CTLS_FAILED = -2,
  /// The first bytes are a request of HTTP, not a handshake; of `ctls_handshake` only.
  CTLS_PLAIN_HTTP = -3,
};

/// A server's context from files in PEM form: the certificate with those of its issuers behind it, its private key,
/// and, if clients are to be asked for certificates, those of the authorities that may have signed them.
/// Nil with a sentence in `error` when something of it is not right.
ctls_context *_Nullable ctls_server_context(
    const char *certificates, const char *key, const char *_Nullable client_authorities, char *error, int capacity);
/// A client's context that takes whatever certificate the server has: for asking this very machine.
ctls_context *_Nullable ctls_unverified_client_context(void);
/// A client's context that shows a certificate of its own; for tests.
ctls_context *_Nullable ctls_certified_client_context(const char *certificates, const char *key);
void ctls_context_free(ctls_context *context);
/// When the server's certificate ends, in seconds since 1970.
int64_t ctls_certificate_end(ctls_context *context);

/// A session over a socket, which stays the caller's. Nil when there is no memory for it.
ctls_session *_Nullable ctls_session_new(ctls_context *context, int descriptor, bool is_server);
void ctls_session_free(ctls_session *session);
/// The socket has said that there may be something to read, or that the peer has ended its side: after a short read
/// a server's session does not ask it before that. A client's may be over a socket that blocks.
void ctls_session_ready(ctls_session *session, bool peer_has_ended);
/// 1 when the handshake is complete, CTLS_NOTHING, CTLS_FAILED or CTLS_PLAIN_HTTP.
int ctls_handshake(ctls_session *session);
/// So many bytes, 0 at the end of what the peer sends, CTLS_NOTHING or CTLS_FAILED.
int ctls_read(ctls_session *session, void *buffer, int capacity);
/// So many bytes were taken, CTLS_NOTHING (then the same bytes must be offered again, with others behind them at
/// will) or CTLS_FAILED.
int ctls_write(ctls_session *session, const void *bytes, int count);
/// Tells the peer, as far as the socket takes it now, that nothing more will come (close_notify, RFC 8446 §6.1).
void ctls_end_output(ctls_session *session);
/// Whether the peer has shown a certificate of one of the authorities.
bool ctls_has_peer_certificate(ctls_session *session);
/// As in `TLSv1.3`.
const char *ctls_version(ctls_session *session);

#pragma clang assume_nonnull end
