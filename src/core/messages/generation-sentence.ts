import { FIRST_SOCKET } from "../spec/sockets.ts";
import type { WaitStatus } from "../spec/status.ts";
import type { Duration } from "../values/duration.ts";
import { formatElapsed } from "../values/elapsed.ts";
import { quote } from "../values/quote.ts";
import type { Signal } from "../values/signal.ts";
import { signalLabel } from "../values/signal.ts";
import { wayToTake } from "./socket-words.ts";

/** What curfew says about the generations of a command. */
export type GenerationMessage =
  | { readonly kind: "generation"; readonly generation: number; readonly step: GenerationStep }
  | ({ readonly kind: "restarted" } & Restart)
  /** A generation has failed, and no process has accepted a connection on any held socket. */
  | {
      readonly kind: "sockets-unused";
      readonly generation: number;
      readonly addresses: readonly string[];
      readonly command: readonly string[];
    };

/** What a message says about a generation. */
export type GenerationStep =
  | "starting"
  | "ready"
  | "not-ready"
  | "ended"
  | "waiting"
  | "timed-out"
  | "failed";

/** Why a new generation was started. `hasOthers`: other paths changed, too. */
export type Cause =
  | { readonly kind: "changed"; readonly path: string; readonly hasOthers: boolean }
  | { readonly kind: "signal"; readonly signal: Signal };

/** One generation has taken the place of another. */
export type Restart = {
  readonly generation: number;
  readonly cause: Cause;
  readonly before: {
    readonly generation: number;
    /** Undefined where no process saw it end. */
    readonly status: WaitStatus | undefined;
    readonly lived: Duration;
    /** It had ended before the cause came. */
    readonly wasOver: boolean;
  };
  /** `ended`: it ended before it was ready. */
  readonly served: "began" | "ready" | "ended";
  /** The time from the cause until then. */
  readonly after: Duration;
};

export function generationSentence(message: GenerationMessage, utf8: boolean): string {
  switch (message.kind) {
    case "generation":
      return `generation ${message.generation} ${STEPS[message.step]}`;
    case "restarted":
      return restartSentence(message, utf8);
    case "sockets-unused":
      return unusedSentence(message, utf8);
  }
}

const STEPS: Readonly<Record<GenerationStep, string>> = {
  starting: "begins",
  ready: "is ready",
  "not-ready": "did not become ready; the one before it keeps running",
  ended: "has ended",
  waiting: "has ended by itself: waiting for a change",
  "timed-out": "has reached its time limit: waiting for a change",
  failed: "has failed: exiting because of --exit-on-error",
};

function restartSentence({ generation, cause, before, served, after }: Restart, utf8: boolean) {
  const had = before.wasOver ? "had " : "";
  const old = `generation ${before.generation} ${had}${howEnded(before.status)}`;
  const lived = `after ${formatElapsed(before.lived)}`;
  const since = cause.kind === "changed" ? "the change" : "the signal";
  const next = `generation ${generation} ${SERVED[served]} ${formatElapsed(after)} after ${since}`;
  return `${causeText(cause, utf8)}: ${old} ${lived}, ${next}`;
}

function causeText(cause: Cause, utf8: boolean): string {
  if (cause.kind === "signal") return `signal ${signalLabel(cause.signal)}`;
  const path = quote(cause.path, utf8);
  return cause.hasOthers ? `${path} and others changed` : `${path} changed`;
}

function howEnded(status: WaitStatus | undefined): string {
  if (status === undefined) return "ended";
  if (status.kind === "exited") return `exited with code ${status.code}`;
  return `died of signal ${signalLabel(status.signal)}`;
}

const SERVED: Readonly<Record<Restart["served"], string>> = {
  began: "began",
  ready: "was ready",
  ended: "ended before it was ready,",
};

/** How many addresses one line names. */
const MOST_NAMED = 3;

function unusedSentence(
  { addresses, command }: Extract<GenerationMessage, { kind: "sockets-unused" }>,
  utf8: boolean,
): string {
  const rest = addresses.length - MOST_NAMED;
  const named = addresses.slice(0, rest === 1 ? undefined : MOST_NAMED);
  const places = named.map((address) => quote(address, utf8)).join(", ");
  const more = rest > 1 ? ` and ${rest} more` : "";
  const last = FIRST_SOCKET + addresses.length - 1;
  const between = addresses.length === 2 ? "and" : "to";
  const numbers = addresses.length === 1 ? `${last}` : `${FIRST_SOCKET} ${between} ${last}`;
  const [held, descriptors] =
    addresses.length === 1 ? ["that address", "descriptor"] : ["these addresses", "descriptors"];
  const variable = `LISTEN_FDS=${addresses.length}`;
  const how = `take ${descriptors} ${numbers} (${variable})${wayToTake(command)}`;
  const why = `curfew holds ${held}, so the server has to ${how}`;
  return `no process accepted a connection on ${places}${more}: ${why}`;
}
