// Runs a program again and again, and counts what is left of it: again COUNT PROGRAM [ARG...]
// The command writes to descriptor 3 how many descriptors it inherited by mistake. Prints
// the zombies that are left to us, the processes that live on, the descriptors that we have
// more than before, and those of all commands.
#include "tool.h"

enum { MOST_DESCRIPTORS = 1024 };

/** What our own caller has left open is no leak. */
static void keep_inherited(void) {
  for (int file = LINK; file < MOST_DESCRIPTORS; file++) fcntl(file, F_SETFD, FD_CLOEXEC);
}

static void run(char **argv, int link[2], long *given) {
  int32_t found;
  int status;
  const int files[][2] = {{link[1], LINK}};
  pid_t pid = start(argv, files, 1);
  if (waitpid(pid, &status, 0) != pid) err(1, "waitpid");
  if (status != 0) errx(1, "%s: wait status %#x, expected exit 0", argv[0], status);
  if (!read_within(link[0], &found, sizeof found, 1000)) errx(1, "%s: no count", argv[0]);
  *given += found;
}

int main(int argc, char **argv) {
  int count = argc > 2 ? atoi(argv[1]) : 0, link[2], zombies = 0;
  if (count < 1) errx(2, "usage: again COUNT PROGRAM [ARG...]");
  long given = 0;
  be_subreaper();
  keep_inherited();
  make_pipe(link);
  // The first run may open for good what all later ones use.
  run(argv + 2, link, &given);
  given = 0;
  end_all();
  int before = count_descriptors();
  for (int at = 0; at < count; at++) run(argv + 2, link, &given);
  while (waitpid(-1, NULL, WNOHANG | __WALL) > 0) zombies++;
  int alive = end_all();
  printf("%d %d %d %ld\n", zombies, alive, count_descriptors() - before, given);
  return 0;
}
