// Starts a program many times at once and waits for all: parallel COUNT STATUS PROGRAM [ARG...]
// Prints the time from before the first start to the end of the last one, in nanoseconds.
#include "tool.h"

enum { MOST = 1000 };

int main(int argc, char **argv) {
  pid_t all[MOST];
  int count = argc > 3 ? atoi(argv[1]) : 0, expected = argc > 3 ? atoi(argv[2]) : 0, status;
  if (count < 1 || count > MOST) errx(2, "usage: parallel COUNT STATUS PROGRAM [ARG...]");
  be_subreaper();
  int64_t from = now();
  for (int at = 0; at < count; at++) all[at] = start(argv + 3, NULL, 0);
  for (int at = 0; at < count; at++) {
    if (waitpid(all[at], &status, 0) != all[at]) err(1, "waitpid");
    if (WIFEXITED(status) && WEXITSTATUS(status) == expected) continue;
    end_all();
    errx(1, "%s: wait status %#x, expected exit %d", argv[3], status, expected);
  }
  int64_t took = now() - from;
  end_all();
  printf("%lld\n", (long long)took);
  return 0;
}
