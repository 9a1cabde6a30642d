import type { Signal } from "../../../core/values/signal.ts";
import { signalNumber } from "../../../core/values/signal.ts";
import { builtin } from "../../builtin/builtin.ts";
import type { ProcessRow } from "./table.ts";
import type { View } from "./view.ts";

/** How a signal went: `gone`: no process is there; `refused`: the kernel does not permit it. */
export type Sending = "sent" | "gone" | "refused";

/** Signals that have another name where they are not Linux's. */
const OTHER_NAMES: Partial<Record<Signal, string>> = { SIGPOLL: "SIGIO" };

/** This platform's number of a signal; undefined: it has none. Numbers differ between systems. */
export function numberOf(signal: Signal): number | undefined {
  if (signal === "SIG0") return 0;
  if (process.platform === "linux") return signalNumber(signal);
  const numbers: Readonly<Record<string, number>> = builtin("node:os").constants.signals;
  return numbers[signal] ?? numbers[OTHER_NAMES[signal] ?? ""];
}

/** Sends a signal to a process, or to a process group with minus its number. */
export function send(target: number, signal: Signal): Sending {
  const number = numberOf(signal);
  if (number === undefined) return "gone";
  try {
    process.kill(target, number);
    return "sent";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" ? "refused" : "gone";
  }
}

/**
 * Sends a signal to a member, if it is still the process that the look has shown. Where one process
 * cannot be looked at, the look was a moment ago.
 */
export function sendToMember({ one }: View, row: ProcessRow, signal: Signal): Sending {
  if (one !== undefined && one(row.pid)?.startTime !== row.startTime) return "gone";
  return send(row.pid, signal);
}

/**
 * Whether a process with this PID, or a group with minus its number, exists. One of another user
 * does.
 */
export function exists(target: number): boolean {
  return send(target, "SIG0") !== "gone";
}
