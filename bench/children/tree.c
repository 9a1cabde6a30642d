// Members that do nothing at all: tree group|flat|binary COUNT
// "group": children of ours in our group; "flat": likewise, each in a session of its own;
// "binary": each in a session of its own, with two children. Says when all are in place.
#include "../../test/children/adversary.h"

static int leaves_session;

static int make(void) {
  pid_t pid = fork();
  if (pid < 0) impossible("fork");
  if (pid == 0) die_in(is_over() ? 1 : ends_at - now());
  return pid == 0;
}

/** Makes a subtree of `count` members, this one included. */
static void member(int count) {
  for (int is_new = 1; is_new;) {
    is_new = 0;
    if (leaves_session) setsid();
    int left = (count - 1) / 2, right = count - 1 - left;
    if (left > 0 && make()) count = left, is_new = 1;
    else if (right > 0 && make()) count = right, is_new = 1;
  }
  pass();
  for (;;) pause();
}

int main(int argc, char **argv) {
  begin(SLEEPER_S);
  if (argc < 3) return 93;
  int count = atoi(argv[2]), tops = strcmp(argv[1], "binary") == 0 ? 1 : count;
  leaves_session = strcmp(argv[1], "group") != 0;
  for (int made = 0; made < tops; made++)
    if (make()) member(count / tops);
  ready(count);
}
