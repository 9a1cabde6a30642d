// A member that is to be frozen from outside, with a child in a session of its own that spins: a
// frozen process does not die, and hides the child that could.
// Says "parent PID" and "child PID" before it is ready.
#include "adversary.h"

int main(void) {
  begin(RACER_S);
  if (spawn() == 0) {
    setsid();
    dprintf(1, "parent %d\n", getpid());
    if (spawn() == 0) {
      setsid();
      dprintf(1, "child %d\n", getpid());
      pass();
      while (!is_over()) continue;
      _exit(0);
    }
    stay();
  }
  ready(1);
}
