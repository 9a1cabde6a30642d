// Starts programs as the first process of a PID namespace, as a container does: with a /proc that
// shows this namespace. Both are made before the program's time begins.
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/** When the latest program was executed; NULL: none is to be a first process. */
static volatile int64_t *first_began;

/** To be called once. A mount namespace of our own; where there is none, says so and exits. */
static inline void prepare_first(void) {
  int rights = PROT_READ | PROT_WRITE, kind = MAP_SHARED | MAP_ANONYMOUS;
  if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL)) {
    printf("impossible a namespace: %s\n", strerror(errno));
    exit(0);
  }
  first_began = mmap(NULL, sizeof *first_began, rights, kind, -1, 0);
  if (first_began == MAP_FAILED) err(1, "mmap");
}

static inline pid_t start_first(char **argv, char **environment) {
  struct timespec time;
  pid_t pid = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
  if (pid < 0) err(1, "clone");
  if (pid > 0) return pid;
  if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL)) err(126, "/proc");
  clock_gettime(CLOCK_MONOTONIC, &time);
  *first_began = time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
  execve(argv[0], argv, environment);
  err(127, "%s", argv[0]);
}

/** When it was reaped: our own /proc again. */
static inline void end_first(void) {
  if (umount2("/proc", MNT_DETACH)) err(1, "umount");
}
