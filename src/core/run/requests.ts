import type { Spec } from "../spec/spec.ts";
import { STOP_SIGNALS } from "../spec/spec.ts";
import type { Duration, Instant } from "../values/duration.ts";
import type { Signal } from "../values/signal.ts";
import { TERMINATING_SIGNALS } from "../values/signal.ts";
import type { Received, Run } from "./state.ts";

/** To many these mean "print all threads", "read your settings again": an end if one dies of it. */
const AMBIGUOUS: ReadonlySet<Signal> = new Set<Signal>(["SIGQUIT", "SIGHUP"]);
/** A service manager sends TERM and then HUP: what follows a request so soon belongs to it. */
export const SAME_REQUEST: Duration = 200_000 as Duration;

/** Whether a signal to us starts the clock of "kill after". */
export function startsClock(
  { stopSignals, isSignalGiven, signal }: Spec,
  received: Signal,
): boolean {
  return stopSignals.has(received) || (isSignalGiven && received === signal);
}

export function isClocked(spec: Spec, { signal, hangup }: Received): boolean {
  return startsClock(spec, signal) || (hangup === true && spec.hangupStartsKillAfter);
}

/** A request to end. GNU's clock also begins at signals that mean something else to most. */
export function isRequest(spec: Spec, signal: Signal): boolean {
  return spec.stopSignals === TERMINATING_SIGNALS
    ? STOP_SIGNALS.has(signal)
    : startsClock(spec, signal);
}

/** Whether a signal may come with a request, as the HUP of a service manager. */
export function goesWithRequest(spec: Spec, signal: Signal): boolean {
  return AMBIGUOUS.has(signal) || isRequest(spec, signal);
}

/** Whether the command ends by it, as far as anybody can tell. */
export function asksForEnd(spec: Spec, signal: Signal): boolean {
  const isQuit = signal === "SIGQUIT" && spec.stopSignals.has(signal);
  return STOP_SIGNALS.has(signal) || isQuit || isRequest(spec, signal);
}

/** The same, or it was an end if the command dies of it. */
export function mayEnd(spec: Spec, signal: Signal): boolean {
  return AMBIGUOUS.has(signal) || asksForEnd(spec, signal);
}

export function hasSent({ sent }: Run, signal: Signal): boolean {
  return sent.some((entry) => entry.signal === signal);
}

/** Whether a signal belongs to a request that came at an instant. GNU tells each kind, if once. */
export function isSameRequest(
  spec: Spec,
  { at, signal, delivered }: Received,
  since: Instant | undefined,
  run?: Run,
): boolean {
  if (since === undefined || at > since + SAME_REQUEST || delivered === true) return false;
  const isKind =
    run !== undefined && spec.stopSignals === TERMINATING_SIGNALS && isRequest(spec, signal);
  return goesWithRequest(spec, signal) && !(isKind && !hasSent(run, signal));
}
