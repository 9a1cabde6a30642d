// Starts a program and is its parent in one of two ways:
// parent process PROGRAM ARG...   says "started PID" and waits for it
// parent thread PROGRAM ARG...    a thread starts it and ends when a line is read; then says
//                                 "thread ended", and the process waits on
#include "adversary.h"
#include <pthread.h>

static char **program;
static pid_t child;

static void *start(void *waits) {
  child = fork();
  if (child == 0) {
    execvp(program[0], program);
    _exit(97);
  }
  dprintf(1, "started %d\n", child);
  char byte;
  if (waits != NULL && read(0, &byte, 1) != 1) _exit(94);
  return NULL;
}

int main(int argc, char **argv) {
  pthread_t thread;
  int status;
  if (argc < 3) return 93;
  die_in(SLEEPER_S);
  program = argv + 2;
  if (strcmp(argv[1], "process") == 0) {
    start(NULL);
  } else {
    if (pthread_create(&thread, NULL, start, "waits") != 0) return 92;
    pthread_join(thread, NULL);
    dprintf(1, "thread ended\n");
  }
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
