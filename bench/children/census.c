// Writes to descriptor 3 how many descriptors above that one are open here: they were inherited by
// mistake.
#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

int main(void) {
  DIR *all = opendir("/proc/self/fd");
  if (all == NULL) return 1;
  int32_t count = 0;
  for (struct dirent *entry; (entry = readdir(all)) != NULL;) {
    int number = atoi(entry->d_name);
    if (number > 3 && number != dirfd(all)) count++;
  }
  return write(3, &count, sizeof count) != sizeof count;
}
