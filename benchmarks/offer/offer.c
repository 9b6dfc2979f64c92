// Offers requests at a fixed rate, whether or not the service keeps up (an open loop: wrk and ab wait for answers, and
// so never show what too much does).
//
//   offer PORT RATE SECONDS CONNECTIONS OUTSTANDING < REQUESTS
//
// REQUESTS are whole requests, each followed by a line with a single dot; they are taken in turn, and so are the
// connections. At most OUTSTANDING requests wait for their answers. RATE 0 sends whenever fewer do (a closed loop), for
// finding out what the service can do. Prints one JSON object.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_REQUESTS = 100000, BUFFER = 1 << 16 };

struct request { char *text; size_t length; };
struct connection {
  int socket;
  bool is_open, is_busy;
  double due;          // when the request was to be sent
  long left;           // bytes of the content that are still to come; -1 while the head is read
  size_t filled;
  char head[4096];
  int status;
};

static struct request requests[MAX_REQUESTS];
static int request_count, next_request;
static struct connection *connections;
// Free connections: a ring.
static int *idle, idle_first, idle_count, connection_count, outstanding, epoll;
static struct sockaddr_in address;
static double *times, finish, longest;
static long answered, timed, shed, failed, unsent, time_capacity;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void read_requests(void) {
  char *text = NULL, *start;
  size_t size = 0;
  FILE *copy = open_memstream(&text, &size);
  int byte;
  while ((byte = getchar()) != EOF) fputc(byte, copy);
  fclose(copy);
  start = text;
  for (char *end; (end = strstr(start, "\n.\n")) && request_count < MAX_REQUESTS; start = end + 3) {
    requests[request_count].text = start;
    requests[request_count++].length = (size_t)(end - start);
  }
  if (request_count == 0) { fprintf(stderr, "offer: no requests\n"); exit(2); }
}

static void close_connection(struct connection *connection) {
  if (connection->is_open) close(connection->socket);
  connection->is_open = false;
}

static bool open_connection(struct connection *connection) {
  connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connection->socket < 0) return false;
  if (connect(connection->socket, (struct sockaddr *)&address, sizeof address) != 0) {
    close(connection->socket);
    return false;
  }
  fcntl(connection->socket, F_SETFL, O_NONBLOCK);
  int one = 1;
  setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
  epoll_ctl(epoll, EPOLL_CTL_ADD, connection->socket, &event);
  connection->is_open = true;
  return true;
}

static void free_connection(int index) { idle[(idle_first + idle_count++) % connection_count] = index; }

static void end_request(struct connection *connection, bool is_failure) {
  connection->is_busy = false;
  free_connection((int)(connection - connections));
  if (is_failure) {
    failed++;
    close_connection(connection);
  } else if (connection->status == 503) {
    if (now() < finish) shed++;
  } else if (connection->status < 300) {
    // What comes when nothing is offered any more says how long the longest took, and nothing of what too much does.
    double time = now();
    if (time - connection->due > longest) longest = time - connection->due;
    if (time < finish) {
      answered++;
      if (timed < time_capacity) times[timed++] = time - connection->due;
    }
  } else {
    failed++;
  }
}

static bool send_request(double due) {
  if (idle_count == 0 || connection_count - idle_count >= outstanding) return false;
  struct connection *connection = &connections[idle[idle_first]];
  idle_first = (idle_first + 1) % connection_count;
  idle_count--;
  connection->is_busy = true;
  connection->due = due;
  connection->left = -1;
  connection->filled = 0;
  struct request *request = &requests[next_request];
  next_request = (next_request + 1) % request_count;
  if ((!connection->is_open && !open_connection(connection)) ||
      send(connection->socket, request->text, request->length, MSG_NOSIGNAL) != (ssize_t)request->length) {
    end_request(connection, true);
  }
  return true;
}

static void receive(struct connection *connection) {
  static char buffer[BUFFER];
  while (connection->is_open) {
    ssize_t count = recv(connection->socket, buffer, sizeof buffer, 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) {
      if (connection->is_busy) end_request(connection, true); else close_connection(connection);
      return;
    }
    if (!connection->is_busy) continue;
    char *piece = buffer;
    while (connection->left < 0 && count > 0 && connection->filled < sizeof connection->head - 1) {
      char *head = connection->head;
      head[connection->filled++] = *piece++;
      count--;
      head[connection->filled] = 0;
      if (connection->filled < 4 || memcmp(head + connection->filled - 4, "\r\n\r\n", 4) != 0) continue;
      connection->status = atoi(head + 9);
      char *length = strcasestr(head, "\r\ncontent-length:");
      connection->left = length ? atol(length + 17) : 0;
    }
    if (connection->left < 0) continue;
    connection->left -= count;
    if (connection->left <= 0) { end_request(connection, false); return; }
  }
}

static int compare(const void *left, const void *right) {
  double difference = *(const double *)left - *(const double *)right;
  return difference < 0 ? -1 : difference > 0;
}

int main(int count, char **arguments) {
  if (count != 6) {
    fprintf(stderr, "usage: offer PORT RATE SECONDS CONNECTIONS OUTSTANDING < REQUESTS\n");
    return 2;
  }
  double rate = atof(arguments[2]), seconds = atof(arguments[3]);
  connection_count = atoi(arguments[4]);
  outstanding = atoi(arguments[5]);
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[1])),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  read_requests();
  epoll = epoll_create1(EPOLL_CLOEXEC);
  connections = calloc((size_t)connection_count, sizeof *connections);
  idle = calloc((size_t)connection_count, sizeof *idle);
  time_capacity = 4000000;
  times = malloc((size_t)time_capacity * sizeof *times);
  for (int index = 0; index < connection_count; index++) free_connection(index);
  // Before the time begins: what is to be measured is the requests, not how fast connections are made.
  for (int index = 0; index < connection_count; index++) open_connection(&connections[index]);
  usleep(500000);
  double start = now(), due = start;
  finish = start + seconds;
  static struct epoll_event events[512];
  while (true) {
    double time = now();
    if (time < finish) {
      if (rate == 0) {
        while (send_request(time)) {}
      } else {
        for (; due <= time; due += 1 / rate) if (!send_request(due)) unsent++;
      }
    } else if (idle_count == connection_count || time > finish + 10) {
      break;
    }
    int ready = epoll_wait(epoll, events, 512, rate == 0 || time >= finish ? 10 : 1);
    for (int index = 0; index < ready; index++) receive(events[index].data.ptr);
  }
  qsort(times, (size_t)timed, sizeof *times, compare);
  double p50 = timed ? times[timed / 2] : 0, p99 = timed ? times[(long)((double)timed * 0.99)] : 0;
  printf("{\"seconds\": %.3f, \"answered\": %ld, \"shed\": %ld, \"failed\": %ld, \"unsent\": %ld, \"waiting\": %d, "
         "\"p50\": %.6f, \"p99\": %.6f, \"longest\": %.6f}\n",
         seconds, answered, shed, failed, unsent, connection_count - idle_count, p50, p99, longest);
  return 0;
}
