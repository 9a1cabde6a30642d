// fate MEMORY LOG: a supervisor, a guardian made by fork ("own" memory) or by clone(CLONE_VM)
// ("shared"), and below it a shell with a daemon. Pids and what happens are appended to LOG.
// The supervisor waits for a signal; USR1 makes it take memory without end.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STACK = 65536, MEGABYTE = 1 << 20, LOG = 3 };

static int supervisor;
static char *name;

static void say(const char *what, pid_t pid) {
  char line[64];
  int length = snprintf(line, sizeof line, "%s %d\n", what, pid);
  if (write(LOG, line, length) != length) _exit(1);
}

static void kill_children(void) {
  char path[64], text[4096];
  snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)syscall(SYS_gettid));
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t size = read(fd, text, sizeof text - 1);
  close(fd);
  text[size > 0 ? size : 0] = 0;
  for (char *word = strtok(text, " "); word; word = strtok(0, " ")) kill(atoi(word), SIGKILL);
}

static int guard(void *unused) {
  (void)unused;
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  if (vfork() == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execl("/bin/sh", "sh", "-c",
          "setsid sh -c 'echo daemon $$ >&3; exec sleep 1000' & echo main $$ >&3; wait", (char *)0);
    _exit(127);
  }
  setsid();
  prctl(PR_SET_NAME, "guardian");
  memcpy(name, "guar", 4);
  say("guardian", syscall(SYS_getpid));
  struct pollfd gone = {.fd = supervisor, .events = POLLIN};
  while (poll(&gone, 1, -1) < 1) continue;
  do kill_children();
  while (waitpid(-1, 0, __WALL) > 0 || errno != ECHILD);
  say("swept", 0);
  syscall(SYS_exit_group, 0);
  return 0;
}

static void take_memory(int unused) {
  (void)unused;
  for (;;) {
    char *more = mmap(0, MEGABYTE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (more != MAP_FAILED) memset(more, 1, MEGABYTE);
  }
}

int main(int argc, char **argv) {
  if (argc != 3) return 125;
  name = argv[0];
  int log = open(argv[2], O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (log != LOG) dup2(log, LOG), close(log);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  signal(SIGUSR1, take_memory);
  supervisor = syscall(SYS_pidfd_open, getpid(), 0);
  say("supervisor", getpid());
  if (strcmp(argv[1], "shared") == 0) {
    char *stack = mmap(0, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    clone(guard, stack + STACK, CLONE_VM | SIGCHLD, 0);
  } else if (fork() == 0) {
    guard(0);
  }
  for (;;) pause();
}
