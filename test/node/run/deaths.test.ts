// However Node ends, the trees of its runs end. The processes are counted; curfew is not asked.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Running, until } from "../../cli/run.ts";
import { NO_PROGRAM } from "../expected.ts";
import { tree } from "../tree.ts";
import { dying, endsWithMany, underWay } from "./dying.ts";

const ENDS: readonly [what: string, how: string, end: (node: Running) => void][] = [
  ["SIGKILL", "waits", (node) => node.kill("SIGKILL")],
  ["SIGTERM", "waits", (node) => node.kill("SIGTERM")],
  ["process.exit()", "exits", (node) => node.write("x")],
  ["an uncaught exception", "throws", (node) => node.write("x")],
];

for (const [what, how, end] of ENDS) {
  test(`${what} of Node ends the trees of its runs`, async () => {
    using all = tree();
    const node = dying(all, how);
    await underWay(all, node);
    end(node);
    await node.ended;
    await all.gone();
  });
}

test("SIGKILL of Node and a supervisor at once ends the tree", {
  skip: NO_PROGRAM,
}, async () => {
  using all = tree();
  const node = dying(all, "waits");
  await underWay(all, node);
  const supervisors = all.alive("curfew");
  assert.equal(supervisors.length, 1);
  for (const { pid } of supervisors) process.kill(pid, "SIGKILL");
  node.kill("SIGKILL");
  await node.ended;
  await all.gone();
});

test("a worker that is terminated ends its trees, and Node goes on", async () => {
  using all = tree();
  const node = dying(all, "terminates-worker");
  await underWay(all, node);
  node.write("x");
  await node.says(/terminated/);
  await until("only Node is left", () => all.alive().every(({ pid }) => pid === node.pid));
  assert.equal(all.alive().length, 1);
  node.kill("SIGKILL");
  await node.ended;
});

test("Node exits while many runs are being started, and while they run", async () => {
  using all = tree();
  await endsWithMany(all, 40);
});
