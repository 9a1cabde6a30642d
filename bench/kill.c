// Ends one process at a time by `PROGRAM kill PID`, the programs in turns, and takes the times.
//
//   kill ROUNDS VICTIM PROGRAM...
//
// VICTIM says its number on descriptor 3, and then waits for its end. Prints a line per round: from
// the start of each PROGRAM to its end, in nanoseconds.
#include "tool.h"

/** A process that stands. */
static pid_t start_victim(char *victim) {
  int link[2];
  int32_t said;
  char *argv[] = {victim, NULL};
  make_pipe(link);
  pid_t pid = start(argv, (const int[][2]){{link[1], LINK}}, 1);
  close(link[1]);
  if (read(link[0], &said, sizeof said) != sizeof said || said != pid) errx(1, "%s", victim);
  close(link[0]);
  return pid;
}

static int64_t end_by(char *program, pid_t victim) {
  char number[16];
  int status;
  siginfo_t end;
  pid_t pid;
  snprintf(number, sizeof number, "%d", victim);
  char *argv[] = {program, "kill", number, NULL};
  // What it says of the victim stands between no times of ours.
  posix_spawn_file_actions_t quiet;
  posix_spawn_file_actions_init(&quiet);
  posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
  int64_t begin = now();
  if ((errno = posix_spawn(&pid, program, &quiet, NULL, argv, environ)) != 0) err(1, "%s", program);
  // The victim is reaped afterwards: before, its PID cannot belong to another process.
  if (waitpid(pid, &status, 0) != pid) err(1, "waitpid");
  int64_t time = now() - begin;
  if (status != 0) errx(1, "%s: wait status %#x, expected exit 0", program, status);
  if (waitid(P_PID, victim, &end, WEXITED | WNOHANG) != 0 || end.si_pid != victim)
    errx(1, "%s: the process lives", program);
  return time;
}

int main(int argc, char **argv) {
  if (argc < 4) errx(2, "usage: kill ROUNDS VICTIM PROGRAM...");
  int rounds = atoi(argv[1]);
  for (int round = 0; round < rounds; round++)
    for (int at = 3; at < argc; at++) {
      int64_t time = end_by(argv[at], start_victim(argv[2]));
      printf("%lld%c", (long long)time, at == argc - 1 ? '\n' : ' ');
    }
  return 0;
}
