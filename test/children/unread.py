"""Runs a program with a descriptor that takes little or nothing, and never reads from it.

unread.py KIND DESCRIPTOR PROGRAM ARG...
  terminal  with some room, but not enough for a long line
  paused    a terminal whose output was stopped, as by ^S
  pipe, socket, datagrams  that are full
Exits as the program did; 128 + N where it died of signal N.
"""
import contextlib
import os
import pty
import select
import socket
import sys
import termios
import tty


def fill(descriptor):
    """Until it takes nothing more."""
    os.set_blocking(descriptor, False)
    for size in (65536, 1024, 1):
        with contextlib.suppress(OSError):
            while True:
                os.write(descriptor, b"x" * size)
    os.set_blocking(descriptor, True)


def terminal():
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    fill(theirs)
    room = select.poll()
    room.register(theirs, select.POLLOUT)
    # poll(2) says that there is room long before there is room for a line.
    while not room.poll(0):
        os.read(ours, 64)
    return ours, theirs


def paused():
    ours, theirs = pty.openpty()
    termios.tcflow(theirs, termios.TCOOFF)
    return ours, theirs


def pipe():
    ours, theirs = os.pipe()
    fill(theirs)
    return ours, theirs


def sockets(kind):
    ours, theirs = socket.socketpair(socket.AF_UNIX, kind)
    fill(theirs.fileno())
    return ours.detach(), theirs.detach()


KINDS = {
    "terminal": terminal,
    "paused": paused,
    "pipe": pipe,
    "socket": lambda: sockets(socket.SOCK_STREAM),
    "datagrams": lambda: sockets(socket.SOCK_DGRAM),
}


def main():
    kind, number, *program = sys.argv[1:]
    ours, theirs = KINDS[kind]()
    child = os.fork()
    if child == 0:
        os.close(ours)
        os.dup2(theirs, int(number))
        if theirs != int(number):
            os.close(theirs)
        os.execvp(program[0], program)
    os.close(theirs)
    _, status = os.waitpid(child, 0)
    sys.exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))


main()
