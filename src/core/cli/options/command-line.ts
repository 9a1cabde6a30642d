import { STOP_SIGNALS } from "../../spec/defaults.ts";
import type { UsageError } from "../../spec/error.ts";
import { usageError } from "../../spec/error.ts";
import type { DoctorSpec, KillSpec } from "../../spec/kill-spec.ts";
import type { Fields, OutputTarget, Spec } from "../../spec/spec.ts";
import type { Env } from "../../values/locale.ts";
import type { Signal } from "../../values/signal.ts";
import { signalLabel } from "../../values/signal.ts";
import { FIRST_SOCKET } from "./listen.ts";
import type { Names } from "./options.ts";
import type { Grammar, Printing } from "./scan.ts";
import { scanOptions } from "./scan.ts";
import type { Value } from "./values.ts";
import { OUTPUT, READY, SIGNAL } from "./values.ts";

/** What a command line asks for. */
export type Request =
  | { readonly kind: "run"; readonly spec: Spec }
  | { readonly kind: "kill"; readonly spec: KillSpec }
  | { readonly kind: "doctor"; readonly spec: DoctorSpec }
  /** Nothing is started: orphans are reaped until a signal asks for the end. */
  | { readonly kind: "pause" }
  | Printing
  | UsageError;

/** A grammar, and how the fields are made of what its options and the environment say. */
export type CommandLine<F> = Grammar<F> & {
  readonly resolve: (fields: F, command: readonly string[], env: Env) => Fields;
  /** What is wrong with an option that was given without another one. */
  readonly unmet?: (fields: F, given: readonly Names[]) => UsageError | undefined;
};

/** `[OPTION]... [--] COMMAND [ARG]...`. */
export function parseCommand<F>(line: CommandLine<F>, words: readonly string[], env: Env): Request {
  const scan = scanOptions(line, words, env);
  if (scan.kind !== "scanned") return scan;
  const command = scan.operands;
  if (command.length === 0) return missingOperand("COMMAND", "COMMAND [ARG]...");
  const unmet = line.unmet?.(scan.fields, scan.given);
  return unmet ?? requestOf({ ...line.resolve(scan.fields, command, env), command }, env);
}

/** The run that a Spec asks for, unless what it asks for cannot be together. */
export function requestOf(asked: Spec, env: Env): Request {
  const metrics = env("TIMEOUT_METRICS") !== undefined;
  const forward = forwardedSignals(asked);
  // Copied only where something is different: it is on the way of every run.
  const isAsAsked = metrics === asked.metrics && forward === asked.forward;
  const spec = isAsAsked ? asked : { ...asked, metrics, forward };
  return conflictOf(spec) ?? { kind: "run", spec };
}

/** What another signal becomes is passed on, also SIGKILL; and so is what asks for the end. */
function forwardedSignals({ forward, rewrite, stopSignals }: Spec): ReadonlySet<Signal> {
  const isUsual = stopSignals === forward || stopSignals === STOP_SIGNALS || stopSignals.size === 0;
  if (isUsual && rewrite.size === 0) return forward;
  const isMore = (signal: Signal) => signal !== "SIG0" && !forward.has(signal);
  const others = [...rewrite.values(), ...stopSignals].filter(isMore);
  return others.length === 0 ? forward : new Set([...forward, ...others]);
}

function conflictOf(spec: Spec): UsageError | undefined {
  return sharedOutput(spec) ?? takenByListen(spec) ?? reloadingStopSignal(spec);
}

/** Two writers in one file, each of which begins at its start, leave neither's lines. */
function sharedOutput({ report, events }: Spec): UsageError | undefined {
  if (report === undefined || events === undefined) return undefined;
  return isSameTarget(report, events) ? sameOutput(events) : undefined;
}

/** Report and events would go to the same place, perhaps under two names. */
export function sameOutput(events: OutputTarget): UsageError {
  const expected =
    "another output than --report, because the last line of the events is the report";
  return usageError("bad_output", {
    part: `--events ${OUTPUT.metavar}`,
    given: OUTPUT.format(events),
    expected,
  });
}

/** Where nothing is kept, nothing can be lost. */
const NOWHERE = "/dev/null";

function isSameTarget(one: OutputTarget, other: OutputTarget): boolean {
  if (one.kind === "fd") return other.kind === "fd" && one.fd === other.fd;
  const path = plainPath(one.path);
  return other.kind === "path" && path === plainPath(other.path) && path !== NOWHERE;
}

/** Without the parts that lead nowhere; `..` may lead through a link, and stays. */
function plainPath(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return `${path.startsWith("/") ? "/" : ""}${parts.join("/")}`;
}

/** The descriptor that says "ready" must not be a socket's. */
function takenByListen({ ready, listen }: Spec): UsageError | undefined {
  const least = FIRST_SOCKET + listen.length;
  if (ready.kind !== "fd" || ready.fd >= least) return undefined;
  const expected = `fd:${least} or above, for the sockets come first`;
  const part = `--ready ${READY.metavar}`;
  return usageError("bad_number", { part, given: READY.format(ready), expected });
}

/** A signal cannot ask for the next generation and for the end. */
function reloadingStopSignal({ reloadSignal, stopSignals }: Spec): UsageError | undefined {
  if (reloadSignal === undefined || !stopSignals.has(reloadSignal)) return undefined;
  const expected = "a signal that is not among --stop-signals";
  const part = `--reload-signal ${SIGNAL.metavar}`;
  return usageError("unknown_signal", { part, given: signalLabel(reloadSignal), expected });
}

/** What is missing, and what the whole would be. */
export function missingOperand(part: string, expected: string): UsageError {
  return usageError("missing_operand", { part, given: undefined, expected });
}

/** An operand that is none of this value. */
export function badOperand(
  { code, metavar, expected }: Pick<Value<unknown>, "code" | "metavar" | "expected">,
  given: string,
): UsageError {
  return usageError(code, { part: metavar, given, expected });
}
