// The main thread ends and another lives on: /proc calls the process a zombie, and cgroup.kill
// passes it by. The live thread has a child in a session of its own.
// headless [main]   (main: the main process itself; else a child of it)
#include "adversary.h"
#include <pthread.h>

static int is_main;

static void *live(void *nothing) {
  (void)nothing;
  if (spawn() == 0) {
    setsid();
    pass();
    stay();
  }
  // The leader's state becomes Z; only then is the adversary in place.
  char line[200] = "";
  while (strstr(line, ") Z ") == NULL && !is_over()) {
    FILE *file = fopen("/proc/self/stat", "r");
    if (file == NULL || fgets(line, sizeof line, file) == NULL) break;
    fclose(file);
    sched_yield();
  }
  pass();
  if (is_main) ready(2);
  for (;;) sleep(1);
  return NULL;
}

static void behead(void) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, live, NULL) != 0) _exit(92);
  pthread_exit(NULL);
}

int main(int argc, char **argv) {
  (void)argv;
  begin(SLEEPER_S);
  is_main = argc > 1;
  if (is_main) behead();
  if (spawn() == 0) {
    setsid();
    behead();
  }
  ready(2);
}
