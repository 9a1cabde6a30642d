// Replaces what a program serves with, again and again: restart COUNT ADDRESS PROGRAM [ARG...]
// The program listens on the abstract socket ADDRESS for its command, which answers each connection
// with its generation, and begins a new one at a HUP. Prints two lines of what the
// program holds after the tenth one and after the last (see `look`), then a line for each with the
// time from the HUP to the first connection that the new generation answered, in nanoseconds.
#include "tool.h"

#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

enum { MOST = 100000, EARLY = 10, LIMIT_MS = 5000, SETTLE_MS = 300, PAUSE_NS = 50000 };

static int64_t answered[MOST];

static _Noreturn void give_up(const char *what, int number) {
  end_all();
  errx(1, "%s (restart %d)", what, number);
}

/** The generation that answers; 0: no process listens yet. */
static int32_t ask(const char *address, int number) {
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  socklen_t length = offsetof(struct sockaddr_un, sun_path) + 1 + strlen(address);
  int32_t generation;
  snprintf(to.sun_path + 1, sizeof to.sun_path - 1, "%s", address);
  int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (file < 0) err(1, "socket");
  int failed = connect(file, (struct sockaddr *)&to, length);
  if (failed && errno != ECONNREFUSED) err(1, "connect");
  if (!failed && !read_within(file, &generation, sizeof generation, LIMIT_MS))
    give_up("a connection was not answered", number);
  close(file);
  return failed ? 0 : generation;
}

static void await(const char *address, int32_t generation, int number) {
  for (int64_t until = now() + LIMIT_MS * MS; now() < until; pass(PAUSE_NS))
    if (ask(address, number) == generation) return;
  give_up("no new generation", number);
}

/** Writes the children of a process to `all`; answers how many they are. */
static int children_of(pid_t pid, pid_t *all, int room) {
  char path[64];
  int count = 0;
  snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, pid);
  FILE *list = fopen(path, "re");
  if (list == NULL) err(1, "%s", path);
  while (count < room && fscanf(list, "%d", &all[count]) == 1) count++;
  fclose(list);
  return count;
}

/** The old generation is gone: its guardian was reaped. */
static void await_one_child(pid_t program, int number) {
  pid_t all[8];
  for (int64_t until = now() + LIMIT_MS * MS; now() < until; pass(PAUSE_NS))
    if (children_of(program, all, 8) == 1) return;
  give_up("there are still two generations", number);
}

struct held {
  long resident, dirty, anonymous;
};

static void add_memory(struct held *held, pid_t pid) {
  char path[64], line[256];
  long kilobytes;
  snprintf(path, sizeof path, "/proc/%d/smaps_rollup", pid);
  FILE *file = fopen(path, "re");
  if (file == NULL) err(1, "%s", path);
  while (fgets(line, sizeof line, file) != NULL) {
    if (sscanf(line, "Rss: %ld", &kilobytes) == 1) held->resident += kilobytes;
    if (sscanf(line, "Private_Dirty: %ld", &kilobytes) == 1) held->dirty += kilobytes;
    if (sscanf(line, "Pss_Anon: %ld", &kilobytes) == 1) held->anonymous += kilobytes;
  }
  fclose(file);
}

/** Prints the memory of the program and its guardian in KiB, and its descriptors and children. */
static void look(pid_t program) {
  struct held held = {0, 0, 0};
  char path[64];
  pid_t all[8];
  pass(SETTLE_MS * MS);
  int children = children_of(program, all, 8);
  add_memory(&held, program);
  for (int at = 0; at < children; at++) add_memory(&held, all[at]);
  snprintf(path, sizeof path, "/proc/%d/fd", program);
  printf("%ld %ld %ld %d %d\n", held.resident, held.dirty, held.anonymous,
         count_names(path), children);
}

int main(int argc, char **argv) {
  int count = argc > 3 ? atoi(argv[1]) : 0;
  if (count < EARLY || count > MOST) errx(2, "usage: restart COUNT ADDRESS PROGRAM [ARG...]");
  be_subreaper();
  pid_t program = start(argv + 3, NULL, 0);
  await(argv[2], 1, 0);
  for (int at = 0; at < count; at++) {
    if (at == EARLY) look(program);
    int64_t sent = now();
    if (kill(program, SIGHUP)) err(1, "HUP");
    await(argv[2], at + 2, at + 1);
    answered[at] = now() - sent;
    await_one_child(program, at + 1);
  }
  look(program);
  end_all();
  for (int at = 0; at < count; at++) printf("%lld\n", (long long)answered[at]);
  return 0;
}
