// Prints everything a process inherits, one line per thing, bytes as hexadecimal.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static FILE *out;

static void bytes(const char *name, int index, const char *text) {
  fprintf(out, "%s[%d] ", name, index);
  for (; *text; text++) fprintf(out, "%02x", (unsigned char)*text);
  fputc('\n', out);
}

static void descriptors(int except) {
  for (int fd = 0; fd < 1024; fd++) {
    char path[40], target[300];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(path, target, sizeof target - 1);
    if (length < 0 || fd == except) continue;
    target[length] = 0;
    off_t offset = lseek(fd, 0, SEEK_CUR);
    fprintf(out, "fd[%d] %s flags %o descriptor %d offset %ld\n", fd, target, fcntl(fd, F_GETFL),
            fcntl(fd, F_GETFD), (long)offset);
  }
}

/** The kernel's own view: the C library hides two signals and the restorer flag. */
static void signals(void) {
  struct { void *handler; unsigned long flags; void *restorer; unsigned long mask; } action;
  for (int signal = 1; signal <= 64; signal++) {
    memset(&action, 0, sizeof action);
    syscall(SYS_rt_sigaction, signal, NULL, &action, 8);
    fprintf(out, "disposition[%d] %p flags %lx mask %lx\n", signal, action.handler, action.flags,
            action.mask);
  }
  unsigned long set = 0;
  syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &set, 8);
  fprintf(out, "blocked %lx\n", set);
  syscall(SYS_rt_sigpending, &set, 8);
  fprintf(out, "pending %lx\n", set);
  stack_t stack;
  sigaltstack(NULL, &stack);
  fprintf(out, "alternate-stack %d %zu\n", stack.ss_flags, stack.ss_size);
}

static void limits(void) {
  for (int resource = 0; resource < 16; resource++) {
    struct rlimit both = {0, 0};
    getrlimit(resource, &both);
    fprintf(out, "limit[%d] %lx %lx\n", resource, (long)both.rlim_cur, (long)both.rlim_max);
  }
}

static void status_lines(void) {
  static const char *wanted[] = {"Umask", "Uid", "Gid", "Groups", "NoNewPrivs", "Seccomp", "CapInh",
    "CapPrm", "CapEff", "CapBnd", "CapAmb", "Cpus_allowed", "Mems_allowed", "CoreDumping", "Threads"};
  FILE *file = fopen("/proc/self/status", "r");
  char line[2000];
  while (file && fgets(line, sizeof line, file))
    for (size_t at = 0; at < sizeof wanted / sizeof *wanted; at++) {
      size_t length = strlen(wanted[at]);
      if (!strncmp(line, wanted[at], length) && line[length] == ':') fprintf(out, "%s", line);
    }
  if (file) fclose(file);
}

static void file_line(const char *path) {
  FILE *file = fopen(path, "r");
  char line[500] = "\n";
  if (file && !fgets(line, sizeof line, file)) line[0] = 0;
  fprintf(out, "%s %s", path, line);
  if (file) fclose(file);
}

/** The launcher ($LAUNCHER) was started to run us: we ourselves, or the wrapper. */
static void number_of(const char *name, pid_t pid) {
  const char *launcher = getenv("LAUNCHER");
  if (launcher && pid == atoi(launcher)) fprintf(out, "%s the launcher's\n", name);
  else if (pid == getpid()) fprintf(out, "%s its own\n", name);
  else fprintf(out, "%s %d\n", name, pid);
}

static void rest(void) {
  char cwd[4096];
  int death = 0;
  prctl(PR_GET_PDEATHSIG, &death);
  fprintf(out, "cwd %s\n", getcwd(cwd, sizeof cwd) ? cwd : "?");
  fprintf(out, "nice %d policy %d io %ld\n", getpriority(PRIO_PROCESS, 0), sched_getscheduler(0),
          syscall(SYS_ioprio_get, 1, 0));
  fprintf(out, "slack %d dumpable %d securebits %d keepcaps %d\n", prctl(PR_GET_TIMERSLACK),
          prctl(PR_GET_DUMPABLE), prctl(PR_GET_SECUREBITS), prctl(PR_GET_KEEPCAPS));
  fprintf(out, "personality %x\n", personality(0xffffffff));
  number_of("session", getsid(0));
  number_of("group", getpgrp());
  fprintf(out, "parent-death-signal %d\n", death);
}

/** The first argument is the file to print to, so that every descriptor can be looked at. */
int main(int argc, char **argv, char **environment) {
  int fd = open(argv[1], O_WRONLY | O_CREAT | O_APPEND, 0666);
  struct rlimit descriptors_allowed;
  getrlimit(RLIMIT_NOFILE, &descriptors_allowed);
  long last = (long)descriptors_allowed.rlim_cur - 1;
  int high = fcntl(fd, F_DUPFD, last < 0 || last > 1000 ? 1000 : last);
  close(fd);
  out = fdopen(high, "w");
  for (int at = 0; at < argc; at++) bytes("argv", at, argv[at]);
  for (int at = 0; environment[at]; at++) bytes("environment", at, environment[at]);
  descriptors(high);
  signals();
  limits();
  status_lines();
  file_line("/proc/self/oom_score_adj");
  file_line("/proc/self/cgroup");
  file_line("/proc/self/loginuid");
  rest();
  return fclose(out);
}
