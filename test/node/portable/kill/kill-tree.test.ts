import assert from "node:assert/strict";
import { test } from "node:test";
import { killTree } from "../../../../src/node/portable/kill/kill-tree.ts";
import type { JsonObject } from "../../../../src/node/way/way.ts";
import { isOver, stateOf, until } from "../../../cli/run.ts";
import { endAfterwards, endOf, leader } from "../processes.ts";
import { VIEWS } from "../views.ts";

/** Starts a shell text, and waits until it has said its numbers. */
async function tree(text: string) {
  const child = leader(["sh", "-c", text], { stdio: ["ignore", "pipe", "ignore"] });
  let said = "";
  child.stdout?.on("data", (chunk) => {
    said += chunk;
  });
  await until("it is set up", () => said.includes("ready"));
  const pids = [...said.matchAll(/pid (\d+)/g)].map(([, pid]) => Number(pid));
  for (const pid of pids) endAfterwards(pid);
  return { child, pid: child.pid ?? 0, pids };
}

const APART = "</dev/null >/dev/null 2>&1";

for (const [name, view] of VIEWS) {
  const kill = async (pid: number, ...words: string[]): Promise<JsonObject> => {
    const ending = await killTree({ pid, words }, view);
    assert.ok(ending.kind === "result", JSON.stringify(ending));
    return ending.result;
  };

  test(`${name}: a tree ends, a daemon in it too`, async () => {
    const { child, pid, pids } = await tree(
      `setsid sleep 1000 ${APART} & echo pid $!; sleep 1000 & echo pid $!; echo ready; wait`,
    );
    const result = await kill(pid);
    assert.partialDeepStrictEqual(result, { pid, outcome: "graceful_exit", members: 3 });
    assert.equal(await endOf(child), "SIGTERM");
    assert.ok(pids.every(isOver));
  });

  test(`${name}: a process that ignores the first signal is killed, a stopped one is continued`, async () => {
    const deaf = await tree("trap '' TERM; echo ready; while :; do sleep 0.1; done");
    const killed = await kill(deaf.pid, "--kill-after=300ms");
    assert.equal(killed.outcome, "forceful_kill");
    assert.equal(await endOf(deaf.child), "SIGKILL");
    const stopped = await tree("echo ready; kill -STOP $$; sleep 1000");
    await until("it is stopped", () => stateOf(stopped.pid) === "T");
    assert.equal((await kill(stopped.pid, "--signal=INT")).outcome, "graceful_exit");
    assert.equal(await endOf(stopped.child), "SIGINT");
  });

  test(`${name}: what is not there, or is another process, has ended already`, async () => {
    assert.equal((await kill(4_194_301)).outcome, "already_exited");
    const { pid, child } = await tree("echo ready; exec sleep 1000");
    assert.equal((await kill(pid, "--require-start-time=1")).outcome, "already_exited");
    assert.equal(isOver(pid), false);
    child.kill("SIGKILL");
    await endOf(child);
    assert.equal((await kill(pid)).outcome, "already_exited");
  });

  test(`${name}: Node, what is above it and the first process are refused`, async () => {
    for (const pid of [process.pid, process.ppid, 1]) {
      const { outcome, reason } = await kill(pid);
      assert.equal(outcome, "error");
      assert.match(String(reason), /refused/);
    }
  });
}

test("where processes cannot be seen nothing is signalled on chance", async () => {
  const { pid } = await tree("echo ready; exec sleep 1000");
  const blind = { ...VIEWS.get("ps"), look: () => undefined } as never;
  const ending = await killTree({ pid, words: [] }, blind);
  assert.ok(ending.kind === "result");
  assert.equal(ending.result.outcome, "error");
  assert.equal(isOver(pid), false);
});
