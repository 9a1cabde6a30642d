// Has another process fail as by a fault of its own: fails PID "fault" (it jumps nowhere: SIGSEGV),
// or fails PID CODE (it leaves with that code). Says "impossible" where no debugger is permitted.
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

static int set(pid_t pid, const char *how) {
  struct user_regs_struct registers;
  struct iovec all = {&registers, sizeof registers};
  if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &all) != 0) return 1;
  int is_fault = strcmp(how, "fault") == 0, code = atoi(how);
#ifdef __x86_64__
  // It stands behind the instruction of a system call, which is not to be made again.
  registers.orig_rax = -1;
  registers.rip = is_fault ? 0 : registers.rip - 2;
  registers.rax = SYS_exit_group;
  registers.rdi = code;
#else
  int none = -1;
  struct iovec call = {&none, sizeof none};
  if (ptrace(PTRACE_SETREGSET, pid, 0x404 /* NT_ARM_SYSTEM_CALL */, &call) != 0) return 1;
  registers.pc = is_fault ? 0 : registers.pc - 4;
  registers.regs[8] = SYS_exit_group;
  registers.regs[0] = code;
#endif
  return ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &all) != 0;
}

int main(int argc, char **argv) {
  if (argc != 3) return 98;
  pid_t pid = atoi(argv[1]);
  if (ptrace(PTRACE_ATTACH, pid, 0, 0) != 0) return puts("impossible"), 1;
  if (waitpid(pid, NULL, __WALL) != pid || set(pid, argv[2]) != 0) return 97;
  return ptrace(PTRACE_DETACH, pid, 0, 0) != 0;
}
