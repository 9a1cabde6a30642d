// Many processes that end in one instant: crowd KIND COUNT PROGRAM ARG... "inherited": we execute
// PROGRAM with COUNT children; its argument {} becomes the group they are in. "orphans": COUNT
// children of a child that is gone; then PROGRAM, likewise. "together": as orphans, and whatever
// ends the group ends us too.
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/** Until we are ended; not much longer than any test. */
static void wait_for_ever(void) {
  alarm(120);
  close(0);
  close(1);
  close(2);
  for (;;) pause();
}

/** Children in one group; the caller is not in it unless it leads it. */
static void make(int count, pid_t group) {
  for (int made = 0; made < count; made++) {
    pid_t child = fork();
    if (child == 0) {
      setpgid(0, group);
      wait_for_ever();
    }
    setpgid(child, group);
    if (group == 0) group = child;
    if (made == 0) dprintf(9, "%d", group);
  }
}

int main(int argc, char **argv) {
  static char group[20];
  int link[2], count = 0;
  sscanf(argv[2], "%d", &count);
  if (pipe(link) != 0 || dup2(link[1], 9) != 9) return 95;
  close(link[1]);
  if (strcmp(argv[1], "inherited") == 0) {
    make(count, 0);
  } else {
    int together = strcmp(argv[1], "together") == 0;
    if (together) setpgid(0, 0);
    pid_t between = fork(), leader = getpgrp();
    if (between == 0) {
      make(count, together ? leader : 0);
      _exit(0);
    }
    waitpid(between, NULL, 0);
  }
  close(9);
  if (read(link[0], group, sizeof group - 1) <= 0) return 94;
  close(link[0]);
  for (int at = 3; at < argc; at++)
    if (strcmp(argv[at], "{}") == 0) argv[at] = group;
  execvp(argv[3], argv + 3);
  return 97;
}
