// `curfew kill`: what is asked without a signal, what is refused whatever the options, and numbers.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { BINARIES, type Binary, nameOf } from "./binary.ts";
import { child, surroundings } from "./children.ts";
import {
  forOthers,
  kill,
  killJson,
  launch,
  ownEnv,
  publicFolder,
  sleeper,
  startTimeOf,
} from "./kill-command.ts";
import type { Ended } from "./run.ts";
import { curfew, endOfRun, stateOf, statusOf } from "./run.ts";

const isRoot = process.getuid?.() === 0;
const FOLDER = publicFolder();
/** PF_KTHREAD, in the flags of proc_pid_stat(5). */
const KERNEL_THREAD = 0x20_0000;

/** A process that has ended and was reaped. */
async function gonePid(): Promise<number> {
  const { pid, ended } = launch(["true"]);
  await ended;
  return pid;
}

const answer = (end: Ended) => [endOfRun(end), end.stdout, end.stderr];

/** The number of a thread of the kernel's that minds no signal; none in a container. */
function kernelThread(): string | undefined {
  const isOne = (pid: string) => {
    try {
      const text = readFileSync(`/proc/${pid}/stat`, "latin1");
      const flags = Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[6]);
      return (flags & KERNEL_THREAD) !== 0 && text.includes("(ksoftirqd/");
    } catch {
      return false;
    }
  };
  return readdirSync("/proc").find((name) => /^\d+$/.test(name) && isOne(name));
}

function questions(binary: Binary): void {
  test("signal 0 asks, and ends no process: running and 0, already_exited and 1", async () => {
    const running = await sleeper();
    for (const words of [
      ["-s", "0"],
      ["--signal=0", "--force"],
      ["-s0", "--group"],
    ]) {
      const isGroup = words.includes("--group");
      const pid = isGroup ? Number(statusOf(running.pid, "NSpgid")) : running.pid;
      const end = await kill(binary, [...words, "-k", "1ms", pid]);
      assert.deepEqual(answer(end), ["0", `${pid} running\n`, ""]);
    }
    assert.equal(stateOf(running.pid), "S");
    const gone = await gonePid();
    const end = await kill(binary, ["-s", "0", gone]);
    assert.deepEqual(answer(end), ["1", `${gone} already_exited\n`, ""]);
    const both = await kill(binary, ["-s", "0", running.pid, gone]);
    assert.deepEqual(answer(both), ["1", `${running.pid} running\n${gone} already_exited\n`, ""]);
    const [line] = await killJson(binary, ["-s", "0", running.pid]);
    assert.deepEqual(line, {
      ...{ pid: running.pid, outcome: "running", members: 1, survivors: [] },
    });
    running.kill("SIGTERM");
    assert.equal(endOfRun(await running.ended), "SIGTERM");
  });

  test("signal 0 refuses no process: the init process, the caller, itself", async () => {
    const script = '"$0" kill -s 0 1 $$ $PPID; sh -c \'exec "$0" kill -s 0 $$\' "$0"';
    const running = curfew(binary, [], { before: ["sh", "-c", script], env: ownEnv() });
    const end = await running.ended;
    const lines = end.stdout.split("\n").map((line) => line.replace(/^\d+ /, ""));
    assert.deepEqual(
      [endOfRun(end), lines],
      ["0", ["running", "running", "running", "running", ""]],
    );
  });

  test("signal 0 where no signal is permitted: running", async () => {
    // The init process is root's.
    const others = isRoot ? forOthers(binary, FOLDER) : binary;
    const before = isRoot ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
    const end = await kill(others, ["-s", "0", 1], { before });
    assert.deepEqual(answer(end), ["0", "1 running\n", ""]);
  });

  test("signal 0 and the start time: only the one that is meant is there", async () => {
    const running = await sleeper();
    const startTime = startTimeOf(running.pid);
    const rows = [
      [startTime, "0", "running"],
      [`000${startTime}`, "0", "running"],
      [String(Number(startTime) - 1), "1", "already_exited"],
    ];
    for (const [time = "", code, says] of rows) {
      const end = await kill(binary, ["-s", "0", "--require-start-time", time, running.pid]);
      assert.deepEqual(answer(end), [code, `${running.pid} ${says}\n`, ""]);
    }
    running.kill("SIGTERM");
    await running.ended;
  });
}

function numbers(binary: Binary): void {
  test("a number that no process has: already_exited and 0, and stderr says so", async () => {
    const gone = await gonePid();
    const end = await kill(binary, [gone]);
    const says = `${nameOf(binary)} kill: no process has the PID ${gone}\n`;
    assert.deepEqual(answer(end), ["0", `${gone} already_exited\n`, says]);
    const group = await kill(binary, ["--json", "--group", 4_194_304]);
    const groups = `${nameOf(binary)} kill: no process group has the ID 4194304\n`;
    assert.deepEqual([endOfRun(group), group.stderr], ["0", groups]);
  });

  test("a start time may have 64 bits, and none is taken for another", async () => {
    const running = await sleeper();
    for (const time of ["9007199254740993", "18446744073709551615"]) {
      const end = await kill(binary, ["--require-start-time", time, running.pid]);
      assert.deepEqual(answer(end), ["0", `${running.pid} already_exited\n`, ""]);
    }
    for (const time of ["18446744073709551616", "1e3"]) {
      const end = await kill(binary, ["--require-start-time", time, running.pid]);
      assert.deepEqual([endOfRun(end), end.stdout], ["125", ""]);
    }
    assert.equal(stateOf(running.pid), "S");
    running.kill("SIGTERM");
    await running.ended;
  });
}

function refused(binary: Binary): void {
  const thread = kernelThread();
  const skip = thread === undefined && "no thread of the kernel's is to be seen here";
  test("a kernel thread is refused, with --force and SIGKILL as well", { skip }, async () => {
    const pid = thread ?? "";
    const says = `${pid} error: refused because it is a kernel thread\n`;
    for (const words of [[], ["--force"], ["--force", "-s", "KILL"]]) {
      assert.deepEqual(answer(await kill(binary, [...words, pid])), ["1", says, ""]);
    }
    assert.equal((await kill(binary, ["-s", "0", pid])).stdout, `${pid} running\n`);
  });

  test("our own group is refused with --force as well, and no process in it is signaled", async () => {
    const script = `sleep 1000 & echo other $!
      "$0" kill --force -k 1ms --group $$; "$0" kill --force -s KILL --group $$
      "$0" kill -s 0 --group $$; kill $!; wait; exit 7`;
    const before = [...surroundings("--group 1"), "sh", "-c", script];
    const running = curfew(binary, [], { before, env: ownEnv() });
    const end = await running.ended;
    const says = `${running.pid} error: refused because it is our own process group`;
    assert.deepEqual(end.stdout.split("\n").slice(1), [says, says, `${running.pid} running`, ""]);
    assert.equal(endOfRun(end), "7");
  });

  test("the wait before SIGKILL is that of run", async () => {
    const running = launch([child("stone")]);
    await running.says(/^ready/m);
    const begin = performance.now();
    const end = await kill(binary, [running.pid]);
    assert.equal(end.stdout, `${running.pid} forceful_kill\n`);
    assert.ok(performance.now() - begin >= 5000);
    assert.equal(endOfRun(await running.ended), "SIGKILL");
  });
}

describe("kill: questions, numbers, refusals", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => {
      questions(binary);
      numbers(binary);
      refused(binary);
    });
  }
});
