// `curfew kill` on real processes, all of them our own: which ones end, how, and what is said of
// it. Where a run `ended`, no process holds its output any more: the proof that all members are
// gone.
import assert from "node:assert/strict";
import { chmodSync, cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { patiently } from "../patience.ts";
import { BINARIES, type Binary, nameOf } from "./binary.ts";
import { child, surroundings } from "./children.ts";
import type { Line } from "./kill-command.ts";
import {
  alone,
  forOthers,
  kill,
  killJson,
  launch,
  ownEnv,
  publicFolder,
  sleeper,
  startTimeOf,
} from "./kill-command.ts";
import type { Running } from "./run.ts";
import { curfew, endOfRun, stateOf, statusOf, until } from "./run.ts";

/** Longer than any test: a process that waits for it was not ended by curfew. */
const NEVER = "inf";
const isRoot = process.getuid?.() === 0;
const FOLDER = publicFolder();
const SHELL = alone(FOLDER, "sh", "/bin/sh");
const IDLES = alone(FOLDER, "idles", child("idles"));

/** Starts a tree that says when it stands, and by which number. */
async function tree(program: readonly string[]): Promise<Running> {
  const running = launch(program);
  await running.says(/^ready (\d+)$/m);
  return running;
}

const ready = (...script: readonly string[]) => ["sh", "-c", `${script.join("; ")}`];

/** A process that does not reap, and its zombie. */
async function withZombie(): Promise<[Running, number]> {
  const running = launch(["sh", "-c", "sleep 1000 & echo ready $!; exec sleep 1000"]);
  const [, zombie = ""] = await running.says(/^ready (\d+)$/m);
  // The shell would reap it.
  await until("the shell is none", () => statusOf(running.pid, "Name") === "sleep");
  process.kill(Number(zombie), "SIGKILL");
  await until("it is a zombie", () => stateOf(Number(zombie)) === "Z");
  return [running, Number(zombie)];
}

function outcomes(binary: Binary): void {
  test("a process that obeys: graceful_exit", async () => {
    const running = await sleeper();
    const end = await kill(binary, ["--kill-after", NEVER, running.pid]);
    assert.deepEqual([endOfRun(end), end.stdout], ["0", `${running.pid} graceful_exit\n`]);
    assert.equal(end.stderr, "");
    assert.equal(endOfRun(await running.ended), "SIGTERM");
  });

  test("the signal asked for, once, and no CONT after it", async () => {
    const running = await tree([child("handles"), "-e", "7", "2", "18"]);
    const end = await kill(binary, ["-v", "--signal=INT", "--kill-after", NEVER, running.pid]);
    assert.deepEqual([endOfRun(end), end.stdout], ["0", `${running.pid} graceful_exit\n`]);
    const name = child("handles").replace(/.*\//, "").slice(0, 15);
    const who = `process ${running.pid} '${name}'`;
    assert.equal(end.stderr, `${nameOf(binary)} kill: sending signal INT to ${who}\n`);
    const ended = await running.ended;
    assert.deepEqual([endOfRun(ended), ended.stdout.match(/caught \d+/g)], ["7", ["caught 2"]]);
  });

  test("a tree that ignores everything, with stopped members: forceful_kill", async () => {
    for (const words of [["stone"], ["stone", "stopped"]]) {
      const [name = "", ...rest] = words;
      const running = await tree([child(name), ...rest]);
      const [line] = await killJson(binary, ["--kill-after", "20ms", running.pid]);
      assert.deepEqual([line?.outcome, line?.members], ["forceful_kill", 4]);
      assert.equal(endOfRun(await running.ended), "SIGKILL");
    }
  });

  test("--signal KILL comes at once", async () => {
    const running = await tree([child("stone")]);
    const end = await kill(binary, ["-v", "--signal", "KILL", "--kill-after=inf", running.pid]);
    assert.deepEqual([endOfRun(end), end.stdout], ["0", `${running.pid} forceful_kill\n`]);
    assert.equal(end.stderr.match(/sending signal KILL to process/g)?.length, 4);
    await running.ended;
  });

  test("P45: a zombie has exited already", async () => {
    const [running, zombie] = await withZombie();
    const end = await kill(binary, [zombie]);
    assert.deepEqual([endOfRun(end), end.stdout], ["0", `${zombie} already_exited\n`]);
    await kill(binary, [running.pid]);
    assert.equal(endOfRun(await running.ended), "SIGTERM");
  });

  test("P2: a process whose first thread has ended is alive", async () => {
    const running = await tree([child("headless"), "main"]);
    await until("its state is Z", () => stateOf(running.pid) === "Z");
    const [line] = await killJson(binary, ["--kill-after", NEVER, running.pid]);
    assert.deepEqual([line?.outcome, line?.members], ["graceful_exit", 2]);
    await running.ended;
  });

  test("a process that has vanished is no error", async () => {
    const { pid, ended } = launch(["true"]);
    await ended;
    const end = await kill(binary, [pid]);
    assert.deepEqual([endOfRun(end), end.stdout], ["0", `${pid} already_exited\n`]);
  });

  test("a thread is not a process: its process is named, with signal 0 as well", async () => {
    const thread = readdirSync("/proc/self/task").find((id) => id !== String(process.pid)) ?? "";
    const says = `${thread} error: it is a thread of process ${process.pid}, not a process\n`;
    for (const words of [[], ["-s", "0"], ["--force"]]) {
      const end = await kill(binary, [...words, thread]);
      assert.deepEqual([endOfRun(end), end.stdout], ["1", says]);
    }
  });

  test("--require-start-time: another one has exited already, and is not touched", async () => {
    const running = await sleeper();
    const startTime = startTimeOf(running.pid);
    const other = String(Number(startTime) - 1);
    const missed = await kill(binary, ["--require-start-time", other, running.pid]);
    assert.equal(missed.stdout, `${running.pid} already_exited\n`);
    assert.equal(endOfRun(missed), "0");
    assert.equal(stateOf(running.pid), "S");
    const hit = await kill(binary, ["--require-start-time", startTime, running.pid]);
    assert.equal(hit.stdout, `${running.pid} graceful_exit\n`);
    await running.ended;
  });
}

function refusals(binary: Binary): void {
  const UNLOCK = "; --force overrules this";

  test("0 and 1 are refused, and the other processes still end", async () => {
    const running = await sleeper();
    const end = await kill(binary, [0, running.pid, 1]);
    assert.equal(endOfRun(end), "1");
    const init = `1 error: refused because it is the init process${UNLOCK}`;
    assert.deepEqual(end.stdout.split("\n"), [
      "0 error: 0 is no process",
      `${running.pid} graceful_exit`,
      init,
      "",
    ]);
    await running.ended;
  });

  test("itself is refused, an ancestor only without --force", async () => {
    const script = 'echo $$; "$0" kill $$; "$0" kill $PPID; sh -c \'exec "$0" kill $$\' "$0"';
    const before = ["sh", "-c", script];
    const { stdout } = await curfew(binary, [], { before, env: ownEnv() }).ended;
    const [shell, ...lines] = stdout.split("\n");
    const ancestor = `error: refused because it is an ancestor of ours${UNLOCK}`;
    assert.deepEqual(lines.slice(0, 2), [`${shell} ${ancestor}`, `${process.pid} ${ancestor}`]);
    assert.match(lines[2] ?? "", /^\d+ error: refused because it is this process itself$/);
  });

  test("our own group is refused, and a group that an ancestor of ours is in", async () => {
    const script =
      '"$0" kill --group $$; "$0" kill --force --group $$; setsid "$0" kill --group $$; "$0" kill --group 0';
    const before = [...surroundings("--group 1"), "sh", "-c", script];
    const running = curfew(binary, [], { before, env: ownEnv() });
    const ended = await running.ended;
    const [own, forced, other, zero] = ended.stdout.split("\n");
    assert.equal(own, `${running.pid} error: refused because it is our own process group`);
    assert.equal(forced, own);
    assert.equal(other, `${running.pid} error: refused because it is an ancestor of ours${UNLOCK}`);
    assert.equal(zero, "0 error: 0 is no process group");
    assert.equal(ended.signal, null);
  });

  test("--force from inside the tree: all end but we, and we can tell", async () => {
    const script = 'sleep 1000 & "$0" kill --json --force --kill-after inf $$; echo not reached';
    const before = [...surroundings("--session 1"), "sh", "-c", script];
    const running = curfew(binary, [], { before, env: ownEnv() });
    const ended = await running.ended;
    assert.equal(endOfRun(ended), "SIGTERM");
    const line = JSON.parse(ended.stdout) as Line;
    assert.deepEqual(line, {
      ...{ pid: running.pid, outcome: "graceful_exit", members: 2, survivors: [] },
    });
  });
}

function trees(binary: Binary): void {
  // Tests run at the same time, and orphans that run a member's program are suspected.
  const program = (name: string) => alone(FOLDER, `${binary.name}-${name}`, child("family"));
  test("a tree whose members are all in sessions of their own", async () => {
    for (const shape of ["flat", "deep", "binary"]) {
      const running = await tree([program(shape), shape, "15"]);
      const [line] = await killJson(binary, ["--kill-after", NEVER, running.pid]);
      const why = `${shape} ${line?.reason}`;
      assert.deepEqual([line?.outcome, line?.members], ["graceful_exit", 16], why);
      assert.equal(endOfRun(await running.ended), "SIGTERM");
    }
  });

  test("more members than descriptors, and more than one wait can tell apart", async () => {
    for (const count of [20, 200]) {
      const running = await tree([program(String(count)), "flat", "120"]);
      const before = surroundings(`--limit 7=${count}`);
      const [line] = await killJson(binary, ["--kill-after", NEVER, running.pid], { before });
      assert.deepEqual([line?.outcome, line?.members], ["graceful_exit", 121], line?.reason);
      await running.ended;
    }
  });

  test("each member is signalled exactly once", async () => {
    const running = await tree([child("term-once")]);
    const [line] = await killJson(binary, ["--kill-after", `${patiently(200)}ms`, running.pid]);
    assert.deepEqual([line?.outcome, line?.members], ["forceful_kill", 4]);
    const { stdout } = await running.ended;
    const names = ["command", "child", "group", "session"];
    const wanted = names.map((name) => `${name} caught 15`);
    assert.deepEqual(stdout.match(/^\w+ caught .*$/gm)?.toSorted(), wanted.toSorted());
  });

  test("many at once, within one kill after, in the order given", async () => {
    const gone = launch(["true"]);
    await gone.ended;
    const [meek, stubborn, inner] = [
      await tree(ready("echo ready $$", `exec ${IDLES}`)),
      await tree([child("stone")]),
      await tree([SHELL, "-c", `${IDLES} & echo ready $!; wait`]),
    ];
    const [, below = ""] = await inner.says(/^ready (\d+)$/m);
    await until("all are executed", () =>
      [meek.pid, Number(below)].every((pid) => /^idles/.test(statusOf(pid, "Name"))),
    );
    const pids = [stubborn.pid, below, gone.pid, meek.pid, inner.pid];
    const end = await kill(binary, ["--kill-after", `${patiently(500)}ms`, ...pids]);
    assert.equal(endOfRun(end), "0", end.stdout + end.stderr);
    assert.deepEqual(end.stdout.split("\n").slice(0, -1), [
      `${stubborn.pid} forceful_kill`,
      `${below} graceful_exit`,
      `${gone.pid} already_exited`,
      `${meek.pid} graceful_exit`,
      `${inner.pid} graceful_exit`,
    ]);
    await Promise.all([meek, stubborn, inner].map(({ ended }) => ended));
  });

  test("a process that starts after the first signal gets it at half of kill after", async () => {
    // The process that it starts then ends with it.
    const begin = "trap 'echo term; sleep 1000 & wait' TERM; sleep 1000 & echo below $!;";
    const script = `${begin} echo ready $$; wait; exit 5`;
    const end = async (reach: string) => {
      const running = await tree([...surroundings("--group 1"), "sh", "-c", script]);
      const [, below = ""] = await running.says(/^below (\d+)$/m);
      // Until it is executed it has the shell's handler, and loses the signal with it.
      await until("sleep is executed", () => statusOf(Number(below), "Name") === "sleep");
      const [line] = await killJson(binary, [reach, "--kill-after", "4s", running.pid]);
      assert.deepEqual([line?.outcome, line?.members], ["graceful_exit", 3]);
      const ended = await running.ended;
      assert.deepEqual([endOfRun(ended), ended.stdout.match(/term/g)?.length], ["5", 1]);
    };
    await Promise.all(["--tree", "--group"].map(end));
  });

  test("no pidfd: by number and start time", async () => {
    const before = surroundings("--deny pidfd_open=38");
    const running = await tree([child("stone")]);
    const [line] = await killJson(binary, ["--kill-after", "20ms", running.pid], { before });
    const { outcome, members, reason } = line ?? {};
    assert.deepEqual([outcome, members, reason], ["forceful_kill", 4, undefined]);
    await running.ended;
    const [gone] = await killJson(binary, [running.pid], { before });
    assert.equal(gone?.outcome, "already_exited");
    const [parent, zombie] = await withZombie();
    const [dead] = await killJson(binary, [zombie], { before });
    assert.equal(dead?.outcome, "already_exited");
    await kill(binary, [parent.pid]);
    await parent.ended;
  });
}

function groups(binary: Binary): void {
  test("--group: all of the group, whatever started them, and no other process", async () => {
    const script = "setsid sleep 1000 & echo out $!; sleep 1000 & echo ready $!; wait";
    const running = launch([...surroundings("--group 1"), "sh", "-c", script]);
    const [, outside = ""] = await running.says(/^out (\d+)$/m);
    await running.says(/^ready/m);
    await until("it has left the group", () => statusOf(Number(outside), "NSsid") === outside);
    const end = await kill(binary, ["-v", "--group", "--kill-after", NEVER, running.pid]);
    assert.equal(end.stdout, `${running.pid} graceful_exit\n`);
    assert.equal(
      end.stderr,
      `${nameOf(binary)} kill: sending signal TERM to process group ${running.pid}\n`,
    );
    assert.equal(stateOf(Number(outside)), "S");
    await kill(binary, [outside]);
    assert.equal(endOfRun(await running.ended), "SIGTERM");
  });

  test("--group: a group whose leader has gone", async () => {
    const script = "(trap '' TERM; echo ready; exec sleep 60) & read end; exit 3";
    const running = launch([...surroundings("--group 1"), "sh", "-c", script]);
    await running.says(/^ready/m);
    await until("the leader has gone", () => ["", "Z"].includes(stateOf(running.pid)));
    const [line] = await killJson(binary, ["--group", "--kill-after", "50ms", running.pid]);
    assert.equal(line?.outcome, "forceful_kill");
    assert.equal(endOfRun(await running.ended), "3");
    const [gone] = await killJson(binary, ["--group", running.pid]);
    assert.equal(gone?.outcome, "already_exited");
  });
}

function permission(binary: Binary): void {
  const skip = isRoot ? false : "only root can start a process that it may not signal as another";
  test("not permitted: an error, and the survivor is named", { skip }, async () => {
    const others = forOthers(binary, FOLDER);
    const helper = join(FOLDER, "surroundings");
    const [surrounding = "", ...words] = surroundings("--uid 65534");
    cpSync(surrounding, helper);
    chmodSync(helper, 0o755);
    const running = await sleeper();
    const options = { before: [helper, ...words] };
    const end = await kill(others, [running.pid], options);
    assert.deepEqual([endOfRun(end), end.stdout], ["1", `${running.pid} error: not permitted\n`]);
    const [line] = await killJson(others, [running.pid], options);
    assert.deepEqual(line?.survivors, [
      {
        ...{ pid: running.pid, start_time: Number(startTimeOf(running.pid)), uid: 0 },
        ...{ command: "sleep", state: "S", why: "eperm" },
      },
    ]);
    await kill(binary, [running.pid]);
    assert.equal(endOfRun(await running.ended), "SIGTERM");
  });
}

function foreignProc(binary: Binary): void {
  const skip = isRoot ? false : "only root can make a PID namespace for sure";
  test("a /proc of another namespace is not believed, and no more is claimed", {
    skip,
  }, async () => {
    const script = 'sleep 1000 & "$0" kill $!; "$0" kill --group $!; wait; echo waited';
    const before = ["unshare", "--pid", "--fork", "sh", "-c", script];
    const { stdout } = await curfew(binary, [], { before, env: ownEnv() }).ended;
    const lines = stdout.split("\n").map((line) => line.replace(/^\d+ /, ""));
    assert.deepEqual(lines.slice(0, 3), [
      "error: it has ended, but without a /proc of our own its descendants could not be looked for",
      "error: without a /proc of our own no group can be read",
      "waited",
    ]);
  });
}

describe("kill", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => {
      outcomes(binary);
      refusals(binary);
      trees(binary);
      groups(binary);
      permission(binary);
      foreignProc(binary);
    });
  }
});
