// A member that adopts orphans itself and ignores every signal: three daemons below it never come
// to the supervisor while it lives.   nursery [stopped]   (stopped: it is stopped, too)
#include "adversary.h"
#include <sys/prctl.h>

static void nurse(int is_stopped) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  setsid();
  ignore_all();
  for (int made = 0; made < 3; made++) {
    pid_t between = spawn();
    if (between == 0) {
      if (spawn() != 0) _exit(0);
      setsid();
      pass();
      stay();
    }
  }
  if (is_stopped) raise(SIGSTOP);
  stay();
}

int main(int argc, char **argv) {
  (void)argv;
  begin(SLEEPER_S);
  pid_t pid = spawn();
  if (pid == 0) nurse(argc > 1);
  if (argc > 1) waitpid(pid, NULL, WUNTRACED);
  ready(3);
}
