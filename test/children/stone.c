// Ignores every signal, has a stopped child in a session of its own, and a stopped child with a
// live child: a polite signal does nothing, or waits for a SIGCONT that does not come.
// stone [stopped]   (stopped: the main process is stopped as well)
#include "adversary.h"

/** Waits until a child is stopped, which is a fact of the kernel's. */
static void stopped(pid_t pid) {
  int status;
  waitpid(pid, &status, WUNTRACED);
}

int main(int argc, char **argv) {
  (void)argv;
  begin(SLEEPER_S);
  ignore_all();
  pid_t lone = spawn();
  if (lone == 0) {
    setsid();
    raise(SIGSTOP);
    stay();
  }
  pid_t parent = spawn();
  if (parent == 0) {
    if (spawn() == 0) {
      setsid();
      pass();
      stay();
    }
    raise(SIGSTOP);
    stay();
  }
  stopped(lone);
  stopped(parent);
  if (argc > 1) {
    dprintf(1, "ready %d\n", getpid());
    raise(SIGSTOP);
  }
  ready(1);
}
