// Bystanders that must not be signaled: COUNT processes in sessions of their own that say "caught
// N" for every signal that can be caught. The first says "ready" and, when its input ends, ends
// all; "lost N" says how many had been ended by one that cannot.   sentinel COUNT
#include "adversary.h"

static void said(int number) { dprintf(1, "caught %d\n", number); }

static void watch(void) {
  for (int number = 1; number <= 64; number++)
    if (number != SIGALRM && number != SIGCHLD) signal(number, said);
}

int main(int argc, char **argv) {
  enum { MOST = 200 };
  pid_t all[MOST];
  int count = argc > 1 && atoi(argv[1]) < MOST ? atoi(argv[1]) : 1, lost = 0, status;
  char byte;
  begin(SLEEPER_S);
  watch();
  for (int made = 0; made < count; made++) {
    all[made] = spawn();
    if (all[made] != 0) continue;
    setsid();
    pass();
    for (;;) pause();
  }
  for (int seen = 0; seen < count; seen++)
    if (read(gate[0], &byte, 1) != 1) return 94;
  dprintf(1, "ready %d\n", getpid());
  while (read(0, &byte, 1) > 0) continue;
  for (int at = 0; at < count; at++) {
    lost += waitpid(all[at], &status, WNOHANG) != 0;
    kill(all[at], SIGKILL);
  }
  dprintf(1, "lost %d\n", lost);
  return 0;
}
