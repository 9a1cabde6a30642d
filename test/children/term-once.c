// Four processes that count: the command and a child in its group, one in a group of its own and
// one in a session of its own. Each says "NAME caught N" for every TERM and CONT, and stays.
#include "adversary.h"

static const char *name = "command";

static void count(int number) {
  dprintf(1, "%s caught %d\n", name, number);
}

static void join(const char *as, void (*leave)(void)) {
  if (spawn() != 0) return;
  name = as;
  if (leave != NULL) leave();
  pass();
  stay();
}

static void leave_group(void) { setpgid(0, 0); }
static void leave_session(void) { setsid(); }

int main(void) {
  begin(SLEEPER_S);
  struct sigaction action = {.sa_handler = count};
  // One after the other, in the order they came in.
  sigfillset(&action.sa_mask);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGCONT, &action, NULL);
  join("child", NULL);
  join("group", leave_group);
  join("session", leave_session);
  ready(3);
}
