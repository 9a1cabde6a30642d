// Writes its pid to descriptor 3, then of each USR1 the time, in nanoseconds of CLOCK_MONOTONIC,
// and the value that it was queued with, 0 where it was sent without.
#include <signal.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

int main(void) {
  sigset_t caught;
  siginfo_t info;
  sigemptyset(&caught);
  sigaddset(&caught, SIGUSR1);
  sigprocmask(SIG_BLOCK, &caught, NULL);
  // If the measurement is interrupted, this process still ends soon.
  alarm(60);
  int32_t pid = getpid();
  if (write(3, &pid, sizeof pid) != sizeof pid) return 1;
  while (sigwaitinfo(&caught, &info) == SIGUSR1) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int value = info.si_code == SI_QUEUE ? info.si_value.sival_int : 0;
    const int64_t got[] = {now.tv_sec * INT64_C(1000000000) + now.tv_nsec, value};
    if (write(3, got, sizeof got) != sizeof got) return 1;
  }
  return 1;
}
