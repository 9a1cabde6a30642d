// Runs a program and prints each path that it opens itself, not its children: opens PROGRAM [ARG]...
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static void print_path(pid_t pid, unsigned long at) {
  char path[4096];
  struct iovec here = {path, sizeof path - 1}, there = {(void *)at, sizeof path - 1};
  // The path may end just before a page that is not mapped.
  ssize_t got = process_vm_readv(pid, &here, 1, &there, 1, 0);
  for (; got < 0 && there.iov_len > 1; there.iov_len /= 2) {
    got = process_vm_readv(pid, &here, 1, &there, 1, 0);
  }
  if (got <= 0) return;
  path[got] = 0;
  printf("%s\n", path);
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  pid_t pid = fork();
  if (pid == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    execvp(argv[1], argv + 1);
    _exit(127);
  }
  int status;
  waitpid(pid, &status, 0);
  ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
  for (int signal = 0;;) {
    if (ptrace(PTRACE_SYSCALL, pid, 0, signal) < 0 || waitpid(pid, &status, 0) < 0) return 3;
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    if (WIFSIGNALED(status)) return 128 + WTERMSIG(status);
    signal = WSTOPSIG(status);
    if (signal == SIGTRAP) signal = 0;
    if (signal != (SIGTRAP | 0x80)) continue;
    signal = 0;
    struct __ptrace_syscall_info call;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof call, &call) <= 0) return 3;
    if (call.op != PTRACE_SYSCALL_INFO_ENTRY) continue;
    if (call.entry.nr == SYS_openat) print_path(pid, call.entry.args[1]);
#ifdef SYS_open
    if (call.entry.nr == SYS_open) print_path(pid, call.entry.args[0]);
#endif
  }
}
