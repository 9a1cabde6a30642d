// While nothing happens, nothing of ours runs: the kernel counts how often a process is switched.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BINARIES, type Binary } from "./binary.ts";
import { child } from "./children.ts";
import { curfew, run, stateOf, statusOf, until } from "./run.ts";

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
function countsOf(pid: number): string[] {
  const fields = ["voluntary_ctxt_switches", "nonvoluntary_ctxt_switches", "State", "VmRSS"];
  return fields.map((field) => `${field} ${statusOf(pid, field)}`);
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
      // It was woken by the command's start; from its next sleep on there is nothing to do.
      await until("it sleeps", () => stateOf(running.pid) === "S");
      const before = countsOf(running.pid);
      await othersLive();
      assert.deepEqual(countsOf(running.pid), before);
      running.kill("SIGTERM");
      assert.equal((await running.ended).signal, "SIGTERM");
    });
  }

  test("what does not concern us does not wake us: WINCH, CONT, URG", async () => {
    const running = curfew(binary, ["timeout", "1000", WAITS]);
    await running.says(/^ready/);
    await until("it sleeps", () => stateOf(running.pid) === "S");
    const before = countsOf(running.pid);
    for (const signal of ["SIGWINCH", "SIGCONT", "SIGURG"] as const) running.kill(signal);
    await othersLive();
    assert.deepEqual(countsOf(running.pid), before);
    running.kill("SIGTERM");
    await running.ended;
  });
}

describe("idle", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 8 }, () => idle(binary));
  }
});
