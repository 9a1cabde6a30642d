// A member that writes itself into another cgroup and leaves the session: what is done to the
// command's cgroup does not reach it.   cgroup-jumper DIRECTORY
#include "adversary.h"

int main(int argc, char **argv) {
  begin(SLEEPER_S);
  if (argc < 2) return 93;
  if (spawn() == 0) {
    char path[4096];
    snprintf(path, sizeof path, "%s/cgroup.procs", argv[1]);
    int procs = open(path, O_WRONLY);
    if (procs < 0 || write(procs, "0", 1) != 1) impossible("another cgroup");
    if (spawn() == 0) setsid();
    pass();
    stay();
  }
  ready(2);
}
