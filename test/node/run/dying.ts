// A Node that has runs under way, and is to end.
import { fileURLToPath } from "node:url";
import { OPEN, type Running, start, until } from "../../cli/run.ts";
import type { Tree } from "../tree.ts";
import "../program.ts";

const DIES = fileURLToPath(new URL("../children/dies.ts", import.meta.url));

export function dying(all: Tree, how: string, count = 1): Running {
  const env = { ...all.env, CURFEW_BINARY: process.env.CURFEW_BINARY };
  return start([process.execPath, DIES, how, `${count}`], { env, input: OPEN });
}

/** Waits until all three processes of each run are there. */
export async function underWay(all: Tree, node: Running, count = 1): Promise<void> {
  await node.says(/ready/);
  await until("all are there", () => all.alive("sleep").length === 2 * count);
}

/** Ends Node while so many runs are being started, and while they run; waits until all are gone. */
export async function endsWithMany(all: Tree, count: number): Promise<void> {
  await dying(all, "at-once", count).ended;
  await all.gone();
  const node = dying(all, "waits", count);
  await underWay(all, node, count);
  node.kill("SIGKILL");
  await node.ended;
  await all.gone();
}
