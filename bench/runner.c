// Runs programs side by side: all of them once a round, each round in another order, so that what
// else the machine does falls on all alike.
//
//   runner ROUNDS WARM_UP_ROUNDS EXIT_STATUS PLACE ';' PROGRAM [ARG...] [';' PROGRAM [ARG...]]...
//
// PLACE is "here", or "first": each program is the first process of a PID namespace of its own, and
// its time begins when it is executed. Where that cannot be, we say "impossible", and why.
//
// A program that takes much longer than the fastest one runs only in some of the rounds.
//
// Prints a line per run: the program's place (from 0), its wall time, the time from the command's
// stamp to the program's end (-1: no stamp), both in nanoseconds, and the page faults of the
// program and of what it waited for. A command stamps by writing 8 bytes to descriptor 3.
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "first.h"

enum { LINK = 3, MAX_PROGRAMS = 32 };

// So many times the fastest program's time is slow; a slow program runs once in so many rounds.
enum { SLOW = 20, ROUNDS_PER_SLOW_RUN = 40 };

extern char **environ;

struct run {
  int program;
  int64_t wall, from_stamp;
  long faults;
};

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

// A fixed sequence: two runs of the benchmark take the same orders.
static uint32_t next_random(void) {
  static uint32_t state = 2463534242;
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

static void shuffle(int *order, int count) {
  for (int last = count - 1; last > 0; last--) {
    int other = next_random() % (last + 1);
    int kept = order[last];
    order[last] = order[other];
    order[other] = kept;
  }
}

// Empties the link; answers the stamp found in it, or 0.
static int64_t read_stamp(int link) {
  char bytes[64];
  int64_t stamp = 0;
  if (read(link, bytes, sizeof bytes) == sizeof stamp) memcpy(&stamp, bytes, sizeof stamp);
  return stamp;
}

static struct run run(int program, char **argv, int expected, int link) {
  pid_t pid;
  int status;
  struct rusage usage;
  int64_t start = now();
  if (first_began != NULL)
    pid = start_first(argv, environ);
  else if ((errno = posix_spawn(&pid, argv[0], NULL, NULL, argv, environ)) != 0)
    err(1, "%s", argv[0]);
  if (wait4(pid, &status, 0, &usage) != pid) err(1, "wait4");
  int64_t end = now();
  if (first_began != NULL) start = *first_began, end_first();
  if (!WIFEXITED(status) || WEXITSTATUS(status) != expected)
    errx(1, "%s: wait status %#x, expected exit %d", argv[0], status, expected);
  int64_t stamp = read_stamp(link);
  return (struct run){
      .program = program,
      .wall = end - start,
      .from_stamp = stamp == 0 ? -1 : end - stamp,
      .faults = usage.ru_minflt + usage.ru_majflt,
  };
}

// Splits the words at each ';' into vectors for exec; answers how many there are.
static int split(char **words, char ***programs) {
  int count = 0;
  for (char **word = words; *word != NULL; word++) {
    if (strcmp(*word, ";") != 0) continue;
    *word = NULL;
    if (count == MAX_PROGRAMS) errx(2, "more than %d programs", MAX_PROGRAMS);
    programs[count++] = word + 1;
  }
  return count;
}

// Makes the link; its writing end has the number that every command knows. Answers the other end.
static int open_link(void) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) err(1, "pipe2");
  int reading = fcntl(ends[0], F_DUPFD_CLOEXEC, LINK + 1);
  int writing = fcntl(ends[1], F_DUPFD_CLOEXEC, LINK + 1);
  if (reading < 0 || writing < 0 || dup2(writing, LINK) != LINK) err(1, "link");
  close(writing);
  return reading;
}

// Once in how many rounds each program runs, given how long all its runs for warming up took.
static void plan(const int64_t *walls, int *every, int count) {
  int64_t least = INT64_MAX;
  for (int place = 0; place < count; place++)
    if (walls[place] < least) least = walls[place];
  for (int place = 0; place < count; place++)
    every[place] = walls[place] > SLOW * least ? ROUNDS_PER_SLOW_RUN : 1;
}

int main(int argc, char **argv) {
  if (argc < 7)
    errx(2, "usage: runner ROUNDS WARM_UP_ROUNDS EXIT_STATUS PLACE ';' PROGRAM [ARG...] ...");
  int rounds = atoi(argv[1]), warm_up = atoi(argv[2]), expected = atoi(argv[3]);
  char **programs[MAX_PROGRAMS];
  int order[MAX_PROGRAMS], every[MAX_PROGRAMS];
  int64_t walls[MAX_PROGRAMS] = {0};
  int count = split(argv + 5, programs);
  for (int place = 0; place < count; place++) order[place] = place;
  struct run *runs = calloc((size_t)rounds * count, sizeof *runs);
  if (runs == NULL) err(1, "calloc");
  int link = open_link();
  if (strcmp(argv[4], "first") == 0) prepare_first();
  for (int round = 0; round < warm_up; round++)
    for (int place = 0; place < count; place++)
      walls[place] += run(place, programs[place], expected, link).wall;
  plan(walls, every, count);
  int done = 0;
  for (int round = 0; round < rounds; round++) {
    shuffle(order, count);
    for (int at = 0; at < count; at++) {
      int place = order[at];
      if (round % every[place] == 0) runs[done++] = run(place, programs[place], expected, link);
    }
  }
  // Printed at the end: a reader that wakes up would disturb what is measured.
  for (int at = 0; at < done; at++) {
    struct run *one = &runs[at];
    printf("%d %lld %lld %ld\n", one->program, (long long)one->wall, (long long)one->from_stamp,
           one->faults);
  }
  return 0;
}
