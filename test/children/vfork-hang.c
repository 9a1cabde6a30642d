// The child of a vfork(2) sleeps and never executes anything: its parent, the command, cannot act
// on any signal but SIGKILL until then. The child is in a session of its own.
#include "adversary.h"

int main(void) {
  begin(SLEEPER_S);
  pid_t pid = vfork();
  if (pid == 0) {
    setsid();
    dprintf(1, "ready %d\n", getppid());
    // Timers are a process's own, memory or not.
    die_in(SLEEPER_S);
    for (;;) pause();
  }
  return 0;
}
