// Runs in the engine of the binary: reads a call from each line of JSON, makes it, and answers with
// a line. So a test in Node can use the real window.
import type { Instant } from "../../src/core/values/duration.ts";
import { NO_LIMIT } from "../../src/core/values/duration.ts";
import { sys } from "../../src/linux/kernel/window.ts";
import {
  closeListeners,
  type Listener,
  openListeners,
  prepareListeners,
} from "../../src/linux/serve/listeners.ts";
import type { IgnoreSpec } from "../../src/linux/watch/ignores.ts";
import {
  closeWatch,
  nextLookAt,
  openWatch,
  readChanges,
  type Watch,
  warningOf,
} from "../../src/linux/watch/watch.ts";

const FOREVER = -1;
const SIZE = 65536;

let listeners: readonly Listener[] = [];
let watch: Watch | undefined;

/** The paths of all changes that the kernel has queued, in order. */
function changes(): string[] {
  const found: string[] = [];
  const isDue = (of: Watch) => sys.wait([of.descriptor], 0) !== 0 || nextLookAt(of) === 0;
  while (watch !== undefined && isDue(watch)) {
    const changed = readChanges(watch, sys.now() as Instant);
    if (changed !== undefined) found.push(changed);
  }
  return found;
}

const NO_IGNORES: IgnoreSpec = { ignore: [], extensions: [], defaultIgnores: true };

/** The calls that a test can make. */
const CALLS = {
  sys: (name: keyof typeof sys, ...args: unknown[]) =>
    (sys[name] as (...args: unknown[]) => unknown)(...args),
  openListeners: (listen: Parameters<typeof openListeners>[0]["listen"]) => {
    const opened = openListeners({ listen, ready: { kind: "none" } });
    if ("kind" in opened) return opened;
    listeners = opened;
    return opened;
  },
  closeListeners: () => closeListeners(listeners),
  prepareListeners: () => prepareListeners(listeners),
  openWatch: (watched: readonly string[], ignores: Partial<IgnoreSpec>) => {
    const opened = openWatch({ ...NO_IGNORES, ...ignores, watch: watched, poll: NO_LIMIT });
    if ("kind" in opened) return opened;
    watch = opened;
    return undefined;
  },
  changes,
  /** How many of the kernel's watches there are. */
  watches: () => watch?.users.size,
  /** 1 where the kernel has something to tell. */
  hasEvents: () => sys.wait([watch?.descriptor ?? -1], 0),
  /** The change that the next look finds, although the kernel has told nothing. */
  poll: () => watch && readChanges(watch, nextLookAt(watch) ?? (0 as Instant)),
  warning: () => watch && warningOf(watch),
  closeWatch: () => watch && closeWatch(watch),
};

/** The type of these calls. */
export type Calls = typeof CALLS;

/** What native code prints if this fails. */
export const lastWords = "window: ";
export const noMemory = "not enough memory";
export const failureCode = 1;

/** Answers calls until stdin is closed. */
export function main(): number {
  let text = "";
  for (;;) {
    sys.wait([0], FOREVER);
    const read = sys.readNow(0, SIZE);
    if (typeof read === "number" || read === "") return 0;
    text += read;
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) {
      const [name, ...args] = JSON.parse(line);
      const result: unknown = (CALLS[name as keyof Calls] as (...args: unknown[]) => unknown)(
        ...args,
      );
      sys.write(1, `${JSON.stringify({ result })}\n`);
    }
  }
}
