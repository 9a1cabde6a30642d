// Runs in the engine of the binary: does what it is told, one line of JSON at a time, and answers
// each with a line. So a test in Node drives what needs the real window.
import {
  closeListeners,
  type Listener,
  openListeners,
  prepareListeners,
} from "../../src/linux/listeners.ts";
import { sys } from "../../src/linux/syscalls.ts";

const FOREVER = -1;
const SIZE = 65536;

let listeners: readonly Listener[] = [];

/** What can be asked for, by its name. */
const CALLS = {
  sys: (name: keyof typeof sys, ...args: unknown[]) =>
    (sys[name] as (...args: unknown[]) => unknown)(...args),
  openListeners: (listens: Parameters<typeof openListeners>[0]) => {
    const opened = openListeners(listens);
    if ("kind" in opened) return opened;
    listeners = opened;
    return opened;
  },
  closeListeners: () => closeListeners(listeners),
  prepareListeners: () => prepareListeners(listeners),
};

/** What a test may ask for. */
export type Calls = typeof CALLS;

/** What native code says if this fails. */
export const lastWords = "window: ";
export const failureCode = 1;

/** Until the end of the questions. */
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
