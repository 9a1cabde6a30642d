// Starts a program again and again, and kills it, or its first child, in its first milliseconds:
// early-kills COUNT "self" or "child" PROGRAM WORDS. Says how the program ended, and how often so;
// and how many processes were left alive by those that ended by themselves. Descriptor 3 of the
// program is our output.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LATEST_NS 5000000

extern char **environ;

static long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000L + time.tv_nsec;
}

static pid_t first_child(pid_t pid) {
  char path[64], text[64] = "";
  snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, pid);
  int file = open(path, O_RDONLY);
  if (file < 0) return 0;
  ssize_t size = read(file, text, sizeof text - 1);
  close(file);
  return size > 0 ? atoi(text) : 0;
}

/** Whether a descendant lives whose parents have ended. */
static int is_any_left(void) {
  pid_t pid;
  while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {}
  return pid == 0;
}

int main(int argc, char **argv) {
  int count = atoi(argv[1]), codes[256] = {0}, signals[65] = {0}, left = 0;
  int is_self = strcmp(argv[2], "self") == 0;
  if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0 || dup2(1, 3) != 3) return 2;
  unsigned seed = getpid();
  for (int i = 0; i < count; i++) {
    pid_t pid;
    if (posix_spawn(&pid, argv[3], NULL, NULL, argv + 3, environ) != 0) return 1;
    long until = now() + rand_r(&seed) % LATEST_NS;
    while (now() < until) {}
    pid_t child = is_self ? pid : first_child(pid);
    // Where there is no child yet, there is nothing to lose.
    kill(child > 0 ? child : pid, SIGKILL);
    int status;
    waitpid(pid, &status, 0);
    if (WIFEXITED(status)) codes[WEXITSTATUS(status)]++;
    else signals[WTERMSIG(status)]++;
    if (WIFEXITED(status)) left += is_any_left();
    // What is left now, of a curfew that was killed too, is not of the next one.
    if (!is_self) while (waitpid(-1, NULL, 0) > 0) {}
  }
  for (int i = 0; i < 256; i++) if (codes[i] > 0) printf("code %d: %d\n", i, codes[i]);
  for (int i = 0; i < 65; i++) if (signals[i] > 0) printf("signal %d: %d\n", i, signals[i]);
  printf("left %d\n", left);
  printf("ready %d\n", getpid());
  fflush(stdout);
  return 0;
}
