// Ends every process whose environment has MARK in it, as soon as no process holds our input any
// more: warden MARK [CGROUP...]   (the first: allow no new process there, and end its members, too)
// A test that is killed leaves nothing behind. Processes are named by pidfd and looked at again
// through it, so that no pid that has got a new owner is ever signalled. Removes the cgroups, and
// prints how many it ended.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PASSES = 500, PAUSE_NS = 10000000 };

static int has(const char *path, const char *mark) {
  static char text[1 << 18];
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t length = file < 0 ? 0 : read(file, text, sizeof text);
  if (file >= 0) close(file);
  return length > 0 && memmem(text, length, mark, strlen(mark)) != NULL;
}

/** A thread that lives on has the memory that its process's ended leader has not. */
static int is_marked(int pid, const char *mark) {
  char path[300];
  snprintf(path, sizeof path, "/proc/%d/environ", pid);
  if (has(path, mark)) return 1;
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  DIR *tasks = opendir(path);
  int found = 0;
  for (struct dirent *task; !found && tasks && (task = readdir(tasks));) {
    snprintf(path, sizeof path, "/proc/%d/task/%.20s/environ", pid, task->d_name);
    if (task->d_name[0] != '.') found = has(path, mark);
  }
  if (tasks) closedir(tasks);
  return found;
}

/** True in the cgroup, below DIRECTORY: as /proc/PID/cgroup ends with its name. */
static int is_inside(int pid, const char *cgroup) {
  char path[40];
  snprintf(path, sizeof path, "/proc/%d/cgroup", pid);
  return cgroup != NULL && has(path, strrchr(cgroup, '/'));
}

static int end(int pid, const char *mark, const char *cgroup) {
  if (pid <= 1 || pid == getpid() || !(is_marked(pid, mark) || is_inside(pid, cgroup))) return 0;
  int process = syscall(SYS_pidfd_open, pid, 0);
  int same = process >= 0 && (is_marked(pid, mark) || is_inside(pid, cgroup));
  // Readable when every thread has ended; it may wait long to be reaped.
  struct pollfd dead = {process, POLLIN, 0};
  int ended = same && poll(&dead, 1, 0) == 0 && syscall(SYS_pidfd_send_signal, process, SIGKILL, NULL, 0) == 0;
  if (process >= 0) close(process);
  return ended;
}

static int end_all(const char *mark, const char *cgroup) {
  DIR *processes = opendir("/proc");
  int ended = 0;
  for (struct dirent *entry; processes && (entry = readdir(processes));)
    ended += end(atoi(entry->d_name), mark, cgroup);
  if (processes) closedir(processes);
  return ended;
}

static void close_cgroup(const char *cgroup) {
  char path[4096];
  snprintf(path, sizeof path, "%s/pids.max", cgroup);
  int limit = open(path, O_WRONLY | O_CLOEXEC);
  if (limit >= 0 && write(limit, "0", 1) != 1) perror(path);
  if (limit >= 0) close(limit);
}

int main(int argc, char **argv) {
  char byte;
  if (argc < 2) return 98;
  // Whatever ends a test's whole group or session must not end us with it.
  setsid();
  for (int number = 1; number < 32; number++) signal(number, SIG_IGN);
  while (read(0, &byte, 1) > 0) continue;
  if (argc > 2) close_cgroup(argv[2]);
  int ended = 0, found = 1;
  const struct timespec pause = {0, PAUSE_NS};
  // A last pass that finds nothing ends it; so does a member that cannot be ended.
  for (int pass = 0; found > 0 && pass < PASSES; pass++) {
    found = end_all(argv[1], argc > 2 ? argv[2] : NULL);
    ended += found;
    if (found > 0) nanosleep(&pause, NULL);
  }
  for (int at = 2; at < argc; at++) rmdir(argv[at]);
  printf("%d\n", ended);
  return found > 0;
}
