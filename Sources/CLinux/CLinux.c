#define _GNU_SOURCE
#include "CLinux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sockios.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int clinux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int clinux_epoll_control(int epoll, int operation, int descriptor, uint32_t events, uint64_t token) {
  struct epoll_event event = {.events = events, .data = {.u64 = token}};
  return epoll_ctl(epoll, operation, descriptor, &event);
}

int clinux_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

static uint64_t network_of_4(uint32_t address) {
  /* No address of IPv6 begins like that: it would be a multicast address, and those send nothing. */
  return 0xffffffff00000000u | address;
}

int clinux_accept(int listener, char *address, int capacity, uint64_t *network, bool *is_local) {
  struct sockaddr_storage peer;
  socklen_t length = sizeof peer;
  int descriptor = accept4(listener, (struct sockaddr *)&peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (descriptor < 0) return -1;
  address[0] = 0;
  *network = 0;
  *is_local = true;
  struct in6_addr *six = &((struct sockaddr_in6 *)&peer)->sin6_addr;
  struct in_addr four = {0};
  bool is_four = peer.ss_family == AF_INET;
  if (is_four) {
    four = ((struct sockaddr_in *)&peer)->sin_addr;
  } else if (peer.ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(six)) {
    is_four = true;
    memcpy(&four, (char *)six + 12, sizeof four);
  }
  if (is_four) {
    inet_ntop(AF_INET, &four, address, (socklen_t)capacity);
    *network = network_of_4(ntohl(four.s_addr));
    *is_local = ntohl(four.s_addr) >> 24 == 127;
  } else if (peer.ss_family == AF_INET6) {
    inet_ntop(AF_INET6, six, address, (socklen_t)capacity);
    memcpy(network, six, sizeof *network);
    *is_local = IN6_IS_ADDR_LOOPBACK(six);
  }
  int one = 1;
  (void)setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return descriptor;
}

int clinux_unacknowledged(int descriptor) {
  int count = 0;
  return ioctl(descriptor, SIOCOUTQ, &count) == 0 ? count : 0;
}

bool clinux_signal_is_ignored(int number) {
  struct sigaction action;
  return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

void clinux_return_large_memory(void) { (void)mallopt(M_MMAP_THRESHOLD, 256 * 1024); }
void clinux_trim_memory(void) { (void)malloc_trim(0); }

void clinux_raise_descriptor_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  (void)setrlimit(RLIMIT_NOFILE, &limit);
}

/* A bound socket or -errno. */
static int bound_socket(const char *address, uint16_t port, bool share) {
  struct sockaddr_storage local;
  socklen_t length;
  memset(&local, 0, sizeof local);
  struct sockaddr_in *four = (struct sockaddr_in *)&local;
  struct sockaddr_in6 *six = (struct sockaddr_in6 *)&local;
  if (inet_pton(AF_INET, address, &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons(port);
    length = sizeof *four;
  } else if (inet_pton(AF_INET6, address, &six->sin6_addr) == 1) {
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(port);
    length = sizeof *six;
  } else {
    return -EINVAL;
  }
  int descriptor = socket(local.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -errno;
  int one = 1;
  bool ready = setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
               (!share || setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one) == 0) &&
               bind(descriptor, (struct sockaddr *)&local, length) == 0;
  if (!ready) {
    int error = errno;
    close(descriptor);
    return -error;
  }
  return descriptor;
}

int clinux_port_is_free(const char *address, uint16_t port) {
  int descriptor = bound_socket(address, port, false);
  if (descriptor < 0) return descriptor;
  close(descriptor);
  return 0;
}

int clinux_listen(const char *address, uint16_t port, int backlog, bool share, uint16_t *bound_port) {
  int descriptor = bound_socket(address, port, share);
  if (descriptor < 0) return descriptor;
  struct sockaddr_storage local;
  socklen_t length = sizeof local;
  /* Accepted sockets inherit it: what a client has not asked for yet waits here, not in the kernel's memory. */
  int unsent = 128 * 1024;
  (void)setsockopt(descriptor, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
  if (listen(descriptor, backlog) != 0 || getsockname(descriptor, (struct sockaddr *)&local, &length) != 0) {
    int error = errno;
    close(descriptor);
    return -error;
  }
  struct sockaddr_in *four = (struct sockaddr_in *)&local;
  struct sockaddr_in6 *six = (struct sockaddr_in6 *)&local;
  *bound_port = ntohs(local.ss_family == AF_INET6 ? six->sin6_port : four->sin_port);
  return descriptor;
}

static __thread void *thread_value;
void *clinux_thread_value(void) { return thread_value; }
void clinux_set_thread_value(void *value) { thread_value = value; }

static int64_t clock_reading(clockid_t clock, int64_t per_second) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * per_second + now.tv_nsec / (1000000000 / per_second);
}
int64_t clinux_monotonic_nanoseconds(void) { return clock_reading(CLOCK_MONOTONIC, 1000000000); }
int64_t clinux_realtime_microseconds(void) { return clock_reading(CLOCK_REALTIME, 1000000); }

void clinux_name_thread(const char *name) {
  char cut[16] = {0};
  strncpy(cut, name, sizeof cut - 1);
  (void)pthread_setname_np(pthread_self(), cut);
}

int clinux_core_count(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
  return (int)sysconf(_SC_NPROCESSORS_ONLN);
}
