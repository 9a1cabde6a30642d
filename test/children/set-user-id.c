// A member that a set-user-ID program made root: an ordinary user may not signal it any more.
// set-user-id HELPER plain|full   HELPER is this program, set-user-ID root.
// "plain" keeps the real user ID, which leaves the right to signal it; "full" gives it up.
// Says "ready PID", and on a line before it "effective UID" of the helper.
#include "adversary.h"

static void help(int is_full) {
  setsid();
  if (is_full) setresuid(geteuid(), geteuid(), geteuid());
  dprintf(1, "effective %d\n", geteuid());
  // The number stands for itself, as the program is a new one; so does the lifetime.
  die_in(SLEEPER_S);
  if (write(9, "", 1) != 1) _exit(94);
  close(9);
  for (;;) pause();
}

int main(int argc, char **argv) {
  if (argc > 2 && strcmp(argv[1], "help") == 0) help(strcmp(argv[2], "full") == 0);
  begin(SLEEPER_S);
  if (argc < 3) return 93;
  pid_t pid = spawn();
  if (pid == 0) {
    dup2(gate[1], 9);
    close(gate[1]);
    execl(argv[1], argv[1], "help", argv[2], NULL);
    impossible("a set-user-ID program");
  }
  ready(1);
}
