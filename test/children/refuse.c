// Refuses a system call to a program at a fixed address, such as curfew, and to no other, such as
// what it starts; then executes it: refuse CALL=ERRNO PROGRAM ARG...   ERRNO 0: success without
// effect.
#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(what) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, what)
#define UNLESS(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip)
#define RETURN(value) BPF_STMT(BPF_RET | BPF_K, value)
// Below 4 GiB: where no kernel maps a program that can lie anywhere.
#define HIGH (offsetof(struct seccomp_data, instruction_pointer) + 4)

#define CALL(name) {#name, SYS_##name}
static const struct { const char *name; unsigned number; } calls[] = {
  CALL(bind), CALL(brk), CALL(clock_gettime), CALL(clock_nanosleep), CALL(clone), CALL(close),
  CALL(close_range), CALL(connect), CALL(execve), CALL(exit_group), CALL(fcntl), CALL(fstat),
  CALL(getcpu), CALL(getdents64), CALL(getegid), CALL(geteuid), CALL(getpgid), CALL(getpid),
  CALL(getppid), CALL(getrandom), CALL(getrusage), CALL(getsid), CALL(getsockname),
  CALL(inotify_add_watch), CALL(inotify_init1), CALL(ioctl), CALL(kill), CALL(listen), CALL(lseek),
  CALL(madvise), CALL(mmap), CALL(mount), CALL(mprotect), CALL(munmap), CALL(newfstatat),
  CALL(openat), CALL(pidfd_getfd), CALL(pidfd_open), CALL(pidfd_send_signal), CALL(pipe2), CALL(ppoll), CALL(prctl),
  CALL(prlimit64), CALL(pwritev2), CALL(read), CALL(readlinkat), CALL(recvfrom),
  CALL(rt_sigaction), CALL(rt_sigprocmask), CALL(rt_sigtimedwait), CALL(sched_getaffinity),
  CALL(sched_setaffinity), CALL(sched_yield), CALL(sendto), CALL(setpgid), CALL(setsid),
  CALL(setsockopt), CALL(signalfd4), CALL(socket), CALL(socketpair), CALL(statx),
  CALL(timerfd_create), CALL(timerfd_settime), CALL(waitid), CALL(write),
  CALL(capget), CALL(chdir), CALL(epoll_create1), CALL(epoll_ctl), CALL(exit), CALL(faccessat),
  CALL(fadvise64), CALL(fchdir), CALL(flock), CALL(ftruncate), CALL(futex), CALL(getpriority),
  CALL(getsockopt), CALL(inotify_rm_watch), CALL(linkat), CALL(mkdirat), CALL(pidfd_getfd),
  CALL(pread64), CALL(preadv2), CALL(recvmsg), CALL(renameat2), CALL(rt_sigpending),
  CALL(sched_getscheduler), CALL(sched_setscheduler), CALL(setpriority), CALL(splice),
  CALL(umask), CALL(unlinkat),
#ifdef SYS_arch_prctl
  CALL(access), CALL(arch_prctl), CALL(dup2), CALL(getpgrp), CALL(mkdir), CALL(poll),
  CALL(readlink), CALL(rmdir), CALL(unlink),
#endif
};

int main(int argc, char **argv) {
  char name[32];
  unsigned error, at = 0, count = sizeof calls / sizeof *calls;
  if (argc < 3 || sscanf(argv[1], "%31[^=]=%u", name, &error) != 2) return 98;
  while (at < count && strcmp(calls[at].name, name) != 0) at++;
  if (at == count) return 98;
  struct sock_filter filter[] = {
    LOAD(offsetof(struct seccomp_data, nr)), UNLESS(calls[at].number, 3), LOAD(HIGH), UNLESS(0, 1),
    RETURN(SECCOMP_RET_ERRNO | (error & SECCOMP_RET_DATA)), RETURN(SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return 99;
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) return 99;
  execvp(argv[2], argv + 2);
  return 97;
}
