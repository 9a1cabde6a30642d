// While nothing happens, nothing of ours runs: the kernel counts how often a process is switched.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { BINARIES, type Binary } from "./binary.ts";
import { child } from "./children.ts";
import { curfew, guardianOf, run, stateOf, statusOf, until } from "./run.ts";

const WAITS = child("handles");

/** Runs in which there is nothing to do for a long time. */
const IDLE: readonly (readonly [name: string, words: readonly string[], env?: string])[] = [
  ["with a limit", ["1000", WAITS]],
  ["without a limit", ["0", WAITS]],
  ["with an infinite limit", ["inf", WAITS]],
  ["with -v and -k", ["-v", "-k", "1000", "1000", WAITS]],
  ["in the foreground", ["-f", "1000", WAITS]],
  ["with metrics", ["1000", WAITS], "1"],
  ["with a grandchild", ["1000", WAITS, "-g"]],
];

/** Everything the kernel counts that a waking process could not help to change. */
function countsOf(pids: readonly number[]): string[] {
  const fields = ["voluntary_ctxt_switches", "nonvoluntary_ctxt_switches", "State", "VmRSS"];
  return pids.flatMap((pid) => fields.map((field) => `${field} ${statusOf(pid, field)}`));
}

/** Supervisor and guardian, both asleep: they were woken by the command's start. */
async function asleep(pid: number): Promise<readonly number[]> {
  const guardian = await guardianOf(pid);
  // Once, soon after its start, it completes its name.
  const title = () => readFileSync(`/proc/${guardian}/cmdline`, "utf8");
  await until("it has settled in", () => /^guardian: \d+ [1-9]/.test(title()));
  const both = [pid, guardian];
  await until("they sleep", () => both.every((one) => stateOf(one) === "S"));
  return both;
}

/** A long sequence of other events: our own time, told by the machine's. */
async function othersLive(): Promise<void> {
  const script = "n=0; while [ $n -lt 200 ]; do /bin/true; n=$((n+1)); done; echo 200";
  const { stdout } = await run(["sh", "-c", script]);
  assert.equal(stdout, "200\n");
}

function idle(binary: Binary): void {
  for (const [name, words, metrics] of IDLE) {
    test(`no wake-up ${name}`, async () => {
      const env = metrics === undefined ? {} : { TIMEOUT_METRICS: metrics };
      const running = curfew(binary, ["timeout", ...words], { env });
      await running.says(words.includes("-g") ? /grandchild ready/ : /^ready/);
      const ours = await asleep(running.pid);
      const before = countsOf(ours);
      await othersLive();
      assert.deepEqual(countsOf(ours), before);
      running.kill("SIGTERM");
      assert.equal((await running.ended).signal, "SIGTERM");
    });
  }

  test("what does not concern us does not wake us: WINCH, CONT, URG", async () => {
    const running = curfew(binary, ["timeout", "1000", WAITS]);
    await running.says(/^ready/);
    const ours = await asleep(running.pid);
    const before = countsOf(ours);
    for (const signal of ["SIGWINCH", "SIGCONT", "SIGURG"] as const) running.kill(signal);
    await othersLive();
    assert.deepEqual(countsOf(ours), before);
    running.kill("SIGTERM");
    await running.ended;
  });
}

describe("idle", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 8 }, () => idle(binary));
  }
});
