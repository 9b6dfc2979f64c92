#define _GNU_SOURCE
#include "CTLS.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

struct ctls_session {
  SSL *ssl;
  int descriptor;
  /// The socket has nothing more now.
  bool is_drained;
  /// No event will say that there is something to read: the peer has ended its side, or the socket blocks.
  bool always_asks;
  /// The end has been read.
  bool has_ended;
  /// After a failure nothing may be said any more (SSL_get_error(3)).
  bool has_failed;
};

static SSL_CTX *ssl_context(ctls_context *context) { return (SSL_CTX *)context; }

/* The socket. OpenSSL's own way to it writes without MSG_NOSIGNAL and asks again after a read that has emptied it. */

static int socket_read(BIO *bio, char *buffer, int capacity) {
  ctls_session *session = BIO_get_data(bio);
  BIO_clear_retry_flags(bio);
  if (session->is_drained) {
    BIO_set_retry_read(bio);
    return -1;
  }
  ssize_t count;
  do count = recv(session->descriptor, buffer, (size_t)capacity, 0);
  while (count < 0 && errno == EINTR);
  /* A short read from a stream socket has emptied it (epoll(7)); the end of input is another edge. */
  if (count > 0 && count < capacity && !session->always_asks) session->is_drained = true;
  if (count == 0) session->has_ended = true;
  if (count < 0 && errno == EAGAIN) {
    session->is_drained = !session->always_asks;
    BIO_set_retry_read(bio);
  }
  return (int)count;
}

static int socket_write(BIO *bio, const char *bytes, int count) {
  ctls_session *session = BIO_get_data(bio);
  BIO_clear_retry_flags(bio);
  ssize_t sent;
  do sent = send(session->descriptor, bytes, (size_t)count, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  if (sent < 0 && errno == EAGAIN) BIO_set_retry_write(bio);
  return (int)sent;
}

static long socket_control(BIO *bio, int command, long number, void *pointer) {
  (void)number;
  (void)pointer;
  switch (command) {
    case BIO_CTRL_FLUSH: return 1;
    case BIO_CTRL_EOF: return ((ctls_session *)BIO_get_data(bio))->has_ended;
    default: return 0;
  }
}

static pthread_once_t socket_method_once = PTHREAD_ONCE_INIT;
static BIO_METHOD *socket_method;

static void make_socket_method(void) {
  socket_method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
  if (socket_method == NULL) return;
  BIO_meth_set_read(socket_method, socket_read);
  BIO_meth_set_write(socket_method, socket_write);
  BIO_meth_set_ctrl(socket_method, socket_control);
}

/* Contexts. */

/// A key with a pass phrase is refused instead of asked for on a terminal that is not there; tells the bool `data`.
static int no_pass_phrase(char *buffer, int capacity, int is_writing, void *data) {
  (void)buffer, (void)capacity, (void)is_writing;
  if (data != NULL) *(bool *)data = true;
  return -1;
}

/// HTTP/1.1 is all that is spoken here; a client that wants only something else is told (RFC 7301 §3.2).
static int choose_protocol(
    SSL *ssl, const unsigned char **chosen, unsigned char *length, const unsigned char *offered,
    unsigned int offered_length, void *data) {
  (void)ssl, (void)data;
  static const unsigned char spoken[] = "\x08http/1.1";
  unsigned char *found;
  int result =
      SSL_select_next_proto(&found, length, spoken, sizeof spoken - 1, offered, offered_length);
  *chosen = found;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static SSL_CTX *new_context(const SSL_METHOD *method) {
  SSL_CTX *context = SSL_CTX_new(method);
  if (context == NULL) return NULL;
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_mode(
      context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  /* One read for a record's head and its content, and whatever else has come. */
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_default_passwd_cb(context, no_pass_phrase);
  return context;
}

/// Says what is wrong with a file, as far as OpenSSL knows.
static void explain(char *error, int capacity, const char *what, const char *file) {
  unsigned long first = ERR_get_error();
  const char *reason = first != 0 ? ERR_reason_error_string(first) : NULL;
#ifdef ERR_SYSTEM_ERROR
  if (first != 0 && ERR_SYSTEM_ERROR(first)) reason = strerror(ERR_GET_REASON(first));
#endif
  snprintf(error, (size_t)capacity, "%s %s: %s", what, file, reason != NULL ? reason : "it cannot be used");
  ERR_clear_error();
}

/// Whether it may be opened: a pipe would keep whoever opens it until somebody writes. What is not there is told later.
static bool is_file(const char *what, const char *path, char *error, int capacity) {
  struct stat status;
  if (stat(path, &status) != 0 || S_ISREG(status.st_mode)) return true;
  snprintf(error, (size_t)capacity, "%s %s: it is not a file", what, path);
  return false;
}

static bool load_server_files(
    SSL_CTX *context, const char *certificates, const char *key, const char *client_authorities, char *error,
    int capacity) {
  if (!is_file("the certificate", certificates, error, capacity) || !is_file("the private key", key, error, capacity)) {
    return false;
  }
  const char *authorities = "the certificates of the clients' authorities";
  if (client_authorities != NULL && !is_file(authorities, client_authorities, error, capacity)) return false;
  bool has_pass_phrase = false;
  SSL_CTX_set_default_passwd_cb_userdata(context, &has_pass_phrase);
  if (SSL_CTX_use_certificate_chain_file(context, certificates) != 1) {
    explain(error, capacity, "the certificate", certificates);
    return false;
  }
  bool has_key = SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 &&
      SSL_CTX_check_private_key(context) == 1;
  SSL_CTX_set_default_passwd_cb_userdata(context, NULL);
  if (!has_key) {
    explain(error, capacity, "the private key", key);
    if (has_pass_phrase) {
      snprintf(error, (size_t)capacity, "the private key %s: it has a pass phrase; give it without one", key);
    }
    return false;
  }
  if (client_authorities == NULL) return true;
  STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(client_authorities);
  if (names == NULL || SSL_CTX_load_verify_locations(context, client_authorities, NULL) != 1) {
    explain(error, capacity, authorities, client_authorities);
    sk_X509_NAME_pop_free(names, X509_NAME_free);
    return false;
  }
  SSL_CTX_set_client_CA_list(context, names);
  /* Asked for, and refused when it is not good; whether one is needed is decided for each request. */
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
  return true;
}

ctls_context *ctls_server_context(
    const char *certificates, const char *key, const char *client_authorities, char *error, int capacity) {
  ERR_clear_error();
  SSL_CTX *context = new_context(TLS_server_method());
  if (context == NULL) {
    snprintf(error, (size_t)capacity, "OpenSSL cannot be used");
    return NULL;
  }
  static const unsigned char name[] = "bookstore";
  SSL_CTX_set_options(
      context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                   SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  /* Of 1.2 the suites with forward secrecy and authenticated encryption (RFC 9325 §4.2). */
  SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
  /* Resumption is by tickets, which cost no memory here. */
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_session_id_context(context, name, sizeof name - 1);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, NULL);
  if (!load_server_files(context, certificates, key, client_authorities, error, capacity)) {
    SSL_CTX_free(context);
    return NULL;
  }
  return (ctls_context *)context;
}

ctls_context *ctls_unverified_client_context(void) {
  SSL_CTX *context = new_context(TLS_client_method());
  if (context != NULL) SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
  return (ctls_context *)context;
}

ctls_context *ctls_certified_client_context(const char *certificates, const char *key) {
  SSL_CTX *context = ssl_context(ctls_unverified_client_context());
  if (context == NULL) return NULL;
  if (SSL_CTX_use_certificate_chain_file(context, certificates) == 1 &&
      SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1)
    return (ctls_context *)context;
  SSL_CTX_free(context);
  return NULL;
}

void ctls_context_free(ctls_context *context) { SSL_CTX_free(ssl_context(context)); }

int64_t ctls_certificate_end(ctls_context *context) {
  struct tm time;
  X509 *certificate = SSL_CTX_get0_certificate(ssl_context(context));
  if (certificate == NULL || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &time) != 1) return 0;
  return (int64_t)timegm(&time);
}

/* Sessions. */

ctls_session *ctls_session_new(ctls_context *context, int descriptor, bool is_server) {
  pthread_once(&socket_method_once, make_socket_method);
  ctls_session *session = calloc(1, sizeof *session);
  if (session == NULL) return NULL;
  session->descriptor = descriptor;
  session->always_asks = !is_server;
  session->ssl = SSL_new(ssl_context(context));
  BIO *bio = socket_method != NULL ? BIO_new(socket_method) : NULL;
  if (session->ssl == NULL || bio == NULL) {
    BIO_free(bio);
    SSL_free(session->ssl);
    free(session);
    return NULL;
  }
  BIO_set_data(bio, session);
  BIO_set_init(bio, 1);
  SSL_set_bio(session->ssl, bio, bio);
  if (is_server) SSL_set_accept_state(session->ssl);
  else SSL_set_connect_state(session->ssl);
  return session;
}

void ctls_session_free(ctls_session *session) {
  SSL_free(session->ssl);
  free(session);
}

void ctls_session_ready(ctls_session *session, bool peer_has_ended) {
  session->is_drained = false;
  session->always_asks |= peer_has_ended;
}

/// What a call that did not succeed came to.
static int outcome(ctls_session *session, int result) {
  switch (SSL_get_error(session->ssl, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return CTLS_NOTHING;
    case SSL_ERROR_ZERO_RETURN: return 0;
    default: session->has_failed = true; return CTLS_FAILED;
  }
}

int ctls_handshake(ctls_session *session) {
  if (session->has_failed) return CTLS_FAILED;
  ERR_clear_error();
  int result = SSL_do_handshake(session->ssl);
  if (result == 1) return 1;
  int reason = ERR_GET_REASON(ERR_peek_error());
  int answer = outcome(session, result);
  if (answer == CTLS_FAILED && reason == SSL_R_HTTP_REQUEST) return CTLS_PLAIN_HTTP;
  return answer == CTLS_NOTHING ? CTLS_NOTHING : CTLS_FAILED;
}

int ctls_read(ctls_session *session, void *buffer, int capacity) {
  if (session->has_failed) return CTLS_FAILED;
  ERR_clear_error();
  int count = SSL_read(session->ssl, buffer, capacity);
  return count > 0 ? count : outcome(session, count);
}

int ctls_write(ctls_session *session, const void *bytes, int count) {
  if (session->has_failed) return CTLS_FAILED;
  ERR_clear_error();
  int sent = SSL_write(session->ssl, bytes, count);
  if (sent > 0) return sent;
  int answer = outcome(session, sent);
  return answer == CTLS_NOTHING ? CTLS_NOTHING : CTLS_FAILED;
}

void ctls_end_output(ctls_session *session) {
  if (session->has_failed || !SSL_is_init_finished(session->ssl)) return;
  ERR_clear_error();
  (void)SSL_shutdown(session->ssl);
}

bool ctls_has_peer_certificate(ctls_session *session) {
  return SSL_get0_peer_certificate(session->ssl) != NULL && SSL_get_verify_result(session->ssl) == X509_V_OK;
}

const char *ctls_version(ctls_session *session) { return SSL_get_version(session->ssl); }
