// Writes its pid to descriptor 3, then does nothing until a signal ends it.
#include <stdint.h>
#include <unistd.h>

int main(void) {
  int32_t pid = getpid();
  if (write(3, &pid, sizeof pid) != sizeof pid) return 1;
  // If the measurement is interrupted, this process still ends soon.
  alarm(60);
  for (;;) pause();
}
