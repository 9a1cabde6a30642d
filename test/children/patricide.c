// Kills the parent of the command, which is whatever holds the tree.   patricide self|daemon
// "self": the command does it; "daemon": a daemon of it does, so that it may outlive the command.
#include "adversary.h"

int main(int argc, char **argv) {
  begin(SLEEPER_S);
  pid_t holder = getppid();
  if (argc > 1 && strcmp(argv[1], "daemon") == 0) {
    if (spawn() == 0) {
      setsid();
      if (spawn() != 0) _exit(0);
      kill(holder, SIGKILL);
      stay();
    }
    stay();
  }
  if (spawn() == 0) {
    setsid();
    pass();
    stay();
  }
  char byte;
  if (read(gate[0], &byte, 1) != 1) return 94;
  dprintf(1, "ready %d\n", getpid());
  kill(holder, SIGKILL);
  stay();
}
