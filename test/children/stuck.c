// Runs a program to which each write(2) to one descriptor never comes back, as to a file on a
// server that does not answer: stuck DESCRIPTOR PROGRAM ARG... With "memory" for DESCRIPTOR, each
// pread(2) of 4096 bytes, by which paths in the memory of other processes are read. Exits as the program did, 128 + N where
// it died of signal N; 96 where this cannot be done here. Calls that are held wait for a listener
// that says nothing.
#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static int install(struct sock_fprog *program) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return -1;
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, program);
}

static int hold_memory(void) {
  struct sock_filter filter[] = {
      LOAD(nr),      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pread64, 0, 3),
      // The length of a path. The dynamic loader of the command reads other lengths.
      LOAD(args[2]), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 4096, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF), ALLOW,
  };
  return install(&(struct sock_fprog){sizeof filter / sizeof *filter, filter});
}

static int hold(unsigned descriptor) {
  struct sock_filter filter[] = {
      LOAD(nr),      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 0, 3),
      LOAD(args[0]), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, descriptor, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF), ALLOW,
  };
  return install(&(struct sock_fprog){sizeof filter / sizeof *filter, filter});
}

int main(int argc, char **argv) {
  if (argc < 3) return 98;
  // The descriptors are shared until the program is executed, so we have the listener.
  long child = syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
  if (child < 0) return 96;
  if (child == 0) {
    if ((strcmp(argv[1], "memory") ? hold(atoi(argv[1])) : hold_memory()) < 0) _exit(96);
    execvp(argv[2], argv + 2);
    _exit(97);
  }
  int status;
  while (waitpid(child, &status, 0) < 0);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
