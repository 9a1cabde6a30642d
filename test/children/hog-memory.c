// Takes memory until it has MB of it, and uses it: exit 0. Where it is refused, says so: exit 3.
#include "adversary.h"

int main(int argc, char **argv) {
  begin(RACER_S);
  long mb = argc > 1 ? atol(argv[1]) : 64;
  for (long taken = 0; taken < mb && !is_over(); taken++) {
    char *block = malloc(1 << 20);
    if (block == NULL) {
      dprintf(1, "refused after %ld\n", taken);
      return 3;
    }
    memset(block, 1, 1 << 20);
  }
  dprintf(1, "got %ld\n", mb);
  return 0;
}
