"""What becomes of guardian and command when the supervisor dies.

Prints a table: the guardian has memory of its own, or shares the supervisor's. The rows about
memory need a memory control group that may be written (version 1, as root). Core dumps go where
/proc/sys/kernel/core_pattern says.
"""
import contextlib
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
GROUPS = "/sys/fs/cgroup/memory"
LIMIT = 3.0
MEMORY = 32 << 20
NO_LIMIT = resource.RLIM_INFINITY
NAMES = ("supervisor", "guardian", "main", "daemon")


def read(path):
    with open(path) as file:
        return file.read()


def write(path, text):
    with open(path, "w") as file:
        file.write(str(text))


def until(is_so):
    end = time.monotonic() + LIMIT
    while not is_so():
        if time.monotonic() > end:
            return False
        time.sleep(0.001)
    return True


def is_alive(pid):
    try:
        return read("/proc/%d/stat" % pid).rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Tree:
    def __init__(self, program, memory, core=NO_LIMIT, group=None):
        self.folder = tempfile.mkdtemp()
        self.log = self.folder + "/log"
        write(self.log, "")

        def before():
            resource.setrlimit(resource.RLIMIT_CORE, (core, NO_LIMIT))
            if group:
                write(group + "/cgroup.procs", os.getpid())

        words = [program, memory, self.log]
        self.process = subprocess.Popen(words, cwd=self.folder, preexec_fn=before)
        if not until(lambda: len(self.pids()) == len(NAMES)):
            sys.exit("did not start: " + read(self.log))

    def pids(self):
        return {name: int(pid) for name, pid in re.findall(r"^(\w+) (\d+)$", read(self.log), re.M)}

    def fate(self, death):
        """Kills the supervisor; tells in words what each process did."""
        began = time.monotonic()
        os.kill(self.process.pid, death)
        self.process.wait()
        took = time.monotonic() - began
        pids = self.pids()
        swept = until(lambda: "swept" in read(self.log) or not is_alive(pids["guardian"]))
        swept = swept and "swept" in read(self.log)
        alive = [name for name in ("main", "daemon") if is_alive(pids[name])]
        core = ", core file" if any("core" in name for name in os.listdir(self.folder)) else ""
        slow = ", %d ms" % (took * 1000) if took > 0.1 and death != signal.SIGUSR1 else ""
        return "%s, %s (signal %d%s%s)" % (
            "guardian swept" if swept else "**guardian died too**",
            "**%s alive**" % " and ".join(alive) if alive else "tree gone",
            -self.process.returncode, core, slow)

    def end(self):
        self.process.kill()
        self.process.wait()
        for name, pid in self.pids().items():
            # The guardian is at it, too.
            with contextlib.suppress(ProcessLookupError):
                if name in NAMES and is_alive(pid):
                    os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.folder)


def names(tree):
    pids = tree.pids()
    words = [read("/proc/%d/cmdline" % pids[name]).split("\0")[0] for name in NAMES[:2]]
    return "changes both command lines" if words[0] == words[1] else "changes the guardian's only"


def score(tree):
    pids = tree.pids()
    write("/proc/%d/oom_score_adj" % pids["guardian"], 500)
    changed = read("/proc/%d/oom_score_adj" % pids["supervisor"]).strip() == "500"
    return "changes both" if changed else "changes the guardian's only"


def moved(tree):
    """Only the supervisor stays in the small group."""
    for name in NAMES[1:]:
        write(GROUPS + "/cgroup.procs", tree.pids()[name])
    return tree.fate(signal.SIGUSR1)


def rows(group):
    yield "the supervisor is killed", {}, lambda tree: tree.fate(signal.SIGKILL)
    yield "it dumps core by SEGV", {}, lambda tree: tree.fate(signal.SIGSEGV)
    yield "it dumps core by ABRT", {}, lambda tree: tree.fate(signal.SIGABRT)
    yield "SEGV, core limit 0", {"core": 0}, lambda tree: tree.fate(signal.SIGSEGV)
    if group:
        in_group = {"group": group}
        yield "out of memory, all in one group", in_group, lambda tree: tree.fate(signal.SIGUSR1)
        yield "out of memory, supervisor alone in the group", in_group, moved
    yield "the guardian renames itself", {}, names
    yield "the guardian sets its `oom_score_adj`", {}, score


def table(folder, group):
    print("| | own memory (fork) | shared memory (`CLONE_VM`) |\n| --- | --- | --- |")
    subprocess.run(["cc", "-O1", "-o", folder + "/fate", HERE + "/fate.c"], check=True)
    for title, options, act in rows(group):
        cells = []
        for memory in ("own", "shared"):
            tree = Tree(folder + "/fate", memory, **options)
            cells.append(act(tree))
            tree.end()
        print("| %s | %s |" % (title, " | ".join(cells)), flush=True)


def main():
    group = "%s/fate-%d" % (GROUPS, os.getpid())
    try:
        os.mkdir(group)
        write(group + "/memory.limit_in_bytes", MEMORY)
    except OSError as error:
        print("no rows about memory: %s\n" % error)
        group = None
    try:
        with tempfile.TemporaryDirectory() as folder:
            table(folder, group)
    finally:
        if group and until(lambda: read(group + "/cgroup.procs") == ""):
            os.rmdir(group)


main()
