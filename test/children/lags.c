// Ends with 0, and leaves a child that ends by itself so many microseconds later: lags MICROSECONDS
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static long long microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

int main(int argc, char **argv) {
  int ends[2];
  if (argc != 2 || pipe(ends) != 0) return 96;
  if (fork() != 0) return 0;
  close(ends[1]);
  char byte;
  // Nobody writes: it ends when the parent has let go of its end.
  if (read(ends[0], &byte, 1) != 0) return 96;
  long long end = microseconds() + atoll(argv[1]);
  while (microseconds() < end) {
  }
  return 0;
}
