// Everything that a run has started, found without asking curfew: by a mark in the environment.
import { randomBytes } from "node:crypto";
import { marked, type Process, processOf } from "../adversaries/procfs.ts";
import { until } from "../cli/run.ts";

/** The processes of one or more runs. */
export type Tree = {
  /** For the options of a run. */
  readonly env: Readonly<Record<string, string>>;
  /** What is alive now, of these names where some are given. */
  readonly alive: (...names: string[]) => readonly Process[];
  /** Waits until nothing is. */
  readonly gone: () => Promise<void>;
  /** Ends what is left: for what a test has left alive on purpose, or by mistake. */
  readonly [Symbol.dispose]: () => void;
};

export function tree(): Tree {
  const mark = `curfew-node-${randomBytes(8).toString("hex")}`;
  const alive = (...names: string[]) => {
    const found = marked(mark).flatMap((pid) => processOf(pid) ?? []);
    return names.length === 0 ? found : found.filter(({ name }) => names.includes(name));
  };
  return {
    env: { CURFEW_NODE_TREE: mark },
    alive,
    gone: () => until("the tree is gone", () => alive().length === 0),
    [Symbol.dispose]: () => {
      for (const { pid, startTime } of alive()) {
        if (processOf(pid)?.startTime === startTime) kill(pid);
      }
    },
  };
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}

/** A test fails where a fact takes longer than this on an idle machine. */
export const LIMIT_MS = 30_000;
