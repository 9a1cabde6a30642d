// Writes the time of its end to descriptor 3, in nanoseconds of CLOCK_MONOTONIC, and ends.
#include <stdint.h>
#include <time.h>
#include <unistd.h>

int main(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  int64_t stamp = now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
  _exit(write(3, &stamp, sizeof stamp) != sizeof stamp);
}
