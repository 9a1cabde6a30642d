import type { Message } from "../../core/messages/messages.ts";
import { errnoName } from "../../core/values/errno.ts";
import type { Signal } from "../../core/values/signal.ts";
import { signalNumber } from "../../core/values/signal.ts";
import { FOREVER } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";

/** These end us, and with us the container whose first process we are. */
const ENDS: readonly number[] = (["SIGINT", "SIGTERM"] as const).map(signalNumber);
/** After so many orphans we look whether we are to end. */
const MOST_REAPED = 250;

/** Signals as bits; all of ours are among the first 32. */
function bitsOf(signals: readonly Signal[]): number {
  return signals.reduce((bits, signal) => bits + 2 ** (signalNumber(signal) - 1), 0);
}

/**
 * A container's first process that starts nothing: it holds the namespaces, and reaps whoever comes
 * to it. Other signals do what they do to any process. What could not be had, or undefined when it
 * was told to end.
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

/** Reaps who has ended: one SIGCHLD may stand for many. False: there may be more. */
function reap(): boolean {
  for (let count = 0; count < MOST_REAPED; count++) {
    if (sys.reapStranger() <= 0) return true;
  }
  return false;
}
