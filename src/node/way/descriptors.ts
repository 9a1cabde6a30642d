// What the command inherits as stdin, stdout and stderr, in the form that spawn of Node takes.
import { fs } from "../builtin/builtin.ts";
import { openToRead, openToWrite } from "../builtin/open.ts";
import { badFile } from "./refusals.ts";
import type { Ending, Order, OutputPlan, StdinPlan } from "./way.ts";

type Entry = "ignore" | "pipe" | number;

export type Stdio = {
  readonly entries: readonly [stdin: Entry, stdout: Entry, stderr: Entry];
  /** Both streams go into the pipe of stdout, which only the program can arrange. */
  readonly isMerged: boolean;
  /** Closes what was opened: the command has it, or will not be started. */
  readonly close: () => void;
};

/** The entries of an order, its files open; or the failure. */
export function openStdio(order: Order): Stdio | Extract<Ending, { readonly kind: "failed" }> {
  const opened: number[] = [];
  const close = () => {
    for (const fd of opened) fs().closeSync(fd);
    opened.length = 0;
  };
  const open = (fd: number) => {
    opened.push(fd);
    return fd;
  };
  let path = "";
  const entryOf = (plan: StdinPlan | OutputPlan, own: number): Entry => {
    if (plan.kind === "file") path = plan.path;
    return entryFor(plan, own, open);
  };
  try {
    const stdin = entryOf(order.stdin, 0);
    const stdout = entryOf(order.stdout, 1);
    const isSame = order.stderr.kind === "stdout";
    const isMerged = isSame && stdout === "pipe";
    if (isMerged) return { entries: [stdin, stdout, "ignore"], isMerged, close };
    const stderr = order.stderr.kind === "stdout" ? stdout : entryOf(order.stderr, 2);
    return { entries: [stdin, stdout, stderr], isMerged, close };
  } catch (error) {
    close();
    return badFile(path, error);
  }
}

function entryFor(
  plan: StdinPlan | OutputPlan,
  own: number,
  opened: (fd: number) => number,
): Entry {
  switch (plan.kind) {
    case "ignore":
      return "ignore";
    case "inherit":
      return own;
    case "bytes":
      return "pipe";
    case "fd":
      return plan.fd;
    case "file":
      if (own === 0) return opened(openToRead(plan.path));
      return opened(openToWrite(plan.path, "append" in plan && plan.append));
  }
}
