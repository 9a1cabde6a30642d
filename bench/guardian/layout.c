// layout KIND run [OPTION...] -- COMMAND: a supervisor that only mirrors stops and follows the
// end of COMMAND, over a guardian of one KIND (docs/guardian.md). Options are skipped.
//   child     no guardian: COMMAND is the supervisor's child
//   same      a guardian in the supervisor's session and group
//   group     in a group of its own
//   before    in a session of its own, made before the spawn: COMMAND is in it, too
//   after     in a session of its own, made after the spawn
// and `after` with one thing done wrong:
//   sigstop   stops itself by SIGSTOP, not by the signal that stopped COMMAND
//   stale     believes a stop it is told of, although COMMAND may run again
//   deaf      drops the HUP of a terminal that went away
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct news {
  pid_t pid;
  int status;
};

static const char *kind;
static sigset_t theirs;

static int is(const char *name) { return strcmp(kind, name) == 0; }

static pid_t spawn(char **argv) {
  pid_t pid = vfork();
  if (pid != 0) return pid;
  sigprocmask(SIG_SETMASK, &theirs, 0);
  execvp(argv[0], argv);
  _exit(127);
}

static int signals_of(const int *numbers, size_t count, sigset_t *before) {
  sigset_t set;
  sigemptyset(&set);
  for (size_t i = 0; i < count; i++) sigaddset(&set, numbers[i]);
  sigprocmask(SIG_BLOCK, &set, before);
  return signalfd(-1, &set, SFD_CLOEXEC);
}

/** The guardian: tells of every stop and of the end; kills the command when it is alone. */
static void guard(int link, char **argv) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  if (is("before")) setsid();
  struct news news = {.pid = spawn(argv)};
  if (is("group")) setpgid(0, 0);
  else if (!is("same") && !is("before")) setsid();
  for (int fd = 0; fd < 3; fd++) close(fd);
  int child = SIGCHLD;
  struct pollfd on[] = {{.fd = link, .events = POLLIN},
                        {.fd = signals_of(&child, 1, 0), .events = POLLIN}};
  if (write(link, &news, sizeof news) < 0) _exit(1);
  for (;;) {
    poll(on, 2, -1);
    if (on[0].revents) break;
    struct signalfd_siginfo info;
    if (read(on[1].fd, &info, sizeof info) < 0) continue;
    while (waitpid(news.pid, &news.status, WUNTRACED | WNOHANG) > 0) {
      if (write(link, &news, sizeof news) < 0 || !WIFSTOPPED(news.status)) _exit(0);
    }
  }
  kill(news.pid, SIGKILL);
  _exit(0);
}

/** Lets a signal do to us what it does by default; one that waits already is the same one. */
static void suffer(int number) {
  struct sigaction by_default = {.sa_handler = SIG_DFL}, before;
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, number);
  sigaction(number, &by_default, &before);
  raise(number);
  sigprocmask(SIG_UNBLOCK, &one, 0);
  sigprocmask(SIG_BLOCK, &one, 0);
  sigaction(number, &before, 0);
}

static int is_stopped(pid_t pid) {
  char path[32], text[512];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t size = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
  close(fd);
  text[size > 0 ? size : 0] = 0;
  const char *state = strrchr(text, ')');
  return state != 0 && state[2] == 'T';
}

static void follow(struct news news) {
  if (WIFEXITED(news.status)) exit(WEXITSTATUS(news.status));
  if (WIFSIGNALED(news.status)) {
    suffer(WTERMSIG(news.status));
    exit(128 + WTERMSIG(news.status));
  }
  if (!is("stale") && !is_stopped(news.pid)) return;
  if (is("sigstop")) raise(SIGSTOP);
  // SIGSTOP would stop us even where no process can continue us; the kernel discards TSTP there.
  else suffer(WSTOPSIG(news.status) == SIGSTOP ? SIGTSTP : WSTOPSIG(news.status));
  kill(news.pid, SIGCONT);
}

/** A terminal signals the whole group, only its HUP goes to the session's leader alone. */
static int is_for_us_alone(const struct signalfd_siginfo *info) {
  if (info->ssi_code != SI_KERNEL) return 1;
  return info->ssi_signo == SIGHUP && getsid(0) == getpid() && !is("deaf");
}

int main(int argc, char **argv) {
  static const int each[] = {SIGHUP,  SIGINT,  SIGQUIT,  SIGTERM, SIGTSTP, SIGTTIN,
                             SIGTTOU, SIGUSR2, SIGWINCH, SIGPWR,  SIGCHLD};
  if (argc < 4) return 125;
  kind = argv[1];
  for (argv += 2; *argv && strcmp(*argv, "--"); argv++) continue;
  int link[2] = {-1, -1};
  int signals = signals_of(each, sizeof each / sizeof *each, &theirs);
  struct news news = {0};
  if (is("child")) {
    news.pid = spawn(argv + 1);
  } else {
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, link) < 0) return 125;
    if (fork() == 0) close(link[0]), guard(link[1], argv + 1);
    close(link[1]);
    if (read(link[0], &news, sizeof news) != sizeof news) return 125;
  }
  for (;;) {
    struct pollfd on[] = {{.fd = signals, .events = POLLIN}, {.fd = link[0], .events = POLLIN}};
    poll(on, 2, -1);
    if (on[1].revents) {
      if (read(link[0], &news, sizeof news) != sizeof news) return 125;
      follow(news);
    }
    struct signalfd_siginfo info;
    if (!on[0].revents || read(signals, &info, sizeof info) != sizeof info) continue;
    if (info.ssi_signo != SIGCHLD) {
      if (is_for_us_alone(&info)) kill(news.pid, info.ssi_signo);
    } else if (is("child")) {
      while (waitpid(news.pid, &news.status, WUNTRACED | WNOHANG) > 0) follow(news);
    }
  }
}
