// Writes to a file without a notification by the kernel: through a mapping. For each line it reads it
// changes the file's first byte, and says so.
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int fd = argc > 1 ? open(argv[1], O_RDWR) : -1;
  char *first = fd < 0 ? MAP_FAILED : mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (first == MAP_FAILED) {
    perror("maps");
    return 1;
  }
  close(fd);
  printf("mapped\n");
  fflush(stdout);
  char byte = 'A';
  for (int read = getchar(); read != EOF; read = getchar()) {
    if (read != '\n') continue;
    *first = byte++;
    msync(first, 1, MS_SYNC);
    printf("written\n");
    fflush(stdout);
  }
  return 0;
}
