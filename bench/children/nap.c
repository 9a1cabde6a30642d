// Sleeps for half a second.
#include <time.h>

int main(void) {
  struct timespec time = {0, 500000000};
  return nanosleep(&time, NULL);
}
