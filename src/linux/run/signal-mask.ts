import { TINI } from "../../core/cli/drop-in/tini.ts";
import {
  FORWARD_ALONE,
  INIT_DEFAULTS,
  RUN_DEFAULTS,
  TIMEOUT_DEFAULTS,
} from "../../core/spec/defaults.ts";
import type { Spec } from "../../core/spec/spec.ts";
import type { Signal } from "../../core/values/signal.ts";
import { SIGNALS, signalNumber } from "../../core/values/signal.ts";

/**
 * The signals that curfew receives by its signalfd: those that it forwards, and those that tell of
 * the guardian. A TSTP that is not forwarded keeps its default action and stops curfew together
 * with the command, because the caller's shell would otherwise wait for a job that never stops.
 * TTIN and TTOU must not stop curfew (S35).
 */
function receivedWith(forward: ReadonlySet<Signal>): SignalMask {
  const ours = ["SIGCHLD", "SIGTTIN", "SIGTTOU", "SIG32"];
  const mask: [number, number] = [0, 0];
  for (const signal of SIGNALS) {
    const isTaken = (forward.has(signal) && signal !== "SIGKILL") || ours.includes(signal);
    const bit = signalNumber(signal) - 1;
    if (isTaken) mask[bit < 32 ? 0 : 1] += 2 ** (bit % 32);
  }
  return mask;
}

type SignalMask = readonly [signals1to32: number, signals33to64: number];

/** The same for every subcommand, computed when curfew is built. */
const RECEIVED: ReadonlyMap<ReadonlySet<Signal>, SignalMask> = new Map(
  [
    TIMEOUT_DEFAULTS.forward,
    RUN_DEFAULTS.forward,
    FORWARD_ALONE,
    INIT_DEFAULTS.forward,
    TINI.defaults.forward,
  ].map((forward) => [forward, receivedWith(forward)]),
);

/** The mask of the signals that curfew receives in a run. */
export function receivedBy({ forward }: Spec): SignalMask {
  return RECEIVED.get(forward) ?? receivedWith(forward);
}
