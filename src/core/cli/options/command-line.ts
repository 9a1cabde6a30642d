import { asksForBudget } from "../../spec/budget.ts";
import { STOP_SIGNALS } from "../../spec/defaults.ts";
import type { UsageError } from "../../spec/error.ts";
import { usageError } from "../../spec/error.ts";
import type { InspectSpec } from "../../spec/inspect-spec.ts";
import type { ConfigSpec, DoctorSpec, KillSpec } from "../../spec/kill-spec.ts";
import { hasPty, isRelayed } from "../../spec/relay.ts";
import type { ShowSpec } from "../../spec/show-spec.ts";
import { FIRST_SOCKET } from "../../spec/sockets.ts";
import type { Fields, OutputTarget, Spec } from "../../spec/spec.ts";
import { isServing } from "../../spec/spec.ts";
import { NO_LIMIT } from "../../values/duration.ts";
import type { Env } from "../../values/locale.ts";
import type { Signal } from "../../values/signal.ts";
import { signalLabel } from "../../values/signal.ts";
import { NO_SIZE_LIMIT } from "../../values/size.ts";
import { inheritedDeadline } from "./budget.ts";
import type { Names } from "./option.ts";
import type { Grammar, Printing } from "./scan.ts";
import { scanOptions } from "./scan.ts";
import type { Value } from "./values.ts";
import { OUTPUT, READY, SIGNAL } from "./values.ts";

/** What a command line asks curfew to do. */
export type Request =
  | { readonly kind: "run"; readonly spec: Spec }
  | { readonly kind: "kill"; readonly spec: KillSpec }
  | { readonly kind: "doctor"; readonly spec: DoctorSpec }
  | { readonly kind: "config"; readonly spec: ConfigSpec }
  | { readonly kind: "inspect"; readonly spec: InspectSpec }
  | { readonly kind: "show"; readonly spec: ShowSpec }
  /** Start nothing: reap orphans until a stop signal comes. */
  | { readonly kind: "pause" }
  | Printing
  | UsageError;

/** The grammar of a subcommand or tool that runs a command. */
export type CommandLine<F> = Grammar<F> & {
  /** Gives the fields back, changed in place. */
  readonly resolve: (fields: F, command: readonly string[], env: Env) => Fields;
  /** Whether a deadline in curfew's environment counts. */
  readonly readsDeadline?: true;
  /** The error about an option that was given without another one that it needs. */
  readonly unmet?: (fields: F, given: readonly Names[]) => UsageError | undefined;
};

/** Parses `[OPTION]... [--] COMMAND [ARG]...`. */
export function parseCommand<F>(line: CommandLine<F>, words: readonly string[], env: Env): Request {
  const scan = scanOptions(line, words, env);
  if (scan.kind !== "scanned") return scan;
  const command = scan.operands;
  if (command.length === 0) return missingOperand("COMMAND", "COMMAND [ARG]...");
  const unmet = line.unmet?.(scan.fields, scan.given);
  if (unmet !== undefined) return unmet;
  const fields = Object.assign(line.resolve(scan.fields, command, env), { command });
  if (line.readsDeadline !== true) return requestOf(fields, env);
  const inherited = fields.ignoresDeadline ? undefined : inheritedDeadline(env);
  if (inherited !== undefined && "kind" in inherited) return inherited;
  const isBudgeted = inherited !== undefined || asksForBudget(fields);
  return requestOf(isBudgeted ? Object.assign(fields, { inherited, isBudgeted }) : fields, env);
}

/**
 * The request for a run with this spec, which is completed in place, or an error if two of its
 * fields conflict.
 */
export function requestOf(asked: Spec, env: Env): Request {
  const metrics = env("TIMEOUT_METRICS") !== undefined;
  const forward = forwardedSignals(asked);
  const isComplete = metrics === asked.metrics && forward === asked.forward;
  const spec = isComplete ? asked : Object.assign(asked, { metrics, forward });
  return conflictOf(spec) ?? { kind: "run", spec };
}

/** The signals to forward: also the targets of rewrites, SIGKILL included, and all stop signals. */
function forwardedSignals({ forward, rewrite, stopSignals }: Spec): ReadonlySet<Signal> {
  const isUsual = stopSignals === forward || stopSignals === STOP_SIGNALS || stopSignals.size === 0;
  if (isUsual && rewrite.size === 0) return forward;
  const isMore = (signal: Signal) => signal !== "SIG0" && !forward.has(signal);
  const others = [...rewrite.values(), ...stopSignals].filter(isMore);
  return others.length === 0 ? forward : new Set([...forward, ...others]);
}

function conflictOf(spec: Spec): UsageError | undefined {
  return (
    (spec.config === undefined ? undefined : unreadConfig(spec)) ??
    sharedOutput(spec) ??
    takenByListen(spec) ??
    reloadingStopSignal(spec) ??
    relayedService(spec)
  );
}

/** A file that is named and not read would be a misunderstanding. */
function unreadConfig({ noConfig, control }: Spec): UsageError | undefined {
  if (!noConfig && control === undefined) return undefined;
  const expected = `a run without ${noConfig ? "--no-config" : "--control"}`;
  return usageError("conflicting_option", { part: "--config", given: undefined, expected });
}

/** Two writers that both begin at the start of one file would overwrite each other's lines. */
function sharedOutput({ report, events, log }: Spec): UsageError | undefined {
  if (log !== undefined) {
    const others = [report, events].filter((target) => target !== undefined);
    if (others.some((other) => isSameTarget(log, other))) return sameLog(log);
  }
  if (report === undefined || events === undefined) return undefined;
  return isSameTarget(report, events) ? sameOutput(events) : undefined;
}

/** The error where the log would go to the file of the report or of the events. */
export function sameLog(log: OutputTarget): UsageError {
  const expected = "another output than --report and --events, which hold JSON alone";
  const part = `--log ${OUTPUT.metavar}`;
  return usageError("bad_output", { part, given: OUTPUT.format(log), expected });
}

/** The error where report and events would go to one file, perhaps under two names. */
export function sameOutput(events: OutputTarget): UsageError {
  const expected =
    "another output than --report, because the last line of the events is the report";
  return usageError("bad_output", {
    part: `--events ${OUTPUT.metavar}`,
    given: OUTPUT.format(events),
    expected,
  });
}

/** The one file that report and events may share, because it keeps nothing. */
const DEV_NULL = "/dev/null";

function isSameTarget(one: OutputTarget, other: OutputTarget): boolean {
  if (one.kind === "fd") return other.kind === "fd" && one.fd === other.fd;
  const path = plainPath(one.path);
  return other.kind === "path" && path === plainPath(other.path) && path !== DEV_NULL;
}

/** A path without empty and `.` components. `..` stays: it may follow a symbolic link. */
function plainPath(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return `${path.startsWith("/") ? "/" : ""}${parts.join("/")}`;
}

/** The descriptor of --ready must not be a socket's. */
function takenByListen({ ready, listen }: Spec): UsageError | undefined {
  const least = FIRST_SOCKET + listen.length;
  if (ready.kind !== "fd" || ready.fd >= least) return undefined;
  const expected = `fd:${least} or above, because the sockets come first`;
  const part = `--ready ${READY.metavar}`;
  return usageError("bad_number", { part, given: READY.format(ready), expected });
}

/** One signal cannot ask for a new generation and for the end. */
function reloadingStopSignal({ reloadSignal, stopSignals }: Spec): UsageError | undefined {
  if (reloadSignal === undefined || !stopSignals.has(reloadSignal)) return undefined;
  const expected = "a signal that is not among --stop-signals";
  const part = `--reload-signal ${SIGNAL.metavar}`;
  return usageError("unknown_signal", { part, given: signalLabel(reloadSignal), expected });
}

/** Generations of a command would need a relay each. */
function relayedService(spec: Spec): UsageError | undefined {
  if (!isRelayed(spec) || !isServing(spec)) return undefined;
  const part = partOf(spec);
  const expected = "a run without --listen, --ready, --watch and --reload-signal";
  return usageError("conflicting_option", { part, given: undefined, expected });
}

/** The option that has curfew pass on what the command writes. */
function partOf(spec: Spec): string {
  if (hasPty(spec)) return "--pty";
  if (spec.idleTimeout !== NO_LIMIT) return "--idle-timeout";
  return spec.maxOutput !== NO_SIZE_LIMIT ? "--max-output" : "--keep-output";
}

/** The error about an operand that is missing. */
export function missingOperand(part: string, expected: string): UsageError {
  return usageError("missing_operand", { part, given: undefined, expected });
}

/** The error about an operand that is not a value of this type. */
export function badOperand(
  { code, metavar, expected }: Pick<Value<unknown>, "code" | "metavar" | "expected">,
  given: string,
): UsageError {
  return usageError(code, { part: metavar, given, expected });
}

/** The error about an operand too many. */
export function extraOperand(
  part: string,
  given: string | undefined,
  expected: string,
): UsageError {
  return usageError("extra_operand", { part, given, expected });
}
