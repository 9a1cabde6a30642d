// Runs a program and says, on the descriptor given first, how wait(2) saw it end.
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  (void)argc;
  int said = atoi(argv[1]), status;
  pid_t pid = fork();
  if (pid == 0) {
    close(said);
    execvp(argv[2], argv + 2);
    _exit(97);
  }
  waitpid(pid, &status, 0);
  if (WIFEXITED(status)) dprintf(said, "exited %d\n", WEXITSTATUS(status));
  else dprintf(said, "signaled %d%s\n", WTERMSIG(status), WCOREDUMP(status) ? " core" : "");
  return 0;
}
