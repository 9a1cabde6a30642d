// Chains of processes that fork and exit without a pause: every pid in a list of the tree is stale
// before it is used.   hydra group|session|branch CHAINS
// "group" stays in the command's group; "session" leaves it in every generation; "branch" does so
// and leaves two children each.
#include "adversary.h"

static int branches = 1, leaves_session = 1;

static void chain(void) {
  for (int generation = 0; !is_over(); generation++) {
    if (leaves_session) setsid();
    if (generation == 3) pass();
    pid_t pid = 1;
    for (int made = 0; made < branches && pid != 0 && !is_over();) {
      pid = fork();
      if (pid > 0) made++;
      // At the limit: the one child that we have goes on.
      else if (pid < 0 && made > 0) break;
      else if (pid < 0) sched_yield();
    }
    if (pid != 0) _exit(0);
  }
  _exit(0);
}

int main(int argc, char **argv) {
  begin(RACER_S);
  int chains = argc > 2 ? atoi(argv[2]) : 1;
  if (strcmp(argv[1], "group") == 0) leaves_session = 0;
  if (strcmp(argv[1], "branch") == 0) branches = 2;
  signal(SIGCHLD, SIG_IGN);
  // All begin at once: the first would leave no time to make the others.
  int begin_here[2];
  char byte;
  if (pipe(begin_here) != 0) return 93;
  for (int made = 0; made < chains; made++)
    if (spawn() == 0) {
      close(begin_here[1]);
      if (read(begin_here[0], &byte, 1) == 0) {
        // A process that holds a pipe without a writer would be waited for.
        close(begin_here[0]);
        chain();
      }
      _exit(94);
    }
  close(begin_here[1]);
  ready(chains);
}
