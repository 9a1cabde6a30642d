// Sends signals with a value each, in the given order: queue-signals PID SIGNAL=VALUE...
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv) {
  for (int at = 2; at < argc; at++) {
    int number, value;
    if (sscanf(argv[at], "%d=%d", &number, &value) != 2) return 98;
    siginfo_t info;
    memset(&info, 0, sizeof info);
    info.si_code = SI_QUEUE;
    info.si_pid = getpid();
    info.si_uid = getuid();
    info.si_value.sival_int = value;
    // Not sigqueue(3), which refuses two of the 64.
    if (syscall(SYS_rt_sigqueueinfo, atoi(argv[1]), number, &info) != 0) return errno;
  }
  return 0;
}
