// Writes its pid to descriptor 3, then does nothing until a signal ends it.
#include <stdint.h>
#include <unistd.h>

int main(void) {
  int32_t pid = getpid();
  if (write(3, &pid, sizeof pid) != sizeof pid) return 1;
  // Whoever was interrupted while measuring leaves nothing behind for long.
  alarm(60);
  for (;;) pause();
}
