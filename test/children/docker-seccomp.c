// Executes a program under a filter like a container runtime's: clone3 does not exist, namespaces
// and tracing are not permitted.   docker-seccomp PROGRAM ARG...
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(what) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, what))
#define IS(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, skip, 0)
#define HAS(bits, yes, no) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, yes, no)
#define RETURN(value) BPF_STMT(BPF_RET | BPF_K, value)
#define REFUSE(error) RETURN(SECCOMP_RET_ERRNO | error)

enum { SPACES = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC
  | CLONE_NEWUTS | CLONE_NEWCGROUP };

int main(int argc, char **argv) {
  struct sock_filter filter[] = {
    LOAD(nr),
    IS(SYS_clone3, 8),
    IS(SYS_unshare, 8),
    IS(SYS_setns, 7),
    IS(SYS_mount, 6),
    IS(SYS_ptrace, 5),
    IS(SYS_clone, 1),
    RETURN(SECCOMP_RET_ALLOW),
    LOAD(args[0]),
    HAS(SPACES, 1, 2),
    REFUSE(ENOSYS),
    REFUSE(EPERM),
    RETURN(SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  if (argc < 2 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return 98;
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    perror("seccomp");
    return 99;
  }
  execvp(argv[1], argv + 1);
  return 97;
}
