// Puts an adversary where it can be counted and is bounded, then executes it:
// confine [--cgroup DIRECTORY]... [--processes N] [--user ID] -- PROGRAM ARG...
// Joins each cgroup, gives up root for the user, allows it N processes; says so to the adversary.
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void check(int failed, const char *what) {
  if (!failed) return;
  perror(what);
  exit(99);
}

static void join(const char *directory) {
  char path[4096];
  snprintf(path, sizeof path, "%s/cgroup.procs", directory);
  int procs = open(path, O_WRONLY | O_CLOEXEC);
  check(procs < 0 || write(procs, "0", 1) != 1, path);
  close(procs);
}

static void become(int id) {
  check(setgroups(0, NULL) || setresgid(id, id, id) || setresuid(id, id, id), "user");
}

int main(int argc, char **argv) {
  int at = 1;
  for (; at + 1 < argc && strcmp(argv[at], "--") != 0; at += 2) {
    const char *value = argv[at + 1];
    struct rlimit processes = {atoi(value), atoi(value)};
    if (!strcmp(argv[at], "--cgroup")) join(value);
    else if (!strcmp(argv[at], "--user")) become(atoi(value));
    else if (!strcmp(argv[at], "--processes")) check(setrlimit(RLIMIT_NPROC, &processes), "limit");
    else exit(98);
    setenv("CONFINED", argv[at], 1);
  }
  if (at + 1 >= argc) return 98;
  execvp(argv[at + 1], argv + at + 1);
  perror(argv[at + 1]);
  return 97;
}
