// How runs end on the real system, seen by /proc and by ps(1).
import assert from "node:assert/strict";
import { test } from "node:test";
import { allProcesses } from "../../../src/node/portable/processes/proc.ts";
import { tableOf } from "../../../src/node/portable/processes/table.ts";
import { BY_PROC, type View } from "../../../src/node/portable/processes/view.ts";
import type { JsonObject } from "../../../src/node/way/way.ts";
import { isOver, stateOf, until } from "../../cli/run.ts";
import { patiently } from "../../patience.ts";
import { type Asked, begin, orderOf, type Told } from "./order.ts";
import { endAfterwards, untilOver } from "./processes.ts";
import { VIEWS } from "./views.ts";

const sh = (text: string) => ["sh", "-c", text];
const pidIn = (told: Told, what = "pid") =>
  Number(new RegExp(`${what} (\\d+)`).exec(told.outputs.stdout)?.[1]);
/** Holds no pipe of ours. */
const APART = "</dev/null >/dev/null 2>&1";

type Signals = readonly { readonly signal: string; readonly target: string }[];
const sentIn = (report: JsonObject) =>
  (report.signals_sent as Signals).map(({ signal, target }) => `${signal} ${target}`);
const namesIn = (list: unknown) => (list as { readonly command: string }[]).map((p) => p.command);

for (const [name, view] of VIEWS) {
  const run = (words: readonly string[], command: readonly string[], asked: Asked = {}) =>
    begin(orderOf(words, command, asked), view);

  test(`${name}: a command that ends is reported, and what was promised of its tree`, async () => {
    const told = run([], sh("echo out; echo err >&2; exit 7"));
    const report = await told.report;
    assert.equal(report.outcome, "exited");
    assert.equal((report.child as JsonObject).exit_code, 7);
    assert.equal((report.child as JsonObject).pid, await told.started);
    assert.equal(report.containment, "group");
    assert.equal(report.tree_kill_reliability, "best_effort");
    assert.ok((report.reliability_reasons as string[]).includes("process_group_only"));
    assert.deepEqual([report.tree_gone, report.proof, report.resources], [null, null, null]);
    assert.deepEqual(told.outputs, { stdout: "out\n", stderr: "err\n" });
    assert.deepEqual([...told.ended].sort(), ["stderr", "stdout"]);
    assert.deepEqual(told.calls.slice(0, 2), ["started", "event spawned"]);
    assert.equal(told.calls.at(-1), "finished");
  });

  test(`${name}: a death by a signal`, async () => {
    const report = await run([], sh("kill -KILL $$")).report;
    assert.equal(report.outcome, "signaled");
    assert.equal((report.child as JsonObject).signal, "SIGKILL");
  });

  test(`${name}: a grandchild that holds the pipe is ended when the command has ended`, async () => {
    const told = run([], sh("sleep 1000 & echo pid $!"));
    const ending = await told.ending;
    assert.ok(ending.kind === "report" && !ending.isPipeHeld);
    assert.equal(ending.report.outcome, "exited");
    assert.equal((ending.report.child as JsonObject).exit_code, 0);
    assert.equal((ending.report.leftovers as unknown[]).length, 1);
    assert.ok(isOver(pidIn(told)));
    assert.deepEqual(sentIn(ending.report), ["SIGTERM tree"]);
  });

  test(`${name}: at the limit all get the signal, one in a session of its own too`, async () => {
    const text = `setsid sleep 1000 ${APART} & echo pid $!; sleep 1000`;
    const told = run(["--timeout", "200ms"], sh(text));
    await told.printed("pid");
    endAfterwards(pidIn(told));
    const report = await told.report;
    assert.equal(report.outcome, "timed_out");
    assert.equal(report.exit_code, 124);
    assert.equal((report.child as JsonObject).signal, "SIGTERM");
    assert.ok(isOver(pidIn(told)));
    assert.deepEqual(sentIn(report), ["SIGTERM child", "SIGTERM tree"]);
    assert.deepEqual(report.survivors, []);
  });

  test(`${name}: TERM to the command, TERM to the rest, KILL to all`, async () => {
    const deaf = "trap '' TERM; echo ready; while :; do sleep 0.1; done";
    const text = `setsid sh -c "${deaf}" & echo pid $!; ${deaf}`;
    const told = run(["--timeout", "200ms", "--kill-after", "400ms"], sh(text));
    await told.printed("pid");
    endAfterwards(pidIn(told));
    const report = await told.report;
    assert.equal(report.outcome, "timed_out");
    assert.equal((report.child as JsonObject).signal, "SIGKILL");
    assert.deepEqual(sentIn(report), ["SIGTERM child", "SIGTERM tree", "SIGKILL tree"]);
    assert.equal(report.escalated, true);
    assert.deepEqual(report.survivors, []);
    assert.ok(isOver(pidIn(told)));
  });

  test(`${name}: what a handler starts in a session of its own ends with SIGKILL`, async () => {
    const handler = `setsid sleep 1000 ${APART} & echo pid $!`;
    const text = `trap '${handler}' TERM; echo ready; while :; do sleep 0.1; done`;
    const told = run(["--kill-after", "400ms"], sh(text));
    await told.printed("ready");
    told.handle.control({ control: "cancel", reason: null });
    await told.printed("pid");
    endAfterwards(pidIn(told));
    const report = await told.report;
    assert.equal((report.child as JsonObject).signal, "SIGKILL");
    assert.ok(isOver(pidIn(told)));
  });

  test(`${name}: a stopped command gets the signal, and is continued to act on it`, async () => {
    const told = run([], sh("trap 'echo got; exit 9' TERM; echo ready; kill -STOP $$; :"));
    const pid = await told.started;
    await told.printed("ready");
    await until("it is stopped", () => stateOf(pid ?? 0) === "T");
    told.handle.control({ control: "cancel", reason: null });
    const report = await told.report;
    assert.equal(report.outcome, "cancelled");
    assert.equal((report.child as JsonObject).exit_code, 9);
    assert.deepEqual(sentIn(report), ["SIGTERM child", "SIGCONT child"]);
    assert.match(told.outputs.stdout, /got/);
  });

  test(`${name}: a cancel ends a tree with members in the background`, async () => {
    const told = run([], sh(`sleep 1000 ${APART} & echo pid $!; sleep 1000`));
    await told.printed("pid");
    told.handle.control({ control: "cancel", reason: "enough" });
    const report = await told.report;
    assert.equal(report.outcome, "cancelled");
    assert.equal(report.exit_code, 143);
    assert.ok(isOver(pidIn(told)));
  });

  test(`${name}: leftovers may be left; a pipe that one holds is listened to for a while`, async () => {
    const words = ["--leftovers", "leave"];
    const told = run(words, sh("sleep 1000 & echo pid $!"), {
      relay: { pipeDrain: 1000 as never },
    });
    const ending = await told.ending;
    endAfterwards((await told.started) ?? 0);
    process.kill(pidIn(told), "SIGKILL");
    assert.ok(ending.kind === "report" && ending.isPipeHeld);
    assert.equal(ending.report.outcome, "exited");
    assert.deepEqual(namesIn(ending.report.leftovers).length, 1);
    assert.deepEqual(sentIn(ending.report), []);
    assert.deepEqual([...told.ended].sort(), ["stderr", "stdout"]);
  });

  test(`${name}: leftovers may be waited for, until the limit`, async () => {
    const waits = run(["--leftovers", "wait"], sh("sleep 1000 & echo pid $!"));
    await waits.printed("pid");
    await until("the command has ended", () => waits.calls.includes("event exited"));
    const report = await run(["--leftovers", "wait", "--timeout", "200ms"], sh("sleep 1000 & :"))
      .report;
    assert.equal(report.outcome, "timed_out");
    waits.handle.control({ control: "cancel", reason: null });
    assert.equal((await waits.report).outcome, "cancelled");
    assert.ok(isOver(pidIn(waits)));
  });

  test(`${name}: a leak is one after a moment only`, async () => {
    const report = await run(["--leftovers", "fail"], sh(`sleep 1000 ${APART} & :`)).report;
    assert.equal(report.outcome, "exited");
    assert.equal(report.exit_code, 125);
    const brief = await run(["--leftovers", "fail"], sh(`sleep 0.01 ${APART} & :`)).report;
    assert.equal(brief.exit_code, 0);
  });

  test(`${name}: in a new session the first signal goes to the whole group`, async () => {
    const told = run(["--new-session"], sh("sleep 1000 & echo pid $!; wait"));
    await told.printed("pid");
    told.handle.control({ control: "cancel", reason: null });
    assert.deepEqual(sentIn(await told.report), ["SIGTERM group"]);
    assert.ok(isOver(pidIn(told)));
  });

  test(`${name}: with containment child only the command gets signals`, async () => {
    const told = run(
      ["--containment", "child", "--kill-after", "100ms"],
      sh(`trap "" TERM; sleep 1000 ${APART} & echo pid $!; while :; do sleep 0.1 ${APART}; done`),
    );
    await told.printed("pid");
    endAfterwards((await told.started) ?? 0);
    told.handle.control({ control: "cancel", reason: null });
    const report = await told.report;
    assert.equal(report.containment, "child");
    assert.ok((report.reliability_reasons as string[]).includes("child_only"));
    assert.deepEqual(sentIn(report), ["SIGTERM child", "SIGKILL child"]);
    assert.equal(isOver(pidIn(told)), false);
    process.kill(pidIn(told), "SIGKILL");
  });
}

test("a leftover that reads to the end of what the command wrote has time for it", async () => {
  // The reader is still at work when the command has ended.
  const reader = "while read -r line; do sleep 0.05; echo got $line; done";
  const text = `(echo 1; echo 2; echo 3; echo 4) | { exec 3<&0; (${reader}) <&3 & }`;
  const told = begin(orderOf(["--linger", "60s"], sh(text)));
  const report = await told.report;
  // What it has written may still be on its way to us.
  await told.printed("got 4");
  assert.equal(told.outputs.stdout, "got 1\ngot 2\ngot 3\ngot 4\n");
  assert.equal(report.outcome, "exited");
  assert.ok((report.waited_for as unknown[]).length > 0);
  assert.deepEqual(sentIn(report), []);
});

test("a leftover that a pattern names stays", async () => {
  // Until it has executed sleep, it has the shell's words.
  const slept = 'until read -r name </proc/$!/comm && [ "$name" = sleep ]; do :; done';
  const text = `sleep 1000 ${APART} & echo pid $!; ${slept}; sleep 999 ${APART} & echo other $!`;
  const told = begin(orderOf(["--spare", "sleep 1000"], sh(text)));
  const report = await told.report;
  const pid = pidIn(told);
  assert.equal(isOver(pid), false);
  process.kill(pid, "SIGKILL");
  assert.ok(isOver(pidIn(told, "other")));
  assert.deepEqual(namesIn(report.spared), ["sleep"]);
});

/** Ends a process, and returns when it has ended. */
function kill(pid: number): void {
  if (isOver(pid)) return;
  process.kill(pid, "SIGKILL");
  const limit = performance.now() + patiently(5000);
  while (!isOver(pid) && performance.now() < limit);
}

test("what ends together with the command is no leftover", async () => {
  // The member dies between the first look and the second.
  const dying: View = {
    ...BY_PROC,
    look: () => {
      const table = tableOf(allProcesses());
      for (const row of table.values()) if (row.group === pid) kill(row.pid);
      return table;
    },
  };
  const told = begin(orderOf([], sh("sleep 1000 & exec 2>&-")), dying);
  const pid = await told.started;
  const report = await told.report;
  assert.deepEqual([report.leftovers, sentIn(report)], [[], []]);
});

test("a member gets the first signal once, with the group or alone", async () => {
  const deaf = "trap 'echo got' TERM; echo ready; while :; do sleep 0.05; done";
  for (const words of [["--new-session"], []]) {
    const told = begin(orderOf([...words, "--kill-after", "400ms"], sh(`(${deaf}) & ${deaf}`)));
    await until("both are ready", () => told.outputs.stdout.split("ready").length > 2);
    told.handle.control({ control: "cancel", reason: null });
    const report = await told.report;
    assert.equal((report.child as JsonObject).signal, "SIGKILL");
    assert.equal(told.outputs.stdout.split("got").length - 1, 2, told.outputs.stdout);
  }
});

test("where processes cannot be looked at, the group is ended all the same", async () => {
  const blind = { ...VIEWS.get("ps"), look: () => undefined } as never;
  const text = "sleep 1000 & echo pid $!; trap '' TERM; while :; do sleep 0.1; done";
  const words = ["--timeout", "100ms", "--kill-after", "200ms"];
  const told = begin(orderOf(words, sh(text)), blind);
  const report = await told.report;
  assert.equal(report.outcome, "timed_out");
  await untilOver("the member ends", pidIn(told));
  const held = begin(orderOf(words, sh("sleep 1000 & echo pid $!")), blind);
  assert.equal((await held.report).outcome, "exited");
  await untilOver("the member ends", pidIn(held));
});

test("a command that ended in time has not timed out, however late Node looks", async () => {
  const told = begin(orderOf(["--timeout", "300ms"], sh("exit 5")));
  const pid = (await told.started) ?? 0;
  // What follows is done right before timers have their turn.
  await new Promise((resolve) => setImmediate(resolve));
  // Node does nothing but wait for the end, and then for the limit.
  const limit = performance.now() + 30_000;
  while (!isOver(pid) && performance.now() < limit);
  const late = performance.now() + 350;
  while (performance.now() < late);
  const report = await told.report;
  assert.equal(report.outcome, "exited");
  assert.equal((report.child as JsonObject).exit_code, 5);
});

test("a signal without a clock goes to the command alone", async () => {
  const told = begin(
    orderOf([], sh("trap 'echo usr' USR1; echo ready; while :; do sleep 0.1; done")),
  );
  await told.printed("ready");
  told.handle.control({ control: "kill", signal: "USR1" });
  await told.printed("usr");
  told.handle.control({ control: "kill", signal: 9 });
  const report = await told.report;
  assert.equal(report.outcome, "signaled");
  assert.equal((report.child as JsonObject).signal, "SIGKILL");
});
