// What many runs leave behind: nothing.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { until } from "../../cli/run.ts";
import { run } from "../program.ts";

function descriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

function children(): number {
  const tasks = readdirSync("/proc/self/task");
  const lists = tasks.map((task) => readFileSync(`/proc/self/task/${task}/children`, "utf8"));
  return lists.join(" ").split(" ").filter(Boolean).length;
}

/** Signals that count their listeners. */
function counted(): { readonly signal: AbortSignal; readonly count: () => number } {
  const { signal } = new AbortController();
  let count = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...given: Parameters<typeof add>) => {
    count += 1;
    add(...given);
  };
  signal.removeEventListener = (...given: Parameters<typeof remove>) => {
    count -= 1;
    remove(...given);
  };
  return { signal, count: () => count };
}

/** Runs so many commands, some at a time, of every kind of end. */
export async function manyRuns(count: number, atATime: number): Promise<void> {
  const { signal, count: listening } = counted();
  const warnings: Error[] = [];
  const warn = (warning: NodeJS.ErrnoException) => {
    // Without the program the first run says so, once.
    if (warning.code !== "CURFEW_PORTABLE") warnings.push(warning);
  };
  process.on("warning", warn);
  const kinds = [
    () => run("true", { signal }),
    () => run("sh", ["-c", "exit 3"], { input: "x", signal }),
    () => run("curfew-no-such-command", { signal }),
    () => run("sleep", ["1000"], { signal }).cancel(),
    () => run("echo", ["a"], { stdout: ["capture", () => undefined], signal }).text(),
    () => run("sh", ["-c", "kill -9 $$"], { stdin: "pipe", signal }),
    () => run("true", { signal: AbortSignal.abort() }),
  ];
  await run("true");
  const before = [descriptors(), children()];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      next += 1;
      await kinds[next % kinds.length]?.();
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  const isClean = () => descriptors() <= (before[0] ?? 0) && children() <= (before[1] ?? 0);
  await until("no descriptor and no child is left", isClean);
  assert.equal(listening(), 0);
  process.off("warning", warn);
  assert.deepEqual(warnings, []);
}
