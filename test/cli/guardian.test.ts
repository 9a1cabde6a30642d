// The guardian: what it is beside the command, what it passes on, and what ends the tree when one
// of the two of us is ended first.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { describe, test } from "node:test";
import { IS_ROOT } from "../adversaries/users.ts";
import { patiently } from "../patience.ts";
import { BINARIES, type Binary, nameOf } from "./binary.ts";
import { child, number, surroundings } from "./children.ts";
import { newPath, type Report, reporting, sentOf } from "./reports.ts";
import {
  childrenOf,
  curfew,
  endOfRun,
  guardianOf,
  isOver,
  OPEN,
  run,
  type Spawn,
  statusOf,
  until,
} from "./run.ts";

const HANDLES = child("handles");
const TERM = number("TERM");
const SUBCOMMANDS: readonly (readonly string[])[] = [
  ["run", "--process-group", "caller"],
  ["timeout", "1000"],
];

/** Parent, group and session. */
function placeOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields.slice(1, 4).map(Number);
}

/** When a process was started, in clock ticks. */
function startOf(pid: number): string {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

/** What a descriptor stands for; empty where it is closed by now. */
function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return "";
  }
}

/**
 * Waits until the guardian has closed all descriptors. Only root can see them: the guardian is not
 * dumpable, so that the kernel hides them from its own user.
 */
async function closesAll(guardian: number): Promise<void> {
  if (!IS_ROOT) return;
  await until("it holds nothing", () => readdirSync(`/proc/${guardian}/fd`).length === 0);
}

/** The command with a daemon in a session of its own, both with the same arguments. */
const family = (...words: readonly string[]) => [
  "sh",
  "-c",
  'setsid "$0" "$@" & exec "$0" "$@"',
  HANDLES,
  ...words,
];

async function bothReady(binary: Binary, words: readonly string[], options: Spawn = {}) {
  const running = reporting(binary, words, options);
  await running.says(/^ready[\s\S]*^ready/m);
  return { running, guardian: await guardianOf(running.pid) };
}

function nature(binary: Binary): void {
  for (const subcommand of SUBCOMMANDS) {
    test(`${subcommand[0]}: its name, its session, no descriptor; nothing of it stays`, async () => {
      const running = curfew(binary, [...subcommand, HANDLES]);
      const [, pid] = await running.says(/^ready (\d+)$/m);
      const guardian = await guardianOf(running.pid);
      const commandLine = () => readFileSync(`/proc/${guardian}/cmdline`, "utf8");
      const limit = subcommand[0] === "run" ? "0" : "\\d{9,}";
      const title = new RegExp(
        `^guardian: ${running.pid} ${startOf(running.pid)} ${limit}: handles`,
      );
      await until("it is renamed", () => title.test(commandLine()));
      assert.doesNotMatch(commandLine(), /curfew/);
      await closesAll(guardian);
      assert.deepEqual(placeOf(guardian), [running.pid, guardian, guardian]);
      const [parent, group, session] = placeOf(Number(pid));
      const [, ourGroup, ourSession] = placeOf(running.pid);
      assert.deepEqual([parent, group, session], [guardian, ourGroup, ourSession]);
      assert.notEqual(statusOf(running.pid, "Name"), "guardian");
      running.kill("SIGTERM");
      assert.equal(endOfRun(await running.ended), "SIGTERM");
      assert.equal(statusOf(guardian, "State"), "", "not even a zombie");
    });
  }

  test("where close_range is refused it holds no descriptor either", {
    skip: !IS_ROOT && "only root sees the descriptors of a guardian",
  }, async () => {
    const before = surroundings("--open 20 --deny close_range=38");
    const running = curfew(binary, ["run", HANDLES], { before });
    await running.says(/^ready \d+$/m);
    const guardian = await guardianOf(running.pid);
    await closesAll(guardian);
    running.kill("SIGTERM");
    assert.equal(endOfRun(await running.ended), "SIGTERM");
  });

  test("where standard descriptors are closed, what stands for it does not take their places", async () => {
    const before = surroundings("--close 0 --close 1 --close 2");
    const running = curfew(binary, ["run", "-v", "sleep", "1000"], { before });
    const targets = () =>
      readdirSync(`/proc/${running.pid}/fd`).map(
        (fd) => [Number(fd), targetOf(`/proc/${running.pid}/fd/${fd}`)] as const,
      );
    await until("we wait for it", () => targets().some(([, to]) => to.includes("[pidfd]")));
    assert.deepEqual(
      targets().filter(([fd]) => fd < 3),
      [],
    );
    running.kill("SIGTERM");
    assert.equal(endOfRun(await running.ended), "SIGTERM");
  });

  test("it is gone when a command ended by itself, was not found, or left a daemon", async () => {
    const script = 'echo "parent $PPID"; setsid "$0" -e 0 15 & exit 3';
    const ended = await curfew(binary, ["run", "sh", "-c", script, HANDLES]).ended;
    const [, parent] = /^parent (\d+)$/m.exec(ended.stdout) ?? [];
    assert.deepEqual([endOfRun(ended), statusOf(Number(parent), "State")], ["3", ""]);
    const holder = curfew(binary, ["run", "curfew-has-no-such"], { before: ["sh", "-c", HOLDS] });
    assert.match((await holder.ended).stdout, /^127 0$/m);
  });

  test("orphans of the tree become its children", async () => {
    const orphaned = curfew(binary, ["run", "sh", "-c", ORPHAN, HANDLES]);
    const [, orphan] = await orphaned.says(/^ready (\d+)$/m);
    const guardian = await guardianOf(orphaned.pid);
    await until("it is adopted", () => childrenOf(guardian).includes(Number(orphan)));
    orphaned.kill("SIGTERM");
    assert.equal(endOfRun(await orphaned.ended), "SIGTERM");
  });
}

/** Runs its arguments, then says the code and how many children they left to it. */
const HOLDS = `"$@" 2>/dev/null; code=$?; read left < /proc/$$/task/$$/children
  set -- $left; echo "$code $#"`;
const ORPHAN = '(setsid "$0" &); exec sleep 1000';

function relays(binary: Binary): void {
  for (const [signal, outcome] of [
    ["TERM", "cancelled"],
    ["HUP", "cancelled"],
    ["USR1", "signaled"],
  ] as const) {
    test(`kill -${signal} $PPID reaches curfew, and the command by it, once`, async () => {
      const script = `kill -${signal} $PPID; read end`;
      const words = ["run", "sh", "-c", script];
      const { ended, report } = await reporting(binary, words, { input: OPEN }).told();
      assert.deepEqual([endOfRun(ended), report.outcome], [`SIG${signal}`, outcome]);
      assert.deepEqual(sentOf(report), [`SIG${signal} child 1`]);
    });
  }

  test("timeout: kill -ALRM $PPID is expiry, kill -USR1 $PPID is passed on", async () => {
    const expiry = curfew(binary, ["timeout", "1000", "sh", "-c", "kill -ALRM $PPID; sleep 1000"]);
    assert.equal(endOfRun(await expiry.ended), "124");
    const other = curfew(binary, ["timeout", "1000", "sh", "-c", "kill -USR1 $PPID; sleep 1000"]);
    assert.equal(endOfRun(await other.ended), "SIGUSR1");
  });
}

function deaths(binary: Binary): void {
  for (const subcommand of SUBCOMMANDS) {
    test(`${subcommand[0]}: curfew is killed: every process gets the first signal once, and time`, async () => {
      const { running, guardian } = await bothReady(binary, [
        ...subcommand,
        ...family("-e", "0", TERM),
      ]);
      running.kill("SIGKILL");
      // Its output ends with the last of the tree.
      const ended = await running.ended;
      assert.equal(endOfRun(ended), "SIGKILL");
      assert.equal(ended.stdout.match(/caught 15/g)?.length, 2, ended.stdout);
      await until("the guardian is gone", () => isOver(guardian));
    });
  }

  test("curfew is killed, --containment child: the command alone gets the first signal", async () => {
    const script = '"$0" "$1" & exec "$0" -e 0 "$1"';
    const words = ["run", "--containment", "child", "-k", "1s", "sh", "-c", script, HANDLES, TERM];
    const { running, guardian } = await bothReady(binary, words);
    const [command = 0] = childrenOf(guardian);
    const [member = 0] = childrenOf(command);
    running.kill("SIGKILL");
    await until("the guardian is gone", () => isOver(guardian));
    assert.ok(!isOver(member));
    process.kill(member, "SIGKILL");
    const { stdout } = await running.ended;
    assert.deepEqual(stdout.match(/caught 15/g), ["caught 15"], stdout);
  });

  test("curfew is killed: a process that ignores the signal is killed after --kill-after", async () => {
    // Before SIGKILL both need a processor.
    const words = ["run", "-k", `${patiently(200)}ms`, ...family(TERM)];
    const { running, guardian } = await bothReady(binary, words);
    running.kill("SIGKILL");
    const { stdout } = await running.ended;
    assert.equal(stdout.match(/caught 15/g)?.length, 2, stdout);
    await until("the guardian is gone", () => isOver(guardian));
  });

  test("curfew is killed: a grace of inf is cut to five seconds, and TERM is enough", async () => {
    const words = ["timeout", "-k", "inf", "1000", ...family("-e", "0", TERM)];
    const { running } = await bothReady(binary, words);
    running.kill("SIGKILL");
    assert.equal((await running.ended).stdout.match(/caught 15/g)?.length, 2);
  });

  for (const subcommand of SUBCOMMANDS) {
    // GNU's `timeout` has no process beside it, and a SIGKILL is seen as one.
    const code = subcommand[0] === "run" ? "125" : "SIGKILL";
    test(`${subcommand[0]}: the guardian is killed: what is left is ended, ${code}, and it is said`, async () => {
      const [name = "", ...rest] = subcommand;
      const words = [name, "-v", ...rest, ...family(TERM)];
      const { running, guardian } = await bothReady(binary, words);
      process.kill(guardian, "SIGKILL");
      const { ended, report } = await running.told();
      assert.equal(endOfRun(ended), code);
      assert.match(
        ended.stderr,
        /: the guardian was killed from outside; terminating the processes that it held\n$/,
      );
      assert.doesNotMatch(ended.stdout, /caught/);
      assert.deepEqual([report.outcome, report.proof], ["guardian_lost", "echild"]);
      assert.equal(report.child?.signal, "SIGKILL");
    });
  }

  test("a guardian that is stopped is continued, and loses nothing", async () => {
    // So long that nothing but a guardian that goes on can end it while the test waits.
    const words = ["run", "-k", "300s", ...family("-e", "5", TERM)];
    const { running, guardian } = await bothReady(binary, words);
    process.kill(guardian, "SIGSTOP");
    running.kill("SIGTERM");
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.tree_gone], ["5", true]);
    assert.equal(ended.stdout.match(/caught 15/g)?.length, 2);
  });
}

/** The limit of a core's size: RLIMIT_CORE of getrlimit(2). */
const CORE = 4;

/** A fault of the guardian's own. A panic and a lack of memory leave with a code. */
function failures(binary: Binary): void {
  const skip = !IS_ROOT && "only root can be a guardian's debugger";
  const said = "the guardian ended unexpectedly; terminating the processes that it held";
  for (const [name, how] of [
    ["it leaves with a code", "125"],
    ["it crashes", "fault"],
  ] as const) {
    test(`${name}: one line, and curfew ends the tree`, { skip }, async () => {
      const cwd = newPath("cores");
      mkdirSync(cwd);
      const options = { cwd, before: surroundings(`--limit ${CORE}=${1 << 30}`) };
      const { running, guardian } = await bothReady(binary, ["run", ...family(TERM)], options);
      await settlesIn(guardian);
      assert.equal((await run([child("fails"), String(guardian), how])).code, 0);
      const { ended, report } = await running.told();
      assert.deepEqual([endOfRun(ended), report.outcome], ["125", "guardian_lost"]);
      assert.deepEqual([report.tree_gone, survivorsOf(report)], [true, []]);
      assert.equal(ended.stderr, `${nameOf(binary)} run: ${said}\n`);
      assert.doesNotMatch(ended.stdout, /caught/);
      assert.deepEqual(readdirSync(cwd), []);
    });

    test(`${name} while the tree is to end: that decides the code`, { skip }, async () => {
      const words = ["run", "-k", "1000s", ...family(TERM)];
      const { running, guardian } = await bothReady(binary, words);
      await settlesIn(guardian);
      running.kill("SIGTERM");
      await running.says(/^caught 15/m);
      assert.equal((await run([child("fails"), String(guardian), how])).code, 0);
      const { ended, report } = await running.told();
      assert.deepEqual([endOfRun(ended), report.outcome], ["SIGKILL", "cancelled"]);
      assert.deepEqual([report.tree_gone, survivorsOf(report)], [true, []]);
      assert.equal(ended.stderr, "");
    });
  }
}

/** Once it has its name it dumps no core. */
async function settlesIn(guardian: number): Promise<void> {
  const title = () => readFileSync(`/proc/${guardian}/cmdline`, "utf8");
  await until("it has settled in", () => /^guardian: \d+ [1-9]/.test(title()));
}

type Survived = Report & { readonly survivors: readonly { readonly pid: number }[] };
const survivorsOf = (report: Report) => (report as Survived).survivors.map(({ pid }) => pid);

describe("the guardian", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => {
      nature(binary);
      relays(binary);
      deaths(binary);
      failures(binary);
    });
  }
});
