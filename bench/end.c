// Starts one tree under a program, ends it by a signal to that program, and takes the times.
//
//   end SIGNAL REPORTS PROGRAM [ARG...]
//
// The tree says "ready" on stdout when it stands, or "impossible", and why: then so do we. Prints
// the time from the signal to the program's end and to the end of the last process of all, both in
// nanoseconds, the program's wait status, how many processes we had to end (half a second after the
// program had ended, much later where SIGNAL is KILL: then others have work to do), and whether the
// report on descriptor 4 says tree_gone (-1: REPORTS is 0, so there is none).
#include "tool.h"

enum { READY_MS = 15000, GONE_MS = 20000, LEFT_MS = 500, SETTLE_MS = 100 };

/** Nothing but an interruption of wait4. */
static void tick(int number) { (void)number; }

static void start_ticking(void) {
  struct sigaction interrupt = {.sa_handler = tick};
  struct itimerval often = {{0, 100000}, {0, 100000}};
  if (sigaction(SIGALRM, &interrupt, NULL) || setitimer(ITIMER_REAL, &often, NULL)) err(1, "tick");
}

static void await_ready(int output) {
  static char said[4096];
  size_t length = 0;
  for (int64_t until = now() + READY_MS * MS; now() < until;) {
    struct pollfd readable = {output, POLLIN, 0};
    if (poll(&readable, 1, READY_MS) != 1 || length + 1 >= sizeof said) break;
    ssize_t more = read(output, said + length, sizeof said - 1 - length);
    if (more <= 0) break;
    length += more;
    if (strchr(said, '\n') == NULL) continue;
    if (strncmp(said, "ready ", 6) == 0) return;
    if (strncmp(said, "impossible ", 11) == 0) {
      fputs(said, stdout);
      end_all();
      exit(0);
    }
    break;
  }
  end_all();
  errx(1, "the tree does not stand; it said: %.200s", said);
}

/** What the report claims; all of it is in the pipe when its writer has ended. */
static int read_claim(int report) {
  static char text[1 << 17];
  fcntl(report, F_SETFL, O_NONBLOCK);
  ssize_t length = 0, more;
  while ((more = read(report, text + length, sizeof text - 1 - length)) > 0) length += more;
  return strstr(text, "\"tree_gone\":true") != NULL;
}

int main(int argc, char **argv) {
  if (argc < 4) errx(2, "usage: end SIGNAL REPORTS PROGRAM [ARG...]");
  int number = atoi(argv[1]), reports = atoi(argv[2]);
  int output[2], report[2];
  be_subreaper();
  make_pipe(output);
  make_pipe(report);
  const int files[][2] = {{output[1], STDOUT_FILENO}, {report[1], REPORT}};
  pid_t program = start(argv + 3, files, reports ? 2 : 1);
  close(output[1]);
  close(report[1]);
  await_ready(output[0]);
  pass(SETTLE_MS * MS);
  start_ticking();
  int64_t sent = now(), exited = 0, gone = 0;
  int status, program_status = -1, left = 0;
  kill(program, number);
  for (;;) {
    pid_t pid = waitpid(-1, &status, __WALL);
    gone = now();
    if (pid == program) exited = gone, program_status = status;
    if (pid > 0) continue;
    if (errno == ECHILD) break;
    int is_late = number != SIGKILL && exited != 0 && gone - exited > LEFT_MS * MS;
    if (!is_late && gone - sent < GONE_MS * MS) continue;
    left = end_all();
    break;
  }
  printf("%lld %lld %d %d %d\n", (long long)(exited ? exited - sent : -1), (long long)(gone - sent),
         program_status, left, reports ? read_claim(report[0]) : -1);
  return 0;
}
