// Waits in one of the ways in which programs hang: waits WAY [FOLDER]. Says "ready" first, and the
// numbers of other processes that have to do with it. FOLDER is where files are made. 96 where this
// cannot be done here.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <sched.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *folder = ".";
static char path[4096];

static const char *in_folder(const char *name) {
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static void ready(int pid) {
  printf("ready %d\n", pid);
  fflush(stdout);
}

// A child that goes on until its parent ends.
static int beside(void) {
  int pid = fork();
  if (pid == 0) prctl(PR_SET_PDEATHSIG, SIGKILL);
  return pid;
}

static int listener(struct sockaddr_in *at, int backlog) {
  socklen_t length = sizeof *at;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  memset(at, 0, sizeof *at);
  at->sin_family = AF_INET;
  at->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, (struct sockaddr *)at, length) || listen(fd, backlog)) exit(96);
  getsockname(fd, (struct sockaddr *)at, &length);
  return fd;
}

static int connected(const struct sockaddr_in *to) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(fd, (const struct sockaddr *)to, sizeof *to)) exit(96);
  return fd;
}

static void fill(int fd) {
  static char much[1 << 16];
  for (;;) if (write(fd, much, sizeof much) < 0) exit(96);
}

// The first process holds the lock, the second waits for it.
static void lock(int is_flock) {
  int fd = open(in_folder("lock"), O_RDWR | O_CREAT, 0600);
  struct flock whole = {.l_type = F_WRLCK};
  if (fd < 0 || (is_flock ? flock(fd, LOCK_EX) : fcntl(fd, F_SETLK, &whole))) exit(96);
  int holder = getpid(), waiter = beside();
  if (waiter > 0) pause();
  ready(holder);
  fd = open(path, O_RDWR);
  if (is_flock) flock(fd, LOCK_EX);
  else fcntl(fd, F_SETLKW, &whole);
}

static void *read_one(void *fd) {
  char byte;
  return read(*(int *)fd, &byte, 1) < 0 ? NULL : fd;
}

int main(int argc, char **argv) {
  const char *way = argc > 1 ? argv[1] : "";
  if (argc > 2) folder = argv[2];
  int ends[2], word = 0;
  struct sockaddr_in at;
  char byte;
#define WAY(name) else if (!strcmp(way, name))
  if (!*way) return 98;
  WAY("fifo_open") {
    if (mkfifo(in_folder("fifo"), 0600)) return 96;
    ready(0);
    open(path, O_RDONLY);
  }
  WAY("fifo_read") {
    if (mkfifo(in_folder("fifo"), 0600)) return 96;
    int fd = open(path, O_RDWR);
    ready(getpid());
    read_one(&fd);
  }
  WAY("pipe_read") {
    if (pipe(ends)) return 96;
    int writer = beside();
    if (writer == 0) pause();
    close(ends[1]);
    ready(writer);
    read_one(ends);
  }
  WAY("pipe_write") {
    if (pipe(ends)) return 96;
    int reader = beside();
    if (reader == 0) pause();
    close(ends[0]);
    ready(reader);
    fill(ends[1]);
  }
  WAY("input") {
    ready(0);
    int fd = 0;
    read_one(&fd);
  }
  WAY("tty") {
    int fd = open("/dev/tty", O_RDWR);
    if (fd < 0) return 96;
    ready(0);
    read_one(&fd);
  }
  WAY("poll_input") {
    struct pollfd one = {.fd = 0, .events = POLLIN};
    ready(0);
    poll(&one, 1, -1);
  }
  WAY("flock") lock(1);
  WAY("fcntl") lock(0);
  WAY("futex") {
    ready(0);
    syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
  }
  WAY("thread") {
    pthread_t thread;
    if (pipe(ends) || pthread_create(&thread, NULL, read_one, ends)) return 96;
    ready(getpid());
    pthread_join(thread, NULL);
  }
  WAY("connect") {
    listener(&at, 0);
    ready(ntohs(at.sin_port));
    for (int count = 0; count < 8; count++) connected(&at);
  }
  WAY("accept") {
    int fd = listener(&at, 1);
    ready(ntohs(at.sin_port));
    accept(fd, NULL, NULL);
  }
  WAY("accept6") {
    struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    socklen_t length = sizeof name;
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    if (bind(fd, (struct sockaddr *)&name, length) || listen(fd, 1)) return 96;
    getsockname(fd, (struct sockaddr *)&name, &length);
    ready(ntohs(name.sin6_port));
    accept(fd, NULL, NULL);
  }
  WAY("accept_poll") {
    struct pollfd one = {.fd = listener(&at, 1), .events = POLLIN};
    ready(ntohs(at.sin_port));
    poll(&one, 1, -1);
  }
  WAY("accept_unix") {
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(name.sun_path, sizeof name.sun_path, "%s", in_folder("socket"));
    if (bind(fd, (struct sockaddr *)&name, sizeof name) || listen(fd, 1)) return 96;
    ready(0);
    accept(fd, NULL, NULL);
  }
  WAY("socket_read") {
    listener(&at, 1);
    int fd = connected(&at);
    ready(ntohs(at.sin_port));
    recv(fd, &byte, 1, 0);
  }
  WAY("socket_write") {
    listener(&at, 1);
    int fd = connected(&at);
    ready(ntohs(at.sin_port));
    fill(fd);
  }
  WAY("child") {
    int child = beside();
    if (child == 0) pause();
    ready(child);
    waitpid(child, NULL, 0);
  }
  WAY("any_child") {
    int child = beside();
    if (child == 0) pause();
    ready(child);
    siginfo_t info;
    waitid(P_ALL, 0, &info, WEXITED);
  }
  WAY("sleep") {
    ready(0);
    sleep(1000);
  }
  WAY("poll_nothing") {
    ready(0);
    poll(NULL, 0, -1);
  }
  WAY("poll") {
    struct pollfd both[2] = {{.fd = listener(&at, 1), .events = POLLIN}, {.fd = 0}};
    if (pipe(ends)) return 96;
    both[1] = (struct pollfd){.fd = ends[0], .events = POLLIN};
    ready(0);
    poll(both, 2, -1);
  }
  WAY("select") {
    fd_set set;
    if (pipe(ends)) return 96;
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    ready(getpid());
    select(ends[0] + 1, &set, NULL, NULL, NULL);
  }
  WAY("epoll_input") {
    int fd = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN};
    if (epoll_ctl(fd, EPOLL_CTL_ADD, 0, &event)) return 96;
    ready(0);
    epoll_wait(fd, &event, 1, -1);
  }
  WAY("signal") {
    ready(0);
    pause();
  }
  WAY("stopped") {
    ready(0);
    raise(SIGSTOP);
  }
  WAY("zombie") {
    int child = fork();
    if (child == 0) _exit(0);
    ready(child);
    pause();
  }
  WAY("traced") {
    int child = beside();
    if (child == 0) {
      ptrace(PTRACE_TRACEME, 0, NULL, NULL);
      raise(SIGSTOP);
      pause();
    }
    waitpid(child, NULL, WUNTRACED);
    ready(child);
    pause();
  }
  WAY("running") {
    ready(0);
    for (;;) word++;
  }
  WAY("disk") {
    // A file system that never answers, where only this process sees it.
    int fuse = open("/dev/fuse", O_RDWR);
    char options[128], name[4200];
    struct stat state;
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", fuse);
    if (fuse < 0 || unshare(CLONE_NEWNS) || mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL)) return 96;
    if (mount("silent", folder, "fuse", 0, options)) return 96;
    ready(0);
    snprintf(name, sizeof name, "%s/file", folder);
    stat(name, &state);
  }
  WAY("vfork") {
    int child = vfork();
    if (child == 0) {
      ready(getpid());
      pause();
    }
  }
  else return 98;
  return 0;
}
