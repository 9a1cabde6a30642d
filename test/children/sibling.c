// Children that are not the command's: CLONE_PARENT makes them siblings of the command, an exit
// signal of 0 hides them from a plain wait(2), and two are both.
#include "adversary.h"

static int made;

static void clone_with(unsigned long flags) {
  pid_t pid = syscall(SYS_clone, flags, 0, 0, 0, 0);
  if (pid == 0) {
    die_in(SLEEPER_S);
    setsid();
    pass();
    stay();
  }
  if (pid > 0) made++;
}

int main(void) {
  begin(SLEEPER_S);
  // Refused to the init of a namespace, which has no siblings.
  for (int count = 0; count < 3; count++) clone_with(CLONE_PARENT | SIGCHLD);
  clone_with(0);
  clone_with(CLONE_PARENT);
  ready(made);
}
