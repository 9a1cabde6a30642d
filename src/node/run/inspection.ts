// `run.inspect()`: the processes of a run.
import type { ProcessNow } from "../result/processes.ts";
import { inCamelCase } from "../result/report.ts";
import { CurfewError } from "../result/result.ts";
import type { Supervision } from "./supervision.ts";
import type { TreeNow } from "./types.ts";

const EMPTY_TREE: TreeNow = { processes: [], omitted: 0, waitingForInput: false };

export async function inspectionOf<T extends string | Uint8Array>(
  run: Supervision<T>,
): Promise<TreeNow> {
  if (run.way.name === "portable") {
    throw new CurfewError("unsupported", "inspect: only curfew's own program sees the tree");
  }
  const answer = await run.answers.ask("inspect");
  if (answer === undefined) {
    if (!run.isOver) throw new CurfewError("resource", "inspect: curfew did not answer in time");
    return EMPTY_TREE;
  }
  const { tree, treeOmitted, waitingForInput } = inCamelCase(answer);
  if (!Array.isArray(tree)) {
    throw new CurfewError("unsupported", "inspect: the processes cannot be seen; is /proc there?");
  }
  return {
    processes: tree as readonly ProcessNow[],
    omitted: Number(treeOmitted),
    waitingForInput: waitingForInput === true,
  };
}
