# Starts a program whose stdin is of a kind, says its PID, and lets the other end of stdin go at each
# line "go" of our own input. Then says how the program ended.
import os, socket, subprocess, sys, tty

kind, *argv = sys.argv[1:]
held = []


def pipe():
    read, write = os.pipe()
    held.append(lambda: os.close(write))
    return read, write


def pair(of=socket.socketpair, end=lambda ours: ours.close()):
    theirs, ours = of()
    held.append(lambda: end(ours))
    return theirs.detach(), ours


def tcp():
    with socket.create_server(("127.0.0.1", 0)) as server:
        ours = socket.create_connection(server.getsockname())
        return server.accept()[0], ours


def terminal():
    master, slave = os.openpty()
    held.append(lambda: os.close(master))
    return slave


if kind in ("pipe", "unread", "read"):
    stdin, write = pipe()
    if kind != "pipe":
        os.write(write, b"x" * 10)
elif kind == "writers":
    stdin, write = pipe()
    other = os.dup(write)
    held.append(lambda: os.close(other))
elif kind == "pair":
    stdin, _ = pair()
elif kind == "half":
    stdin, kept = pair(end=lambda ours: ours.shutdown(socket.SHUT_WR))
elif kind == "tcp":
    stdin, _ = pair(tcp)
elif kind == "terminal":
    stdin = terminal()
elif kind == "both ways":
    path = os.path.join(os.environ["FOLDER"], "fifo-%d" % os.getpid())
    os.mkfifo(path)
    stdin = os.open(path, os.O_RDWR)
elif kind == "datagrams":
    stdin = socket.socket(socket.AF_INET, socket.SOCK_DGRAM).detach()
elif kind == "listening":
    stdin = socket.create_server(("127.0.0.1", 0)).detach()


def say(line):
    # The program writes to the same place: print() may write each word by itself.
    os.write(1, f"{line}\n".encode())


program = subprocess.Popen(argv, stdin=stdin, start_new_session=True)
os.close(stdin)
say(f"pid {program.pid}")
for line in sys.stdin:
    if line == "go\n":
        held.pop(0)()
        say("went")
say(f"ended {program.wait()}")
