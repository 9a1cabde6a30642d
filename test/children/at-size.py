# Runs a program at a terminal of its own, prints what comes there, and ends with its exit code:
# at-size.py ROWS COLUMNS PROGRAM [ARG]...
import fcntl, os, pty, struct, sys, termios

rows, columns = int(sys.argv[1]), int(sys.argv[2])
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    os.execv(sys.argv[3], sys.argv[3:])
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:
        # EIO: no process has the terminal open any more.
        break
    if not part:
        break
    os.write(1, part)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
