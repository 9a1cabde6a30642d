// Says "ready", then "caught N" for each of the given signals, until something ends it:
// handles [-e CODE] [-g] SIGNAL...   (-e: exit at the first; -g: a child of ours does the same)
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *who = "";
static int code = -1;

static void handle(int signal) {
  char line[40];
  int length = snprintf(line, sizeof line, "%scaught %d\n", who, signal);
  if (write(1, line, length) != length) _exit(96);
  if (code >= 0) _exit(code);
}

int main(int argc, char **argv) {
  int at = 1, grandchild = 0;
  if (at < argc && !strcmp(argv[at], "-e")) code = atoi(argv[at + 1]), at += 2;
  if (at < argc && !strcmp(argv[at], "-g")) grandchild = 1, at++;
  // One after the other, in the order of their numbers: a later line proves the earlier ones.
  struct sigaction action = {.sa_handler = handle};
  sigfillset(&action.sa_mask);
  for (; at < argc; at++) sigaction(atoi(argv[at]), &action, NULL);
  if (grandchild && fork() == 0) who = "grandchild ";
  char line[40];
  int length = snprintf(line, sizeof line, "%sready %d\n", who, getpid());
  if (write(1, line, length) != length) return 96;
  // Not much longer than any test, if we are not ended.
  alarm(120);
  for (;;) pause();
}
