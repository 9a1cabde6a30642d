"""Sits at a terminal before an interactive bash (or the program that follows), acts step by step.

The argument is a JSON list of steps; what the terminal showed is printed at the end, as JSON.
  ["send", text]             types; {name} is what an earlier step found
  ["expect", pattern]        waits until the terminal shows it; named groups are kept
  ["state", name, letter]    waits until the process whose pid was found is in that state ("" gone)
  ["signal", name, number]   sends a signal to it; "self" is the shell
  ["outer", name]            the pid was said inside another pid namespace: keeps ours for it
  ["supervisor", name, of, program]  keeps the outermost of the processes above `of` that run
                             program; `of` itself where there is none
  ["parent", name, of]       keeps the parent of a process
  ["child", name, of]        waits until a process has a child, and keeps the first
  ["foreground", name]       waits until the terminal belongs to the group of that process
  ["each-line-begins-left"]  no newline came without the return before it
  ["keep-settings"]          keeps the terminal's settings
  ["same-settings"]          waits until they are again as they were kept
  ["resize", rows, columns]  makes the terminal another size
  ["hang-up"]                closes the terminal
Every wait has a limit (TERMINAL_LIMIT, in seconds); passing it fails. A program after "--bare"
gets the terminal as its descriptors only, not as its controlling terminal.
"""
import contextlib
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

LIMIT = float(os.environ.get("TERMINAL_LIMIT", "20"))
SHELL = ["bash", "--norc", "--noprofile", "--noediting", "-i"]


def text_of(path):
    """A file of /proc. The name of a process may be any bytes, and each is a character here."""
    with open(path, encoding="latin-1") as file:
        return file.read()


def stat_of(pid):
    """The fields of /proc/PID/stat from the state on: state, parent, group, ...; [] when gone."""
    try:
        return text_of("/proc/%s/stat" % pid).rpartition(")")[2].split()
    except OSError:
        return []


def state_of(pid):
    state = (stat_of(pid) or [""])[0]
    return "" if state == "Z" else state


def is_below(pid, above):
    while pid not in ("0", above):
        pid = (stat_of(pid) + ["0", "0"])[1]
    return pid == above


def runs(pid, program):
    try:
        return os.path.samefile("/proc/%s/exe" % pid, program)
    except OSError:
        return False


def names_inside(pid):
    """Its pids in the namespaces below ours, outermost first."""
    try:
        status = text_of("/proc/%s/status" % pid)
        return re.search(r"^NSpid:\s+\d+\s*(.*)$", status, re.M)[1].split()
    except OSError:
        return []


class Terminal:
    def __init__(self, program):
        is_bare = program[:1] == ["--bare"]
        self.pid, self.master = self.bare() if is_bare else pty.fork()
        if self.pid == 0:
            os.environ.update(PS1="ready> ", TERM="dumb", HISTFILE="", INPUTRC="/dev/null")
            for blocked in (signal.SIGTTOU, signal.SIGTTIN, signal.SIGPIPE, signal.SIGXFSZ):
                signal.signal(blocked, signal.SIG_DFL)
            argv = program[1:] if is_bare else program or SHELL
            os.execvp(argv[0], argv)
        self.shown, self.seen, self.found = "", 0, {"self": str(self.pid)}
        self.data = b""

    def bare(self):
        master, slave = pty.openpty()
        pid = os.fork()
        if pid == 0:
            os.setsid()
            for descriptor in range(3):
                os.dup2(slave, descriptor)
            os.closerange(3, 256)
        else:
            os.close(slave)
        return pid, master

    def read(self, deadline):
        left = max(0.0, deadline - time.monotonic())
        if self.master < 0:
            # Only facts about processes are waited for now.
            select.select([], [], [], min(left, 0.001))
            return False
        if not select.select([self.master], [], [], left)[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:
            # No process is left at the terminal.
            return not self.hang_up()
        self.data += data
        self.shown += data.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(data)

    def until(self, is_so):
        """Asks again and again, for a limited time, and reads what is shown meanwhile."""
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            if is_so():
                return True
            self.read(time.monotonic() + 0.001)
        return False

    def send(self, text):
        for name, value in self.found.items():
            text = text.replace("{%s}" % name, value)
        os.write(self.master, text.encode())
        return True

    def expect(self, pattern):
        deadline = time.monotonic() + LIMIT
        while True:
            match = re.search(pattern, self.shown[self.seen :], re.M)
            if match:
                self.seen += match.end()
                self.found.update(match.groupdict())
                return True
            if not self.read(deadline):
                return False

    def state(self, name, letter):
        return self.until(lambda: state_of(self.found[name]) == letter)

    def signal(self, name, number):
        try:
            os.kill(int(self.found[name]), number)
        except ProcessLookupError:
            return False
        return True

    def outer(self, name):
        def is_found():
            inside = self.found[name]
            pids = [pid for pid in os.listdir("/proc") if pid.isdigit()]
            same = [pid for pid in pids if names_inside(pid)[-1:] == [inside]]
            same = [pid for pid in same if is_below(pid, str(self.pid))]
            self.found.update({name: same[0]} if same else {})
            return bool(same)

        return self.until(is_found)

    def supervisor(self, name, of, program):
        self.found[name] = pid = self.found[of]
        while is_below(pid, str(self.pid)):
            if runs(pid, program):
                self.found[name] = pid
            pid = (stat_of(pid) + ["0", "0"])[1]
        return True

    def parent(self, name, of):
        self.found[name] = stat_of(self.found[of])[1]
        return True

    def child(self, name, of):
        def is_found():
            pid = self.found[of]
            with contextlib.suppress(OSError, IndexError):
                children = text_of("/proc/%s/task/%s/children" % (pid, pid))
                self.found[name] = children.split()[0]
                return True
            return False
        return self.until(is_found)

    def foreground(self, name):
        group = stat_of(self.found[name])[2]
        return self.until(lambda: str(os.tcgetpgrp(self.master)) == group)

    def each_line_begins_left(self):
        return re.search(rb"(?<!\r)\n", self.data) is None

    def keep_settings(self):
        self.settings = termios.tcgetattr(self.master)
        return True

    def same_settings(self):
        return self.until(lambda: termios.tcgetattr(self.master) == self.settings)

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        return True

    def hang_up(self):
        os.close(self.master)
        self.master = -1
        return True

    def leave(self):
        """The shell ends its jobs when it is told that the terminal is gone."""
        for number in (signal.SIGHUP, signal.SIGCONT):
            os.kill(self.pid, number)
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        if not self.until(lambda: os.waitid(os.P_PID, self.pid, options)):
            os.kill(self.pid, signal.SIGKILL)
        # A scene that failed may have left something stopped. The kernel does not reuse the
        # session's number before its leader has been reaped.
        for pid in filter(str.isdigit, os.listdir("/proc")):
            if (stat_of(pid) + [""] * 4)[3] == str(self.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
        os.waitpid(self.pid, 0)


def main():
    terminal = Terminal(sys.argv[2:])
    result = {}
    for step in json.loads(sys.argv[1]):
        action, *words = step
        if not getattr(terminal, action.replace("-", "_"))(*words):
            result["failed"] = step
            break
    terminal.leave()
    print(json.dumps({**result, "shown": terminal.shown}))


main()
