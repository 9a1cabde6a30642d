// Leads a session that has the terminal of descriptor 0, as what a container runtime starts with a
// terminal does, then executes a program: takes-terminal PROGRAM ARG...
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc < 2) return 98;
  if (setsid() < 0 || ioctl(0, TIOCSCTTY, 0) != 0) {
    perror("takes-terminal");
    return 99;
  }
  execvp(argv[1], argv + 1);
  perror(argv[1]);
  return 97;
}
