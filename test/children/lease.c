// Holds a write lease on a program and does not give it up: an exec of that program is blocked
// in the kernel, for the seconds of /proc/sys/fs/lease-break-time.   lease FILE
#include "adversary.h"

int main(int argc, char **argv) {
  begin(RACER_S);
  if (argc < 2) return 93;
  // The break is told by this signal, which is ignored.
  signal(SIGIO, SIG_IGN);
  int file = open(argv[1], O_RDONLY | O_CLOEXEC);
  if (file < 0 || fcntl(file, F_SETLEASE, F_WRLCK) != 0) impossible("a write lease");
  dprintf(1, "ready %d\n", getpid());
  stay();
}
