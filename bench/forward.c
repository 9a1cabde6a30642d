// How long a signal takes through a program to its command: forward COUNT PROGRAM [ARG...]
// The command writes its pid to descriptor 3, then the time of each USR1 that it gets. Prints the
// time from before the signal was sent, a line for each, in nanoseconds.
#include "tool.h"

enum { MOST = 100000, LIMIT_MS = 5000, SETTLE_MS = 100, PAUSE_US = 500 };

static int64_t forwarded[MOST];

int main(int argc, char **argv) {
  int count = argc > 2 ? atoi(argv[1]) : 0, link[2];
  if (count < 1 || count > MOST) errx(2, "usage: forward COUNT PROGRAM [ARG...]");
  int32_t command;
  be_subreaper();
  make_pipe(link);
  const int files[][2] = {{link[1], LINK}};
  pid_t program = start(argv + 2, files, 1);
  int answers = read_within(link[0], &command, sizeof command, LIMIT_MS);
  pass(SETTLE_MS * MS);
  for (int at = 0; answers && at < count; at++) {
    int64_t got, sent;
    // Everybody sleeps again when the next one comes.
    pass(PAUSE_US * INT64_C(1000));
    sent = now();
    kill(program, SIGUSR1);
    answers = read_within(link[0], &got, sizeof got, LIMIT_MS);
    forwarded[at] = got - sent;
  }
  end_all();
  if (!answers) errx(1, "%s: the command got no signal", argv[2]);
  for (int at = 0; at < count; at++) printf("%lld\n", (long long)forwarded[at]);
  return 0;
}
