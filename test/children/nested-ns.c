// A user and PID namespace inside the tree, whose init and member ignore every signal: no signal
// from inside can end that init, and no other pid than the outer one names it.
#include "adversary.h"

int main(void) {
  begin(SLEEPER_S);
  if (spawn() == 0) {
    setsid();
    if (unshare(CLONE_NEWUSER | CLONE_NEWPID) != 0) impossible("a nested PID namespace");
    ignore_all();
    if (spawn() == 0) {
      if (spawn() == 0) setsid();
      pass();
    }
    stay();
  }
  ready(2);
}
