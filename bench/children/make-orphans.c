// Makes orphans as fast as it can: make-orphans COUNT EACH EACH of them are made by one parent,
// which ends at once: 1 is a fork in a fork, and COUNT makes all of them orphans in one moment.
// Writes to descriptor 3, in nanoseconds: how long it took to make all of them, and until the last
// one had been reaped by its new parent; then how many of them were not reaped within 5 s. A number
// without a process is one that was reaped: kill(2) still finds a process that has ended and was
// not reaped.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 100000, PAUSE_NS = 100000 };

static const int64_t PATIENCE = INT64_C(5000000000);

static pid_t orphans[MOST];

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static int is_reaped(pid_t pid) { return kill(pid, 0) != 0 && errno == ESRCH; }

/** Their parent shares our memory, and leaves the numbers there; 0: there was no room. */
static int make(volatile pid_t *all, int count) {
  pid_t parent = vfork();
  if (parent < 0) return 0;
  if (parent == 0) {
    for (int at = 0; at < count; at++) {
      pid_t pid = fork();
      if (pid == 0) _exit(0);
      all[at] = pid;
    }
    _exit(0);
  }
  return waitpid(parent, NULL, 0) == parent && all[count - 1] > 0;
}

int main(int argc, char **argv) {
  int count = argc > 2 ? atoi(argv[1]) : 0, each = argc > 2 ? atoi(argv[2]) : 0;
  int reaped = 0, left = 0;
  if (count < 1 || count > MOST || each < 1 || count % each != 0) return 2;
  // If the measurement is interrupted, this process still ends soon.
  alarm(60);
  int64_t from = now();
  for (int at = 0; at < count; at += each)
    if (!make(orphans + at, each)) return 1;
  int64_t made = now();
  while (reaped < count && now() - made < PATIENCE) {
    if (is_reaped(orphans[reaped])) {
      reaped++;
      continue;
    }
    const struct timespec pause = {0, PAUSE_NS};
    nanosleep(&pause, NULL);
  }
  int64_t gone = now();
  for (int at = reaped; at < count; at++) left += !is_reaped(orphans[at]);
  const int64_t figures[] = {made - from, gone - from, left};
  return write(3, figures, sizeof figures) != sizeof figures;
}
