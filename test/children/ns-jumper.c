// A member that enters a PID namespace from outside the tree and forks twice in it: the orphan
// falls to that namespace's init and no parent link leads back to the supervisor.
// ns-jumper hold       makes the foreign namespace; says "init PID"; ends with its parent.
// ns-jumper join PID   the adversary; where the kernel refuses, says "refused" and stays as it is.
#include "adversary.h"
#include <sys/prctl.h>

static void hold(void) {
  if (unshare(CLONE_NEWUSER | CLONE_NEWPID) != 0) impossible("a foreign PID namespace");
  pid_t init = spawn();
  if (init == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGCHLD, SIG_IGN);
    stay();
  }
  dprintf(1, "init %d\n", init);
  waitpid(init, NULL, 0);
}

static int enter(const char *pid, const char *kind, int type) {
  char path[100];
  snprintf(path, sizeof path, "/proc/%s/ns/%s", pid, kind);
  int space = open(path, O_RDONLY | O_CLOEXEC);
  return space < 0 || setns(space, type) != 0;
}

int main(int argc, char **argv) {
  begin(SLEEPER_S);
  if (argc < 3) {
    hold();
    return 0;
  }
  pid_t jumper = spawn();
  if (jumper == 0) {
    if (enter(argv[2], "user", CLONE_NEWUSER) || enter(argv[2], "pid", CLONE_NEWPID)) {
      dprintf(1, "refused\n");
      pass();
      stay();
    }
    if (spawn() == 0) {
      if (spawn() != 0) _exit(0);
      setsid();
      // The orphan of that namespace: its parent is its init.
      while (getppid() != 1) sched_yield();
      pass();
      stay();
    }
    wait(NULL);
    _exit(0);
  }
  ready(1);
}
