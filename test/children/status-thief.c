// Orphans that end in the same instant as the command, with codes of their own: one SIGCHLD may
// stand for all of them.   status-thief ORPHANS CODE
#include "adversary.h"

int main(int argc, char **argv) {
  int wait_here[2];
  begin(SLEEPER_S);
  if (argc < 3 || pipe(wait_here) != 0) return 93;
  int count = atoi(argv[1]);
  pid_t between = spawn();
  if (between == 0) {
    for (int made = 0; made < count; made++)
      if (spawn() == 0) {
        char byte;
        close(wait_here[1]);
        pass();
        if (read(wait_here[0], &byte, 1) < 0) _exit(94);
        _exit(made % 200 + 8);
      }
    _exit(0);
  }
  waitpid(between, NULL, 0);
  setenv("ADVERSARY_EXIT", argv[2], 1);
  // Our end closes the last writer, for which they all wait.
  ready(count);
}
