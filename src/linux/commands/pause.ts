import type { Message } from "../../core/messages/messages.ts";
import { errnoName } from "../../core/values/errno.ts";
import type { Signal } from "../../core/values/signal.ts";
import { signalNumber } from "../../core/values/signal.ts";
import { FOREVER } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";

/** Signals that end curfew, and with PID 1 its container. */
const ENDS: readonly number[] = (["SIGINT", "SIGTERM"] as const).map(signalNumber);
/** After this many orphans curfew looks for a signal that ends it. */
const MOST_REAPED = 250;

/** Signals as bits. All signals here are among the first 32. */
function bitsOf(signals: readonly Signal[]): number {
  return signals.reduce((bits, signal) => bits + 2 ** (signalNumber(signal) - 1), 0);
}

/**
 * PID 1 of a container that starts no command: it keeps the namespaces alive and reaps orphans.
 * Returns when a signal asks for the end, or with a message if the kernel refuses a signalfd.
 */
export function pause(): Message | undefined {
  const signalFd = sys.openSignals(bitsOf(["SIGINT", "SIGTERM", "SIGCHLD"]), 0, 0);
  if (signalFd < 0) return { kind: "call-refused", call: "signalfd4", errno: errnoName(-signalFd) };
  sys.becomeSubreaper();
  for (;;) {
    const isDone = reap();
    const arrived = sys.nextSignal(signalFd);
    if (arrived !== undefined && ENDS.includes(arrived[0])) return undefined;
    if (isDone && arrived === undefined) sys.wait([signalFd], FOREVER);
  }
}

/** Reaps exited orphans: one SIGCHLD may stand for many. False: there may be more. */
function reap(): boolean {
  for (let count = 0; count < MOST_REAPED; count++) {
    if (sys.reapStranger() <= 0) return true;
  }
  return false;
}
