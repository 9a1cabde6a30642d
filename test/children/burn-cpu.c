// Burns processor time where accounting may lose it: burn-cpu MS own|waited|orphaned|auto-reaped
// "own": the command itself; "waited": a child it waits for; "orphaned": a child of a child that is
// gone; "auto-reaped": a child whose end is not reported. The command ends after it, with 0.
#include "adversary.h"

static void burn(long ms) {
  struct timespec used;
  do clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  while (used.tv_sec * 1000 + used.tv_nsec / 1000000 < ms && !is_over());
}

int main(int argc, char **argv) {
  char byte;
  begin(RACER_S);
  if (argc < 3) return 93;
  long ms = atol(argv[1]);
  const char *how = argv[2];
  if (strcmp(how, "auto-reaped") == 0) signal(SIGCHLD, SIG_IGN);
  pid_t pid = strcmp(how, "own") == 0 ? 0 : spawn();
  if (pid == 0) {
    if (strcmp(how, "orphaned") == 0 && spawn() != 0) _exit(0);
    burn(ms);
    return 0;
  }
  if (strcmp(how, "waited") == 0) waitpid(pid, NULL, 0);
  // The last one that holds the gate closes it by its end.
  close(gate[1]);
  if (read(gate[0], &byte, 1) != 0) return 94;
  // It is gone altogether: no child for the one whose end is not reported.
  while (strcmp(how, "auto-reaped") == 0 && kill(pid, 0) == 0) sched_yield();
  return 0;
}
