// Makes pids go round: forks and reaps without a pause, COUNT times.   churn COUNT
// Says "ready", then "churned COUNT".
#include "adversary.h"

int main(int argc, char **argv) {
  begin(RACER_S * 3);
  long count = argc > 1 ? atol(argv[1]) : 0, made = 0;
  dprintf(1, "ready %d\n", getpid());
  for (; made < count && !is_over(); made++) {
    pid_t pid = fork();
    if (pid == 0) _exit(0);
    waitpid(pid, NULL, 0);
  }
  dprintf(1, "churned %ld\n", made);
  return 0;
}
