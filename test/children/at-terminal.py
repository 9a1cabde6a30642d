"""Sits at a terminal before an interactive bash (or the program that follows) and acts step by step.

The argument is a JSON list of steps; what the terminal showed is printed at the end, as JSON.
  ["send", text]            types; {name} is what an earlier step found
  ["expect", pattern]       waits until the terminal shows it; named groups are kept
  ["state", name, letter]   waits until the process whose pid was found is in that state ("" gone)
  ["signal", name, number]  sends a signal to it; "self" is the shell
  ["hang-up"]               closes the terminal
Every wait has a limit; passing it fails.
"""
import json
import os
import pty
import re
import select
import signal
import sys
import time

LIMIT = 20.0


def fail(step, shown):
    print(json.dumps({"failed": step, "shown": shown}))
    sys.exit(1)


class Terminal:
    def __init__(self):
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.environ.update(PS1="ready> ", TERM="dumb", HISTFILE="", INPUTRC="/dev/null")
            for blocked in (signal.SIGTTOU, signal.SIGTTIN, signal.SIGPIPE, signal.SIGXFSZ):
                signal.signal(blocked, signal.SIG_DFL)
            if len(sys.argv) > 2:
                os.execv(sys.argv[2], sys.argv[2:])
            os.execvp("bash", ["bash", "--norc", "--noprofile", "--noediting", "-i"])
        self.shown, self.seen, self.found = "", 0, {"self": str(self.pid)}

    def read(self, deadline):
        if self.master < 0:
            return False
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([self.master], [], [], left)[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.shown += data.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(data)

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
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            try:
                with open("/proc/%s/stat" % self.found[name]) as file:
                    now = file.read().rpartition(")")[2].split()[0]
            except OSError:
                now = ""
            if now == letter or (letter == "" and now == "Z"):
                return True
            self.read(time.monotonic() + 0.001)
        return False

    def signal(self, name, number):
        os.kill(int(self.found[name]), number)
        return True

    def hang_up(self):
        os.close(self.master)
        self.master = -1
        return True

    def leave(self):
        """The shell ends its jobs when it is told that the terminal is gone."""
        os.kill(self.pid, signal.SIGHUP)
        os.kill(self.pid, signal.SIGCONT)
        deadline = time.monotonic() + LIMIT
        while os.waitpid(self.pid, os.WNOHANG)[0] == 0:
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)
                break
            self.read(time.monotonic() + 0.001)


def main():
    terminal = Terminal()
    for step in json.loads(sys.argv[1]):
        action, *words = step
        if not getattr(terminal, action.replace("-", "_"))(*words):
            terminal.leave()
            fail(step, terminal.shown)
    terminal.leave()
    print(json.dumps({"shown": terminal.shown}))


main()
