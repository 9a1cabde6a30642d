// A fork bomb at its limit: every slot that a killed and reaped member leaves is taken at once.
// bomb group|session|cont
// "group": all in one group; "session": each in its own; "cont": likewise, and SIGCONT for every
// process of this user whenever a fork fails. Says "ready" when a fork has failed.
#include "adversary.h"

int main(int argc, char **argv) {
  begin(RACER_S);
  // Root has no limit of processes of its own: confine.c says that there is another.
  if (argc < 2 || getenv("CONFINED") == NULL) return 93;
  int leaves_session = strcmp(argv[1], "group") != 0, continues = strcmp(argv[1], "cont") == 0;
  signal(SIGCHLD, SIG_IGN);
  if (spawn() != 0) ready(1);
  int said = 0;
  while (!is_over()) {
    pid_t pid = fork();
    if (pid == 0) {
      die_in(ends_at - now() + 1);
      if (leaves_session) setsid();
    }
    if (pid >= 0) continue;
    if (!said) pass();
    said = 1;
    if (continues) kill(-1, SIGCONT);
    sched_yield();
  }
  return 0;
}
