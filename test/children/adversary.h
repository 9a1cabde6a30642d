// What all adversaries share: an end of their own, a line that says when the tree stands, and the
// end of the main process. Each is bounded twice: by its starter (confine.c), and by `ends_at`.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/** Those that sleep live longer than any test, those that burn the processors do not. */
enum { SLEEPER_S = 60, RACER_S = 20, IMPOSSIBLE = 77 };

static time_t ends_at;
/** Members write a byte when they are in place; the main process reads as many. */
static int gate[2];

static inline time_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec;
}

static inline int is_over(void) { return now() >= ends_at; }

/** Not an alarm: this ends a process that is stopped or ignores every signal, too. */
static inline void die_in(time_t seconds) {
  timer_t timer;
  struct sigevent kill = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL};
  struct itimerspec at = {.it_value = {.tv_sec = seconds}};
  if (timer_create(CLOCK_MONOTONIC, &kill, &timer) != 0 || timer_settime(timer, 0, &at, NULL) != 0)
    _exit(91);
}

static inline void begin(int lifetime_s) {
  ends_at = now() + lifetime_s;
  die_in(lifetime_s);
  signal(SIGPIPE, SIG_IGN);
  if (pipe(gate) != 0) exit(95);
  // A process that comes late, or has no reader any more, must not be held up.
  fcntl(gate[1], F_SETFL, O_NONBLOCK);
}

/** A fork whose child ends as well: timers are not inherited. */
static inline pid_t spawn(void) {
  pid_t pid = fork();
  if (pid < 0) {
    perror("fork");
    _exit(92);
  }
  if (pid == 0) die_in(is_over() ? 1 : ends_at - now());
  return pid;
}

static inline void pass(void) {
  ssize_t written = write(gate[1], "", 1);
  (void)written;
}

/** Says why the tree cannot be made here; the test is skipped, with this reason. */
static inline void impossible(const char *what) {
  dprintf(1, "impossible %s: %s\n", what, strerror(errno));
  _exit(IMPOSSIBLE);
}

/** Every signal that can be ignored; the end is then a matter of looking at the clock. */
static inline void ignore_all(void) {
  for (int signal_number = 1; signal_number <= 64; signal_number++)
    signal(signal_number, SIG_IGN);
}

static inline void stay(void) {
  while (!is_over()) sleep(1);
  _exit(0);
}

/** The main process: says "ready PID" when `count` members are in place, then stays or ends. */
static inline void ready(int count) {
  char byte;
  close(gate[1]);
  for (; count > 0; count--)
    if (read(gate[0], &byte, 1) != 1) _exit(IMPOSSIBLE);
  dprintf(1, "ready %d\n", getpid());
  const char *code = getenv("ADVERSARY_EXIT");
  if (code != NULL) _exit(atoi(code));
  stay();
}
