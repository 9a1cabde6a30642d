// Changes what a program inherits, then executes it: surroundings OPTION VALUE ... -- PROGRAM
// ARG... Signals and resources are numbers; options take effect in the order they stand in.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NR offsetof(struct seccomp_data, nr)
#define ARG(n) offsetof(struct seccomp_data, args[n])
#define LOAD(what) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, what)
#define UNLESS(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip)
#define UNLESS_BIT(value, skip) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, value, 0, skip)
#define RETURN(value) BPF_STMT(BPF_RET | BPF_K, value)

static void check(int result, const char *what) {
  if (result == 0) return;
  perror(what);
  exit(99);
}

static void mask(int how, int signal) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  check(sigprocmask(how, &set, NULL), "mask");
}

/** RESOURCE=SOFT or RESOURCE=SOFT:HARD; -1 is unlimited. */
static void limit(const char *text) {
  int resource;
  long soft, hard;
  int count = sscanf(text, "%d=%ld:%ld", &resource, &soft, &hard);
  struct rlimit64 both = {(rlim64_t)soft, (rlim64_t)(count == 3 ? hard : soft)};
  check(setrlimit64(resource, &both), "limit");
}

/** CALL=ERRNO: from now on the kernel answers a call, or a use of it, with an error. */
static void deny(const char *text) {
  char call[32];
  unsigned error;
  if (sscanf(text, "%31[^=]=%u", call, &error) != 2) exit(99);
  unsigned refusal = SECCOMP_RET_ERRNO | (error & SECCOMP_RET_DATA);
  const struct { const char *name; unsigned number; } plain[] = {
    {"pidfd_open", SYS_pidfd_open}, {"pidfd_send_signal", SYS_pidfd_send_signal},
    {"clone3", SYS_clone3}, {"clone", SYS_clone}, {"signalfd4", SYS_signalfd4},
    {"close_range", SYS_close_range}, {"setpgid", SYS_setpgid}, {"waitid", SYS_waitid}, {"prctl", SYS_prctl},
  };
  struct sock_filter filter[] = {
    LOAD(NR), UNLESS(0, 3), LOAD(ARG(0)), UNLESS(0, 1), RETURN(refusal), RETURN(SECCOMP_RET_ALLOW),
  };
  if (strcmp(call, "waitid_pidfd") == 0) {
    filter[1] = (struct sock_filter)UNLESS(SYS_waitid, 3);
    filter[3] = (struct sock_filter)UNLESS(3 /* P_PIDFD */, 1);
  } else if (strcmp(call, "clone_pidfd") == 0) {
    filter[1] = (struct sock_filter)UNLESS(SYS_clone, 3);
    filter[3] = (struct sock_filter)UNLESS_BIT(CLONE_PIDFD, 1);
  } else if (strcmp(call, "clone_newpid") == 0) {
    filter[1] = (struct sock_filter)UNLESS(SYS_clone, 3);
    filter[3] = (struct sock_filter)UNLESS_BIT(CLONE_NEWPID, 1);
  } else if (strcmp(call, "clone_vm") == 0) {
    filter[1] = (struct sock_filter)UNLESS(SYS_clone, 3);
    filter[3] = (struct sock_filter)UNLESS_BIT(CLONE_VM, 1);
  } else {
    size_t at = 0, count = sizeof plain / sizeof *plain;
    while (at < count && strcmp(plain[at].name, call) != 0) at++;
    if (at == count) exit(99);
    filter[1] = (struct sock_filter)UNLESS(plain[at].number, 3);
    filter[3] = (struct sock_filter)UNLESS_BIT(0, 0);
  }
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
  check(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), "seccomp");
}

/** A signal from another process; blocked, it is pending when the program begins. */
static void receive(int signal) {
  pid_t child = fork();
  if (child == 0) _exit(kill(getppid(), signal) != 0);
  waitpid(child, NULL, 0);
}

static void one_processor(void) {
  cpu_set_t allowed, one;
  check(sched_getaffinity(0, sizeof allowed, &allowed), "affinity");
  CPU_ZERO(&one);
  for (int cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) == 0; cpu++)
    if (CPU_ISSET(cpu, &allowed)) CPU_SET(cpu, &one);
  check(sched_setaffinity(0, sizeof one, &one), "affinity");
}

static void write_file(const char *path, const char *text) {
  int fd = open(path, O_WRONLY);
  check(fd < 0 || write(fd, text, strlen(text)) < 0, path);
  close(fd);
}

static void open_at(const char *text) {
  int number = 0;
  char path[200] = "/dev/null";
  sscanf(text, "%d=%199s", &number, path);
  int fd = open(path, O_RDWR);
  if (fd == number) return;
  check(dup2(fd, number) != number, path);
  close(fd);
}

static void become(int id) {
  check(setgid(id), "setgid");
  check(setuid(id), "setuid");
}

static void apply(const char *option, const char *value) {
  int number = atoi(value);
  if (!strcmp(option, "--ignore")) signal(number, SIG_IGN);
  else if (!strcmp(option, "--block")) mask(SIG_BLOCK, number);
  else if (!strcmp(option, "--receive")) receive(number);
  else if (!strcmp(option, "--close")) close(number);
  else if (!strcmp(option, "--open")) open_at(value);
  else if (!strcmp(option, "--nice")) setpriority(PRIO_PROCESS, 0, number);
  else if (!strcmp(option, "--umask")) umask(strtol(value, NULL, 8));
  else if (!strcmp(option, "--limit")) limit(value);
  else if (!strcmp(option, "--deny")) deny(value);
  else if (!strcmp(option, "--uid")) become(number);
  else if (!strcmp(option, "--personality")) personality(number);
  else if (!strcmp(option, "--no-new-privs")) prctl(PR_SET_NO_NEW_PRIVS, number, 0, 0, 0);
  else if (!strcmp(option, "--slack")) prctl(PR_SET_TIMERSLACK, number, 0, 0, 0);
  else if (!strcmp(option, "--keep-caps")) prctl(PR_SET_SECUREBITS, number, 0, 0, 0);
  else if (!strcmp(option, "--oom")) write_file("/proc/self/oom_score_adj", value);
  else if (!strcmp(option, "--one-processor")) one_processor();
  else if (!strcmp(option, "--session")) setsid();
  else if (!strcmp(option, "--group")) setpgid(0, 0);
  else exit(98);
}

int main(int argc, char **argv) {
  int at = 1;
  for (; at + 1 < argc && strcmp(argv[at], "--") != 0; at += 2) apply(argv[at], argv[at + 1]);
  execvp(argv[at + 1], argv + at + 1);
  return 97;
}
