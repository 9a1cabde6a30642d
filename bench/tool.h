// What the programs that measure trees share: a clock, a program started in a group of its own, and
// the end of everything that it leaves. Orphans come to us (a subreaper).
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/** Descriptors that a started program may find, and where we keep our own ends. */
enum { LINK = 3, REPORT = 4, OURS = 10 };

static const int64_t MS = 1000000;

extern char **environ;

static inline int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static inline void pass(int64_t ns) {
  struct timespec time = {ns / 1000000000, ns % 1000000000};
  nanosleep(&time, NULL);
}

static inline void be_subreaper(void) {
  if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) err(1, "subreaper");
}

/**
 * A pipe with high numbers, out of the way of others; a started program gets the second end by
 * `start`.
 */
static inline void make_pipe(int ends[2]) {
  int low[2];
  if (pipe2(low, O_CLOEXEC) != 0) err(1, "pipe2");
  for (int at = 0; at < 2; at++) {
    ends[at] = fcntl(low[at], F_DUPFD_CLOEXEC, OURS);
    if (ends[at] < 0) err(1, "pipe");
    close(low[at]);
  }
}

/** Starts a program in a group of its own; it gets each of our `files` under its second number. */
static inline pid_t start(char **argv, const int (*files)[2], int count) {
  pid_t pid;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawn_file_actions_init(&actions);
  for (int at = 0; at < count; at++)
    posix_spawn_file_actions_adddup2(&actions, files[at][0], files[at][1]);
  errno = posix_spawn(&pid, argv[0], &actions, &attributes, argv, environ);
  if (errno != 0) err(1, "%s", argv[0]);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return pid;
}

/** Reads all of it, or nothing within the time: then answers 0. */
static inline int read_within(int file, void *to, size_t length, int limit_ms) {
  struct pollfd readable = {file, POLLIN, 0};
  return poll(&readable, 1, limit_ms) == 1 && read(file, to, length) == (ssize_t)length;
}

/** The names in a directory of /proc, without "." and "..". */
static inline int count_names(const char *path) {
  DIR *all = opendir(path);
  int count = 0;
  if (all == NULL) err(1, "%s", path);
  while (readdir(all) != NULL) count++;
  closedir(all);
  return count - 2;
}

/** Without the one of the directory itself. */
static inline int count_descriptors(void) { return count_names("/proc/self/fd") - 1; }

/** Sends SIGKILL to each of our children, those that were given to us included. */
static inline void kill_children(void) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
  FILE *list = fopen(path, "re");
  int pid;
  while (list != NULL && fscanf(list, "%d", &pid) == 1) kill(pid, SIGKILL);
  if (list != NULL) fclose(list);
}

/** Ends all that is left of what we started; answers how many that were. */
static inline int end_all(void) {
  int ended = 0;
  for (int64_t until = now() + 30000 * MS; now() < until;) {
    kill_children();
    pid_t pid;
    while ((pid = waitpid(-1, NULL, WNOHANG | __WALL)) > 0) ended++;
    if (pid < 0 && errno == ECHILD) return ended;
    pass(MS);
  }
  errx(1, "processes that cannot be ended are left");
}
