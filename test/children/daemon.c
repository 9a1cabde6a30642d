// Forks twice, leaves the session and the directory: a kill of the group or a walk over the
// children of the command never meets it.
#include "adversary.h"

int main(void) {
  begin(SLEEPER_S);
  pid_t between = spawn();
  if (between == 0) {
    setsid();
    if (spawn() != 0) _exit(0);
    if (chdir("/") != 0) _exit(1);
    pass();
    stay();
  }
  waitpid(between, NULL, 0);
  ready(1);
}
