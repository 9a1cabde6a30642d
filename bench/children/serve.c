// Answers each connection to descriptor 3 with its generation, an int32_t: serve [READY]
// Writes a newline to the descriptor READY when it can. A TERM ends it between two connections.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SOCKET = 3 };

static void answer_all(int32_t generation) {
  int connection;
  while ((connection = accept4(SOCKET, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
    if (write(connection, &generation, sizeof generation) < 0) exit(1);
    close(connection);
  }
  if (errno != EAGAIN && errno != ECONNABORTED) exit(1);
}

int main(int argc, char **argv) {
  const char *number = getenv("CURFEW_GENERATION");
  sigset_t term, none;
  struct pollfd readable = {SOCKET, POLLIN, 0};
  sigemptyset(&none);
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  sigprocmask(SIG_BLOCK, &term, NULL);
  // If the measurement is interrupted, this process still ends soon.
  alarm(60);
  // Another generation may be faster: then there is nothing to accept.
  if (number == NULL || fcntl(SOCKET, F_SETFL, O_NONBLOCK) != 0) return 1;
  int32_t generation = atoi(number);
  if (argc > 1 && write(atoi(argv[1]), "\n", 1) != 1) return 1;
  for (;;) {
    if (ppoll(&readable, 1, NULL, &none) < 0 && errno != EINTR) return 1;
    answer_all(generation);
  }
}
