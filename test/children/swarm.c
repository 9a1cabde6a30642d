// A tree that forks without a pause: each member forks two and exits, so that there is always a new
// one whose parent is dead. Bounded by a count and by a time, and by the clock that each member
// looks at. swarm COUNT SECONDS [group]   (group: all stay in the command's group; else each has
// its session) Every member ignores TERM and closes its standard descriptors. Says "ready PID" when
// there are COUNT at one time.
#include "adversary.h"
#include <sys/mman.h>

static int count, leaves_session;
/** How many there are: those that are killed go on counting. */
static volatile int *alive;

static int may_fork(void) {
  if (__sync_add_and_fetch(alive, 1) <= count) return 1;
  __sync_sub_and_fetch(alive, 1);
  return 0;
}

/** True in a child. */
static int fork_one(void) {
  if (!may_fork()) return 0;
  pid_t pid = fork();
  if (pid < 0) __sync_sub_and_fetch(alive, 1);
  if (pid != 0) return 0;
  if (leaves_session) setsid();
  return 1;
}

/** No process waits for the end of what we write. */
static void close_standard(void) {
  for (int fd = 0; fd < 3; fd++) close(fd);
}

static void swarm(void) {
  close_standard();
  for (;;) {
    while (*alive >= count && !is_over()) usleep(1000);
    if (is_over()) _exit(0);
    if (fork_one() || fork_one()) continue;
    __sync_sub_and_fetch(alive, 1);
    _exit(0);
  }
}

int main(int argc, char **argv) {
  if (argc < 3) return 93;
  count = atoi(argv[1]);
  begin(atoi(argv[2]));
  leaves_session = argc < 4 || strcmp(argv[3], "group") != 0;
  signal(SIGTERM, SIG_IGN);
  int rights = PROT_READ | PROT_WRITE;
  alive = mmap(NULL, 4096, rights, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (alive == MAP_FAILED) return 94;
  *alive = 1;
  signal(SIGCHLD, SIG_IGN);
  for (int made = 0; made < 2; made++)
    if (fork_one()) {
      signal(SIGCHLD, SIG_DFL);
      swarm();
    }
  while (*alive < count && !is_over()) usleep(1000);
  dprintf(1, "ready %d\n", getpid());
  stay();
}
