// Does nothing until a signal ends it: idles
#include <unistd.h>

int main(void) {
  for (;;) pause();
}
