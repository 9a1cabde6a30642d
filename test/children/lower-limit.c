// Takes the open files from a process that runs: lower-limit PID COUNT.
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/resource.h>

int main(int argc, char **argv) {
  if (argc != 3) return 98;
  struct rlimit limit;
  if (prlimit(atoi(argv[1]), RLIMIT_NOFILE, NULL, &limit) != 0) return 1;
  limit.rlim_cur = (rlim_t)atol(argv[2]);
  return prlimit(atoi(argv[1]), RLIMIT_NOFILE, &limit, NULL) != 0;
}
