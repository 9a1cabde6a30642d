// A server that keeps workers, most of short lives, and forks anew for each that ends. No
// process ignores a signal. A worker that has lost its parent stays. prefork COUNT [deep]   (deep: its
// workers keep workers as well)
#include "adversary.h"

/** Microseconds a worker lives: another number each time. */
static useconds_t life(void) { return (useconds_t)(1 + getpid() * 7 % 40) * 1000; }

static void work(pid_t parent) {
  usleep(life());
  while (getppid() != parent) stay();
  _exit(0);
}

/** Comes back in a worker that is to serve as well. */
static void serve(int count, int is_deep) {
  pid_t own = getpid();
  for (int alive = 0;; usleep(1000)) {
    while (waitpid(-1, NULL, WNOHANG) > 0) alive--;
    for (; alive < count; alive++) {
      if (spawn() > 0) continue;
      if (!is_deep) work(own);
      return;
    }
  }
}

int main(int argc, char **argv) {
  begin(SLEEPER_S);
  int is_deep = argc > 2;
  dprintf(1, "ready %d\n", getpid());
  serve(argc > 1 ? atoi(argv[1]) : 50, is_deep);
  serve(3, 0);
}
