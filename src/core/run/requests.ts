import { STOP_SIGNALS } from "../spec/defaults.ts";
import type { Spec } from "../spec/spec.ts";
import type { Duration, Instant } from "../values/duration.ts";
import type { Signal } from "../values/signal.ts";
import { TERMINATING_SIGNALS } from "../values/signal.ts";
import type { ReceivedSignal, Run } from "./state.ts";

/**
 * Signals that many programs handle as "print all threads" (QUIT) or "read your settings again"
 * (HUP). They were a request to end only if the command dies of them.
 */
const AMBIGUOUS: ReadonlySet<Signal> = new Set<Signal>(["SIGQUIT", "SIGHUP"]);
/**
 * A signal that follows a request so soon belongs to it: a service manager sends TERM, then HUP.
 */
export const SAME_REQUEST: Duration = 200_000 as Duration;

/** Whether a signal to curfew starts the clock of --kill-after. */
export function startsClock(
  { stopSignals, isSignalGiven, signal }: Spec,
  received: Signal,
): boolean {
  return stopSignals.has(received) || (isSignalGiven && received === signal);
}

export function isClocked(spec: Spec, { signal, hangup }: ReceivedSignal): boolean {
  return startsClock(spec, signal) || (hangup === true && spec.hangupStartsKillAfter);
}

/**
 * Whether a signal is a request to end. GNU's clock also starts at signals that most programs use
 * for something else.
 */
export function isRequest(spec: Spec, signal: Signal): boolean {
  return spec.stopSignals === TERMINATING_SIGNALS
    ? STOP_SIGNALS.has(signal)
    : startsClock(spec, signal);
}

/** Whether a signal may belong to a request, as the HUP of a service manager does. */
export function goesWithRequest(spec: Spec, signal: Signal): boolean {
  return AMBIGUOUS.has(signal) || isRequest(spec, signal);
}

/** Whether the command can be expected to end because of a signal. */
export function asksForEnd(spec: Spec, signal: Signal): boolean {
  const isQuit = signal === "SIGQUIT" && spec.stopSignals.has(signal);
  return STOP_SIGNALS.has(signal) || isQuit || isRequest(spec, signal);
}

/** The same, or the signal was a request to end if the command dies of it. */
export function mayEnd(spec: Spec, signal: Signal): boolean {
  return AMBIGUOUS.has(signal) || asksForEnd(spec, signal);
}

export function hasSent({ sent }: Run, signal: Signal): boolean {
  return sent.some((entry) => entry.signal === signal);
}

/**
 * Whether a signal belongs to the request that came at an instant. Under the name of GNU timeout
 * each kind of signal is passed on once, also if it belongs to an earlier request.
 */
export function isSameRequest(
  spec: Spec,
  { at, signal, delivered }: ReceivedSignal,
  since: Instant | undefined,
  run?: Run,
): boolean {
  if (since === undefined || at > since + SAME_REQUEST || delivered === true) return false;
  const isKind =
    run !== undefined && spec.stopSignals === TERMINATING_SIGNALS && isRequest(spec, signal);
  return goesWithRequest(spec, signal) && !(isKind && !hasSent(run, signal));
}
