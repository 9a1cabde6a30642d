// A tree that says how late its first signal comes: late PROCESSES LIMIT [FIFO]. The first process
// has the others as its children, which end with it. It prints the nanoseconds from its start to
// SIGTERM, without LIMIT seconds. With FIFO, one child waits in open(2) for it.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000ll + time.tv_nsec;
}

int main(int argc, char **argv) {
  long long start = now();
  if (argc < 3) return 98;
  sigset_t term;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  sigprocmask(SIG_BLOCK, &term, NULL);
  for (int made = 1; made < atoi(argv[1]); made++) {
    if (fork()) continue;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (argc > 3 && made == 1) open(argv[3], O_RDONLY);
    for (;;) pause();
  }
  int signal;
  sigwait(&term, &signal);
  printf("%lld\n", now() - start - (long long)(atof(argv[2]) * 1e9));
  return 0;
}
