#pragma once
// What Swift's Glibc module does not import: epoll, eventfd, accept4, a thread-local pointer.
// Constants are plain ints, because the system headers' enums and casts import as other types.
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

static const uint32_t clinux_epollin = EPOLLIN;
static const uint32_t clinux_epollout = EPOLLOUT;
static const uint32_t clinux_epollrdhup = EPOLLRDHUP;
static const uint32_t clinux_epollhup = EPOLLHUP;
static const uint32_t clinux_epollerr = EPOLLERR;
static const uint32_t clinux_epollet = 1u << 31;

/// epoll_create1(EPOLL_CLOEXEC)
int clinux_epoll_create(void);
/// epoll_ctl with `token` as the event's data; operation is EPOLL_CTL_ADD (1), DEL (2) or MOD (3).
int clinux_epoll_control(int epoll, int operation, int descriptor, uint32_t events, uint64_t token);
/// A non-blocking eventfd, closed on exec.
int clinux_eventfd(void);

/// accept4(…, SOCK_NONBLOCK | SOCK_CLOEXEC); fills the peer's address as text ("" for a unix socket).
/// `*network` tells clients apart: the address of IPv4, also inside IPv6, and the first 64 bits of IPv6, since
/// a client has all the addresses behind them. `*is_local` is true for loopback and unix sockets.
int clinux_accept(int listener, char *address, int capacity, uint64_t *network, bool *is_local);

/// Bytes in the socket's send queue that the peer has not acknowledged; 0 when that is not known.
int clinux_unacknowledged(int descriptor);

/// Has large blocks of memory given back to the system when they are freed: by itself the C library learns to keep
/// them once it has seen some.
void clinux_return_large_memory(void);
/// Gives back what is free of the rest; takes some milliseconds for each 100 MB.
void clinux_trim_memory(void);

/// Whether the signal is thrown away when it comes.
bool clinux_signal_is_ignored(int number);

/// Raises this process's limit of open descriptors as far as it may.
void clinux_raise_descriptor_limit(void);

/// 0 when nobody listens on the port, otherwise -errno. Listeners that share a port do not notice each other,
/// whichever process they belong to; this does.
int clinux_port_is_free(const char *address, uint16_t port);

/// A non-blocking TCP listener on a literal address; with `share`, several may listen on one port.
/// Returns the descriptor or -errno; `*bound_port` tells the port that the kernel gave.
int clinux_listen(const char *address, uint16_t port, int backlog, bool share, uint16_t *bound_port);

/// What this thread last stored; NULL on a thread that stored nothing.
void *clinux_thread_value(void);
void clinux_set_thread_value(void *value);

/// Names the calling thread; cut to 15 bytes.
void clinux_name_thread(const char *name);

/// The processors this process may run on.
int clinux_core_count(void);

/// Monotonic nanoseconds; real-time microseconds since 1970.
int64_t clinux_monotonic_nanoseconds(void);
int64_t clinux_realtime_microseconds(void);
