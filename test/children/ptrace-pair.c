// One member traces another and both are in sessions of their own: the traced one is stopped for
// ever, and its end is told to its tracer first.
#include "adversary.h"
#include <sys/ptrace.h>

int main(void) {
  begin(SLEEPER_S);
  if (spawn() == 0) {
    setsid();
    pid_t traced = spawn();
    if (traced == 0) {
      setsid();
      for (;;) pause();
    }
    if (ptrace(PTRACE_ATTACH, traced, 0, 0) != 0) impossible("tracing a child");
    waitpid(traced, NULL, __WALL);
    ignore_all();
    pass();
    stay();
  }
  ready(1);
}
