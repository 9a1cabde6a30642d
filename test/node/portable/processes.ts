// Processes that a test starts, and ends by their own numbers whatever happens.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { after } from "node:test";
import { isOver, until } from "../../cli/run.ts";

/** The shells that a system may have as sh. At least /bin/sh is there. */
const KNOWN: readonly (readonly [name: string, path: string])[] = [
  ["sh", "/bin/sh"],
  ["dash", "/bin/dash"],
  ["bash", "/bin/bash"],
  ["busybox", "/bin/busybox"],
  ["busybox", "/usr/bin/busybox"],
  ["zsh", "/bin/zsh"],
  ["zsh", "/usr/bin/zsh"],
];

/** Those that this machine has, by name. What is absent is not tested; titles say what is. */
export const SHELLS: ReadonlyMap<string, string> = new Map(
  KNOWN.filter(([, path]) => existsSync(path)),
);

const started = new Set<ChildProcess>();
after(() => {
  for (const { pid, exitCode, signalCode } of started) {
    if (pid !== undefined && exitCode === null && signalCode === null) end(-pid);
  }
});

function end(target: number): void {
  try {
    process.kill(target, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}

/** Starts a program in a session of its own; its group ends with the test at the latest. */
export function leader(
  argv: readonly string[],
  options: Parameters<typeof spawn>[2] = {},
): ChildProcess {
  const [file = "", ...args] = argv;
  const child = spawn(file, args, { stdio: "ignore", ...options, detached: true });
  started.add(child);
  return child;
}

/** Ends groups that a program of ours has started, by the numbers that it said. */
export function endAfterwards(group: number): void {
  after(() => {
    if (!isOver(group)) end(-group);
  });
}

export function endOf(child: ChildProcess): Promise<NodeJS.Signals | number> {
  return new Promise((resolve) => {
    const tell = () => resolve(child.signalCode ?? child.exitCode ?? 0);
    if (child.exitCode !== null || child.signalCode !== null) tell();
    else child.once("exit", tell);
  });
}

export function untilOver(what: string, pid: number): Promise<void> {
  return until(what, () => isOver(pid));
}
