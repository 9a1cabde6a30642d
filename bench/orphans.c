// Starts a program whose command makes orphans: orphans PLACE PROGRAM [ARG...]
// PLACE is "first": as the first process of a PID namespace; or "here": then orphans that the
// program does not take come to us and are not reaped. Prints what the command wrote to
// descriptor 3 (see children/make-orphans.c), and how many ended processes the program left to us.
#include "tool.h"

#include "first.h"

enum { LIMIT_MS = 30000 };

static pid_t start_in(int is_first, char **argv, int link) {
  const int files[][2] = {{link, LINK}};
  if (!is_first) return start(argv, files, 1);
  prepare_first();
  if (dup2(link, LINK) != LINK) err(1, "link");
  return start_first(argv, environ);
}

int main(int argc, char **argv) {
  int link[2], status, zombies = 0;
  int64_t figures[3];
  if (argc < 3) errx(2, "usage: orphans first|here PROGRAM [ARG...]");
  int is_first = strcmp(argv[1], "first") == 0;
  be_subreaper();
  make_pipe(link);
  pid_t pid = start_in(is_first, argv + 2, link[1]);
  int answers = read_within(link[0], figures, sizeof figures, LIMIT_MS);
  if (!answers) kill(pid, SIGKILL);
  if (waitpid(pid, &status, 0) != pid) err(1, "waitpid");
  if (is_first) end_first();
  while (waitpid(-1, NULL, WNOHANG | __WALL) > 0) zombies++;
  end_all();
  if (!answers) errx(1, "%s: no figures; wait status %#x", argv[2], status);
  if (status != 0) errx(1, "%s: wait status %#x, expected exit 0", argv[2], status);
  printf("%lld %lld %lld %d\n", (long long)figures[0], (long long)figures[1],
         (long long)figures[2], zombies);
  return 0;
}
