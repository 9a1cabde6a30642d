// How long a signal takes through a program to its command: forward COUNT plain|queued PROGRAM
// [ARG...] The command writes its pid to descriptor 3, then the time of each USR1 that it gets and
// the value that came with it. Prints the time from before the signal was sent, a line for each, in
// nanoseconds. A queued signal has a value, which has to come through.
#include "tool.h"

enum { MOST = 100000, LIMIT_MS = 5000, SETTLE_MS = 100, PAUSE_US = 500 };

static int64_t forwarded[MOST];

static void send(pid_t program, int is_queued, int value) {
  const union sigval sent = {.sival_int = value};
  if (is_queued ? sigqueue(program, SIGUSR1, sent) : kill(program, SIGUSR1)) err(1, "USR1");
}

int main(int argc, char **argv) {
  int count = argc > 3 ? atoi(argv[1]) : 0, link[2];
  if (count < 1 || count > MOST) errx(2, "usage: forward COUNT plain|queued PROGRAM [ARG...]");
  int is_queued = strcmp(argv[2], "queued") == 0;
  int32_t command;
  be_subreaper();
  make_pipe(link);
  const int files[][2] = {{link[1], LINK}};
  pid_t program = start(argv + 3, files, 1);
  int answers = read_within(link[0], &command, sizeof command, LIMIT_MS);
  pass(SETTLE_MS * MS);
  for (int at = 0; answers && at < count; at++) {
    int64_t sent, got[2];
    // All processes sleep again when the next signal comes.
    pass(PAUSE_US * INT64_C(1000));
    sent = now();
    send(program, is_queued, at + 1);
    answers = read_within(link[0], got, sizeof got, LIMIT_MS);
    forwarded[at] = got[0] - sent;
    if (!answers || !is_queued || got[1] == at + 1) continue;
    end_all();
    errx(1, "%s: the value %d came as %lld", argv[3], at + 1, (long long)got[1]);
  }
  end_all();
  if (!answers) errx(1, "%s: the command got no signal", argv[3]);
  for (int at = 0; at < count; at++) printf("%lld\n", (long long)forwarded[at]);
  return 0;
}
