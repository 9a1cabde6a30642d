// Processes that are left when the command ends: what is about to end by itself is waited for, what
// is named stays, everything else is ended at once.
import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { BINARIES, type Binary } from "./binary.ts";
import { curfew, endOfRun, isOver, run, until } from "./run.ts";

const DIR = mkdtempSync(join(tmpdir(), "curfew-lingering-"));
after(() => rmSync(DIR, { recursive: true, force: true }));

let count = 0;
/** A folder of its own, with what is written into it. */
function folder(files: Readonly<Record<string, string>> = {}): string {
  count += 1;
  const made = join(DIR, String(count));
  mkdirSync(made);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(made, name), text);
  return made;
}

const read = (place: string, name: string) => readFileSync(join(place, name), "utf8");
const last = (place: string) => read(place, "log").trimEnd().split("\n").at(-1);

type Told = {
  readonly elapsed_ms: number;
  readonly outcome: string;
  readonly tree_gone: boolean | null;
  readonly signals_sent: readonly { readonly signal: string; readonly target: string }[];
  readonly leftovers: readonly { readonly pid: number; readonly command: string }[];
  readonly waited_for: readonly { readonly pid: number; readonly command: string }[];
  readonly spared: readonly { readonly pid: number; readonly command: string }[];
};

/** Runs a script of bash in a folder: how it ended, and its report. */
async function tell(binary: Binary, words: readonly string[], script: string, place = folder()) {
  writeFileSync(join(place, "script"), script);
  const subcommand = words[0] ?? "run";
  const all = [subcommand, "--report", "report", ...words.slice(1), "bash", "script"];
  const ended = await curfew(binary, all, { cwd: place }).ended;
  const report = JSON.parse(read(place, "report")) as Told;
  return { place, end: endOfRun(ended), stderr: ended.stderr, report };
}

const names = (processes: readonly { readonly command: string }[]) =>
  [...new Set(processes.map(({ command }) => command))].sort();

const LINES = 'for n in 1 2 3 4 5 6 7 8 9 10; do echo "line $n"; done; echo last words';
/** It has read nothing yet when the command is about to end. */
const LATE = "until [ -e go ]; do :; done";

/** What a script sends its output through. */
const READERS: readonly (readonly [name: string, script: string])[] = [
  ["tee", `exec > >(${LATE}; exec tee log >/dev/null); ${LINES}; : >go`],
  ["sed and tee", `exec > >(${LATE}; sed s/x/y/ | tee log >/dev/null); ${LINES}; : >go`],
  ["gzip", `exec > >(${LATE}; gzip >log.gz); ${LINES}; : >go`],
  [
    "a loop that writes the time",
    `exec > >(while IFS= read -r line; do echo "$(date +%s) $line"; done >log); ${LINES}`,
  ],
  [
    "a named pipe, and a job that holds it, too",
    `mkfifo pipe; (exec <pipe; ${LATE}; exec tee log >/dev/null) & exec >pipe; sleep 1000 & ${LINES}; : >go`,
  ],
];

/** A pair of sockets, as Node and Python make them for a child's input. */
const SOCKETS = `
import os, socket, subprocess
ours, theirs = socket.socketpair()
subprocess.Popen(["tee", "log"], stdin=theirs, stdout=subprocess.DEVNULL)
theirs.close()
ours.sendall(b"line\\n" * 99 + b"last words\\n")
os._exit(0)
`;

/** It continues all, as GNU does. */
const TIMEOUTS = ["SIGTERM", "SIGCONT"];

function readers(binary: Binary): void {
  for (const [name, script] of READERS) {
    for (const words of [
      ["run"],
      ["init"],
      ["timeout", "--leftovers=kill"],
      ["run", "--leftovers=fail"],
    ]) {
      const isLeak = words.includes("--leftovers=fail") && script.includes("sleep 1000");
      test(`${words.join(" ")}: ${name} reads to the end`, async () => {
        const given = words[0] === "timeout" ? [...words, "99"] : words;
        const { place, end, report } = await tell(binary, given, script);
        assert.equal(end, isLeak ? "125" : "0");
        if (existsSync(join(place, "log.gz"))) {
          const { stdout } = await run(["gzip", "-dc", join(place, "log.gz")]);
          assert.match(stdout, /^last words$/m);
        } else assert.match(last(place) ?? "", /last words$/);
        const sent = report.signals_sent.map(({ signal }) => signal);
        const isEnded = script.includes("sleep 1000");
        assert.deepEqual(sent, isEnded ? (words[0] === "timeout" ? TIMEOUTS : ["SIGTERM"]) : []);
        assert.equal(report.tree_gone, true);
      });
    }
  }

  test("a pair of sockets is read to its end", async () => {
    const place = folder({ "main.py": SOCKETS });
    const ended = await curfew(binary, ["run", "python3", "main.py"], { cwd: place }).ended;
    assert.deepEqual([endOfRun(ended), last(place)], ["0", "last words"]);
  });

  test("report and -v name the processes that were waited for", async () => {
    const stays = "trap 'touch told' TERM; cat >log; until [ -e told ]; do :; done";
    const script = `exec > >(${stays}); ${LINES}`;
    const { end, stderr, report } = await tell(binary, ["run", "-v", "-k", "2s"], script);
    assert.deepEqual([end, names(report.waited_for).includes("bash")], ["0", true]);
    assert.match(stderr, /: waiting for processes that read the end of a pipe: \d+ 'bash'/);
    const sent = report.signals_sent.map(({ signal }) => signal);
    assert.deepEqual(sent, ["SIGTERM"]);
  });
}

/** They end when the command has, within the fifth of a second that a leak test gives them. */
const CLEAN: readonly (readonly [name: string, text: string])[] = [
  [
    "shared_memory",
    "from multiprocessing import shared_memory as s\nm = s.SharedMemory(create=True, size=9)\nm.close(); m.unlink()\n",
  ],
  [
    "forkserver",
    "import multiprocessing as m\nif __name__ == '__main__':\n  c = m.get_context('forkserver')\n  p = c.Process(target=print)\n  p.start(); p.join()\n",
  ],
];

function leaks(binary: Binary): void {
  for (const [name, text] of CLEAN) {
    test(`--leftovers fail: Python's ${name} leaves no process behind`, async () => {
      const place = folder({ "main.py": text });
      const words = ["run", "--leftovers", "fail", "python3", "main.py"];
      const ended = await curfew(binary, words, { cwd: place }).ended;
      assert.deepEqual([ended.stderr, endOfRun(ended)], ["", "0"]);
    });
  }

  test("--leftovers fail: esbuild's service ends with its program", async () => {
    const esbuild = new URL("../../node_modules/esbuild/lib/main.js", import.meta.url).href;
    const text = `import { transform } from ${JSON.stringify(esbuild)};
      await transform("let a = 1"); process.exit(0);`;
    const place = folder({ "main.mjs": text });
    const words = ["run", "--leftovers", "fail", process.execPath, "main.mjs"];
    const ended = await curfew(binary, words, { cwd: place }).ended;
    assert.deepEqual([ended.stderr, endOfRun(ended)], ["", "0"]);
  });

  test("--leftovers fail: a process that ends soon is no leak, one that does not is named", async () => {
    const soon = await tell(binary, ["run", "--leftovers", "fail"], "sleep 0.05 &");
    assert.deepEqual([soon.end, soon.stderr], ["0", ""]);
    const linger = ["run", "--leftovers", "fail", "--linger", "30s"];
    const later = await tell(binary, linger, `sleep 0.5 &${BEGUN}`);
    assert.deepEqual([later.end, names(later.report.leftovers)], ["0", ["sleep"]]);
    const leak = await tell(binary, ["run", "--leftovers", "fail"], `sleep 1000 &${BEGUN}`);
    assert.equal(leak.end, "125");
    assert.match(leak.stderr, /the command left processes behind: \d+ 'sleep'$/m);
  });

  test("--linger 0: no process is waited for", async () => {
    const script = `exec > >(exec cat >log; sleep 1000); exec >/dev/null; sleep 1000 &`;
    const { report } = await tell(binary, ["run", "--linger", "0"], script);
    assert.deepEqual(report.waited_for, []);
  });
}

/** Until then it has the name of its shell. */
const BEGUN = ` until [ "$(cat /proc/$!/comm)" = sleep ]; do :; done`;

/** Each reads what the other one writes; they have begun when this has ended. */
const CROSSED = `
import os, subprocess
a, b = os.pipe(), os.pipe()
subprocess.Popen(["cat"], stdin=a[0], stdout=b[1])
subprocess.Popen(["cat"], stdin=b[0], stdout=a[1])`;

/** Processes that are ended at once, because there is nothing to wait for. */
const OTHERS: readonly (readonly [name: string, script: string])[] = [
  ["a job", "sleep 1000 &"],
  ["a daemon", "setsid sleep 1000 </dev/null >/dev/null 2>&1 &"],
  ["one that has both ends of a pipe", "mkfifo pipe; sleep 1000 <>pipe &"],
  ["one that reads what a job writes", "sleep 1000 | cat &"],
  ["two that read from each other", `python3 -c '${CROSSED}'`],
];

function others(binary: Binary): void {
  for (const subcommand of ["run", "init", "timeout"]) {
    for (const [name, script] of OTHERS) {
      test(`${subcommand}: ${name} is ended at once`, async () => {
        const limit =
          subcommand === "timeout" ? ["--leftovers", "kill", "-k", "9", "99"] : ["-k", "9s"];
        const { end, report } = await tell(binary, [subcommand, ...limit], script);
        assert.deepEqual([end, report.outcome, report.tree_gone], ["0", "exited", true]);
        // A wait would be one of eight seconds.
        assert.ok(report.elapsed_ms < 7000, String(report.elapsed_ms));
        const sent = report.signals_sent.map(({ signal, target }) => `${signal} ${target}`);
        const more = subcommand === "timeout" ? ["SIGCONT tree"] : [];
        assert.deepEqual(sent, ["SIGTERM tree", ...more]);
      });
    }
  }

  test("what came from our caller is not waited for", async () => {
    const place = folder();
    const words = ["run", "--report", "report", "python3", "-c", INHERITS];
    const ended = await curfew(binary, words, {
      cwd: place,
      before: ["sh", "-c", ': | "$@"', "sh"],
    }).ended;
    assert.equal(endOfRun(ended), "0");
    const report = JSON.parse(read(place, "report")) as Told;
    assert.deepEqual([names(report.leftovers), report.waited_for], [["sleep"], []]);
  });
}

const INHERITS = 'import subprocess as s; s.Popen(["sleep", "1000"])';

function spares(binary: Binary): void {
  test("--spare: what is named keeps running, with all its descendants, and is no leak", async () => {
    const place = folder();
    const script = join(place, "keeper");
    writeFileSync(script, "#!/bin/sh\nsleep 1000 & echo $! >below; echo $$ >pid; wait\n");
    chmodSync(script, 0o755);
    const words = ["run", "--leftovers", "fail", "--spare", "*keeper --gc*"];
    const wait = "until [ -s pid ] && [ -s below ]; do :; done";
    const told = await tell(binary, words, `./keeper --gc >/dev/null 2>&1 & ${wait}`, place);
    const [pid, below] = [Number(read(place, "pid")), Number(read(place, "below"))];
    try {
      assert.deepEqual([told.end, told.stderr], ["0", ""]);
      const { report } = told;
      assert.deepEqual(report.spared.map((one) => one.pid).sort(), [pid, below].sort());
      assert.deepEqual([report.tree_gone, isOver(pid), isOver(below)], [null, false, false]);
    } finally {
      for (const one of [below, pid]) process.kill(one, "SIGKILL");
      await until("they are over", () => [pid, below].every(isOver));
    }
  });

  test("--spare: everything else ends first; at a limit it ends as well", async () => {
    const both = "sleep 1001 & sleep 1002 >/dev/null 2>&1 & echo $! >pid;";
    const told = await tell(binary, ["run", "--spare", "sleep 1002"], both);
    const pid = Number(read(told.place, "pid"));
    assert.deepEqual([told.end, told.report.spared.map((one) => one.pid)], ["0", [pid]]);
    assert.equal(told.report.leftovers.filter((one) => !isOver(one.pid)).length, 1);
    process.kill(pid, "SIGKILL");
    const limit = ["run", "--timeout", "0.2s", "--spare", "sleep*"];
    const late = await tell(binary, limit, `${both} wait`);
    assert.deepEqual([late.end, late.report.tree_gone, late.report.spared], ["124", true, []]);
  });
}

for (const binary of BINARIES) {
  describe(binary.name, () => {
    readers(binary);
    leaks(binary);
    others(binary);
    spares(binary);
  });
}
