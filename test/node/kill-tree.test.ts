import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { OPEN, start, until } from "../cli/run.ts";
import { killTree } from "./program.ts";
import { tree } from "./tree.ts";

function startTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
}

test("a process ends with its descendants", async () => {
  using all = tree();
  const script = "sleep 1000 & sleep 1000 & wait";
  const running = start(["sh", "-c", script], { env: all.env, input: OPEN });
  await until("all are there", () => all.alive("sleep").length === 2);
  const options = { startTime: startTime(running.pid), killSignal: "SIGINT", killAfter: "1s" };
  const result = await killTree(running.pid, options as object);
  assert.ok(["graceful_exit", "forceful_kill"].includes(result.outcome), result.outcome);
  assert.deepEqual(result.survivors, []);
  await running.ended;
  await all.gone();
});

test("a PID whose process has exited, or is another one by now, is already_exited", async () => {
  using all = tree();
  const running = start(["sleep", "1000"], { env: all.env, input: OPEN });
  const other = await killTree(running.pid, { startTime: 1 });
  assert.equal(other.outcome, "already_exited");
  assert.equal((await killTree(running.pid)).outcome, "graceful_exit");
  await running.ended;
  assert.equal((await killTree(running.pid)).outcome, "already_exited");
});

test("what curfew refuses is an error with a reason", async () => {
  const { outcome, reason } = await killTree(process.pid);
  assert.equal(outcome, "error");
  assert.match(reason ?? "", /^refused because/);
  assert.doesNotMatch(reason ?? "", /--force/);
});

test("misuse rejects; no number that kill(2) takes for many is a process", async () => {
  for (const pid of [0, -1, -process.pid, 1.5, Number.NaN, 2 ** 53, "1"]) {
    await assert.rejects(killTree(pid as number), { code: "bad_option", option: "pid" });
  }
  await assert.rejects(killTree(4_194_305), { code: "bad_option" });
  const rows: [object, string, string][] = [
    [{ killAfter: 0 }, "bad_duration", "killAfter"],
    [{ killAfter: "5" }, "bad_duration", "killAfter"],
    [{ killSignal: "SIGNOPE" }, "unknown_signal", "killSignal"],
    [{ killSignal: 0 }, "unknown_signal", "killSignal"],
    [{ startTime: -1 }, "bad_option", "startTime"],
    [{ force: 1 }, "bad_option", "force"],
    [{ signal: "SIGTERM" }, "bad_option", "signal"],
  ];
  for (const [options, code, option] of rows) {
    await assert.rejects(killTree(4711, options), { code, option });
  }
});
