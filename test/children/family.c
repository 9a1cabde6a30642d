// Many members that only sleep, each in a session of its own: family flat|binary|deep COUNT
#include "adversary.h"

/** Makes a subtree of `count` members, this one included. */
static void member(int count, int is_deep) {
  for (int is_new = 1; is_new;) {
    is_new = 0;
    setsid();
    int left = is_deep ? count - 1 : (count - 1) / 2, right = count - 1 - left;
    if (left > 0 && spawn() == 0) count = left, is_new = 1;
    else if (right > 0 && spawn() == 0) count = right, is_new = 1;
  }
  pass();
  stay();
}

int main(int argc, char **argv) {
  begin(SLEEPER_S);
  if (argc < 3) return 93;
  int count = atoi(argv[2]), is_flat = strcmp(argv[1], "flat") == 0;
  int tops = is_flat ? count : 1, is_deep = strcmp(argv[1], "deep") == 0;
  for (int made = 0; made < tops; made++)
    if (spawn() == 0) member(count / tops, is_deep);
  ready(count);
}
