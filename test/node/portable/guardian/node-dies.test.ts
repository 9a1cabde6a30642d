import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { isOver, OPEN, start, until } from "../../../cli/run.ts";
import { endAfterwards, untilOver } from "../processes.ts";

const PROGRAM = fileURLToPath(new URL("../node-that-dies.ts", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "curfew-test-"));
after(() => rm(folder, { recursive: true }));

/** A Node that has started commands. */
async function nodeWith(...texts: string[]) {
  const node = start([process.execPath, PROGRAM, ...texts], { input: OPEN });
  await node.says(/^all$/m);
  const [, guardian] = await node.says(/^guardian (\d+)$/m);
  const all = await node.says(/[\s\S]*/);
  const pids = [...all[0].matchAll(/^run (\d+)$/gm)].map(([, pid]) => Number(pid));
  for (const pid of pids) endAfterwards(pid);
  return { node, pids, said: all[0], guardian: Number(guardian) };
}

const OBEYS = "echo ready; sleep 1000";

test("SIGKILL to Node: the tree ends, with a daemon, and the guardian then", async () => {
  const { node, pids, said, guardian } = await nodeWith(
    "sleep 1000 & echo member $!; setsid sleep 1000 & echo daemon $!; echo ready; wait",
    OBEYS,
  );
  const others = [...said.matchAll(/(?:member|daemon) (\d+)/g)].map(([, pid]) => Number(pid));
  for (const pid of others) endAfterwards(pid);
  assert.equal(others.length, 2);
  assert.equal([...pids, ...others].some(isOver), false);
  node.kill("SIGKILL");
  for (const pid of [...pids, ...others]) await untilOver(`${pid} ends`, pid);
  await untilOver("the guardian ends", guardian);
});

test("SIGKILL to Node: a process that ignores TERM gets it, and SIGKILL after the grace period", async () => {
  const file = join(folder, "got");
  const { node, pids, guardian } = await nodeWith(
    // A line of sh about its child would end sh: its stderr has no reader then.
    `trap 'echo TERM >> ${file}' TERM; exec 2>/dev/null; echo ready; while :; do sleep 0.1; done`,
  );
  const killedAt = performance.now();
  node.kill("SIGKILL");
  for (const pid of pids) await untilOver(`${pid} ends`, pid);
  assert.ok(performance.now() - killedAt >= 490, "SIGKILL came before the grace period was over");
  assert.equal(readFileSync(file, "utf8").split("\n")[0], "TERM");
  await untilOver("the guardian ends", guardian);
});

for (const how of ["exit", "throw"]) {
  test(`Node's own end while commands run (${how}) ends them`, async () => {
    const { node, pids, guardian } = await nodeWith(OBEYS);
    node.write(how);
    await node.ended;
    for (const pid of pids) await untilOver(`${pid} ends`, pid);
    await untilOver("the guardian ends", guardian);
  });
}

test("a guardian that was killed is replaced, and the new one knows the trees", async () => {
  const { node, pids, guardian } = await nodeWith(OBEYS);
  process.kill(guardian, "SIGKILL");
  await untilOver("the guardian ends", guardian);
  node.write("again");
  const [, next] = await node.says(/^now guardian (\d+)$/m);
  assert.notEqual(Number(next), guardian);
  assert.equal(pids.some(isOver), false);
  node.kill("SIGKILL");
  for (const pid of pids) await untilOver(`${pid} ends`, pid);
});

test("a worker thread has a guardian of its own: its trees end with the thread", async () => {
  const worker = new Worker(PROGRAM, { argv: [OBEYS], stdout: true });
  let said = "";
  worker.stdout.on("data", (chunk) => {
    said += chunk;
  });
  await until("the command runs", () => /^all$/m.test(said));
  const pid = Number(/^run (\d+)$/m.exec(said)?.[1]);
  endAfterwards(pid);
  assert.equal(isOver(pid), false);
  await worker.terminate();
  await untilOver("the command ends", pid);
});
