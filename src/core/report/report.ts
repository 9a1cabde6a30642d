import type { SpawnError } from "../spec/error.ts";
import type { Exit, Reason } from "../spec/exit.ts";
import type { HandledLeftovers } from "../spec/member.ts";
import type { TreeSnapshot } from "../spec/process-snapshot.ts";
import type { Spec } from "../spec/spec.ts";
import type { WaitStatus } from "../spec/status.ts";
import type {
  AppliedContainment,
  Leftover,
  Process,
  Proof,
  Survivor,
  Usage,
} from "../spec/tree.ts";
import type { Duration, Instant } from "../values/duration.ts";
import type { Signal } from "../values/signal.ts";
import type { Bytes } from "../values/size.ts";
import type { WallTime } from "../values/wall-time.ts";

/** How a guardian was lost: by SIGKILL, in another way or one that is not known, or too late. */
export type Loss = "killed" | "gone" | "late";

/** A signal that curfew sent into the tree: to which processes, when first, and how often. */
export type Sent = {
  readonly signal: Signal;
  /** `tree`: every member that had not been sent this signal yet. */
  readonly target: "child" | "group" | "tree";
  readonly at: Instant;
  readonly count: number;
  /** The caller sent it by a control line: it is no request to end the run. */
  readonly isByControl?: true;
};

/** A stop of the main child by a signal. */
export type Stop = { readonly signal: Signal; readonly at: Instant };

/** The words for how a run ended, and what each means. */
export const OUTCOMES = {
  exited: "the command exited by itself",
  signaled: "the command died of a signal while curfew was not ending it",
  timed_out: "the time limit passed",
  idle_timed_out: "the command wrote nothing for as long as the idle limit",
  cancelled: "a stop signal, the caller, the end of stdin or `--on-stop kill` ended the run",
  cpu_limit: "the command died of its processor time limit",
  memory_limit: "the command was killed because the tree's memory limit was reached",
  output_limit: "the command wrote more than the output limit allows",
  parent_died: "the process that started curfew ended",
  guardian_lost:
    "the guardian was ended from outside; curfew ended the remaining processes at once",
  spawn_failed: "the command could not be started",
} as const;
export type Outcome = keyof typeof OUTCOMES;

/** The words for what a deadline was for: how the run ends because of it, or a step of that end. */
export const DEADLINE_REASONS: Readonly<Record<DeadlineReason, string>> = {
  ...OUTCOMES,
  half: "a part of the grace period is over: other processes get the first signal",
  kill_after: "the grace period is over: SIGKILL follows",
};
export type DeadlineReason = Outcome | "half" | "kill_after";

/** What curfew passed on of the command's outputs. */
export type RelayedOutput = {
  /** `undefined`: it was closed, or is one pipe with stdout. */
  readonly stdout: StreamTotals | undefined;
  readonly stderr: StreamTotals | undefined;
  /** A process still held a pipe when curfew stopped reading. */
  readonly isPipeHeld: boolean;
  /** More was written than `maxOutput` allows. */
  readonly isOverLimit: boolean;
};

/** One output: what was written, and how much of it was not passed on. */
export type StreamTotals = {
  readonly bytes: Bytes;
  readonly omitted: Bytes;
  /** Why it took no more, as the kernel names it, other than that its reader was gone. */
  readonly failure: string | undefined;
};

/** The main child. `end` is undefined where no process saw it end. */
export type Child = { readonly pid: number; readonly end: WaitStatus | undefined };

/** Everything that a report says, in the core's own types. */
export type Report = {
  readonly command: readonly string[];
  readonly outcome: Outcome;
  readonly timedOut: boolean;
  /** What curfew exits with, as a shell shows it. */
  readonly exitCode: number;
  readonly timeout: Duration;
  /** When the limit by the time of day passes, or would pass; `undefined`: there was none. */
  readonly until?: WallTime | undefined;
  readonly elapsed: Duration;
  /** Undefined where the command was not started. */
  readonly child: Child | undefined;
  /** Why the command was not started. */
  readonly error: SpawnError | undefined;
  /** What the caller gave as the cause of its cancel, as JSON. */
  readonly cause: string | undefined;
  readonly startedAt: Instant;
  /** One entry for each signal and target, the latest last. */
  readonly signalsSent: readonly Sent[];
  /** Whether SIGKILL followed another signal. */
  readonly escalated: boolean;
  readonly stops: readonly Stop[];
  readonly holding: AppliedContainment | undefined;
  /** Undefined: not known, for instance because leftovers keep running. */
  readonly treeGone: boolean | undefined;
  readonly proof: Proof | undefined;
  readonly survivors: readonly Survivor[];
  readonly leftovers: readonly Leftover[];
  /** The leftovers that were about to end by themselves. */
  readonly waitedFor: readonly Process[];
  /** The leftovers that --spare lets run on. */
  readonly spared: readonly Process[];
  readonly usage: Usage | undefined;
  /** Undefined where the command had its outputs directly. */
  readonly output: RelayedOutput | undefined;
  /** The tree just before curfew began to end it, where it was looked at. */
  readonly tree: TreeSnapshot | undefined;
};

/**
 * Which of the processes that a sentence will tell of still lived when they were sent SIGKILL.
 * `isAll`: each of them was looked at.
 */
export type Killed = { readonly pids: readonly number[]; readonly isAll: boolean };

/** All that is known of a run that is over. Its exit and its report are made from it. */
export type RunFacts = {
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  /** When the limit by the time of day passed, or would have passed. */
  readonly until?: WallTime | undefined;
  readonly sent: readonly Sent[];
  readonly stops: readonly Stop[];
  /** Why curfew ended the command. Undefined: it did nothing before the main child ended. */
  readonly reason: Reason | undefined;
  /** Whether the main child ended only because of curfew's SIGKILL. */
  readonly isKilled: boolean;
  /** Undefined where the command was not started: `error` says why. */
  readonly child: Child | undefined;
  readonly error: SpawnError | undefined;
  /** What the caller gave as the cause of its cancel, as JSON. */
  readonly cause?: string | undefined;
  readonly holding: AppliedContainment | undefined;
  /** The proof that no process is left, where there is one. */
  readonly proof: Proof | undefined;
  readonly survivors: readonly Survivor[];
  /** The processes that were left when the main child had ended, as far as they can be named. */
  readonly leftovers: readonly Leftover[];
  /** Whether any process was left then, named or not. */
  readonly hadLeftovers: boolean;
  /** What became of the leftovers, where they were looked at. */
  readonly left: HandledLeftovers | undefined;
  /** The guardian was lost in a sweep that had another reason, and the main child's end with it. */
  readonly lost?: Loss | undefined;
  readonly usage: Usage | undefined;
  /** Undefined where the command had its outputs directly, or before they were delivered. */
  readonly output: RelayedOutput | undefined;
  /** The tree just before curfew began to end it, where it was looked at. */
  readonly tree?: TreeSnapshot | undefined;
  readonly killed?: Killed | undefined;
};

/** The report about a run that is over, after which curfew exits with `exit`. */
export function reportOf(spec: Spec, facts: RunFacts, exit: Exit): Report {
  const outcome = outcomeOf(facts);
  const { sent, startedAt } = facts;
  const proof = proofOf(facts);
  return {
    command: spec.command,
    outcome,
    timedOut: outcome === "timed_out",
    exitCode: exit.code,
    timeout: spec.timeout,
    until: facts.until,
    elapsed: (facts.endedAt - startedAt) as Duration,
    child: facts.child,
    error: facts.error,
    cause: facts.cause,
    startedAt,
    signalsSent: sent,
    escalated: isEscalated(sent),
    stops: facts.stops,
    holding: facts.holding,
    treeGone: isTreeGone(facts, proof),
    proof,
    survivors: facts.survivors,
    leftovers: facts.leftovers,
    waitedFor: facts.left?.waited ?? [],
    spared: facts.left?.spared ?? [],
    usage: facts.usage,
    output: facts.output,
    tree: facts.tree,
  };
}

export const OUTCOME_OF: Readonly<Record<Reason, Outcome>> = {
  timeout: "timed_out",
  until: "timed_out",
  cancel: "cancelled",
  signal: "cancelled",
  stdin: "cancelled",
  stopped: "cancelled",
  parent: "parent_died",
  guardian: "guardian_lost",
  "guardian-killed": "guardian_lost",
  idle: "idle_timed_out",
  output: "output_limit",
};

export function outcomeOf(facts: RunFacts): Outcome {
  const { reason, child, error } = facts;
  if (error?.code === "caller_gone") return "parent_died";
  // A cancel that came before the spawn: nothing was started.
  if (error === undefined && child === undefined && reason !== undefined) return OUTCOME_OF[reason];
  if (error !== undefined || child === undefined) return "spawn_failed";
  if (reason !== undefined) return OUTCOME_OF[reason];
  // The end of the command is unknown only where a lost guardian took the knowledge with it.
  if (child.end === undefined) return "guardian_lost";
  if (child.end.kind === "exited") return "exited";
  if (isCpuLimit(facts)) return "cpu_limit";
  return diedOf(facts, "SIGKILL") && oomKillsOf(facts) > 0 ? "memory_limit" : "signaled";
}

/**
 * Whether the main child died of a signal that curfew had not sent to it. curfew signals the rest
 * of the tree only after the main child has ended.
 */
function diedOf({ child, sent }: RunFacts, signal: Signal): boolean {
  const isOurs = sent.some((entry) => entry.signal === signal && entry.target !== "tree");
  return child?.end?.kind === "signaled" && child.end.signal === signal && !isOurs;
}

function oomKillsOf({ usage }: RunFacts): number {
  return usage?.oomKills ?? 0;
}

/**
 * Whether the main child died of its processor time limit. getrlimit(2): the kernel sends SIGXCPU
 * at the soft limit and SIGKILL at the hard limit.
 */
function isCpuLimit(facts: RunFacts): boolean {
  const limit = facts.holding?.limits.find((applied) => applied.limit === "cpu");
  if (limit === undefined) return false;
  if (diedOf(facts, "SIGXCPU")) return true;
  const used = (facts.usage?.user ?? 0) + (facts.usage?.system ?? 0);
  return diedOf(facts, "SIGKILL") && used >= SEEN_SHARE * limit.value + HARD_LIMIT_MARGIN;
}

// The hard limit is the soft one and a second. The kernel counts it in ticks, but reports time as
// measured: of 2 s down to 1.80 s were seen (Linux 6.18 in a virtual machine).
const SEEN_SHARE = 0.95;
const HARD_LIMIT_MARGIN = 0.5e6;

/**
 * Signals before SIGKILL that do not make it an escalation. SIGCONT and signal 0 end no process.
 */
const NOT_ESCALATED: readonly Signal[] = ["SIGKILL", "SIGCONT", "SIG0"];

function isEscalated(sent: readonly Sent[]): boolean {
  const before = sent.filter(({ signal }) => !NOT_ESCALATED.includes(signal));
  const kills = sent.filter(({ signal }) => signal === "SIGKILL");
  return kills.some((kill) => before.some(({ at }) => at <= kill.at));
}

/** Whether it is proven that no process of the tree is left. */
export function isProvenGone(facts: RunFacts): boolean {
  return proofOf(facts) !== undefined;
}

/** Whether the tree is gone: true only with a proof, false with survivors, else not known. */
function isTreeGone({ survivors }: RunFacts, proof: Proof | undefined): boolean | undefined {
  if (survivors.length > 0) return false;
  return proof === undefined ? undefined : true;
}

/**
 * The proof, unless it leaves a doubt: an orphan in a foreign PID namespace goes to that
 * namespace's first process, so ECHILD does not speak for it.
 */
function proofOf({ proof, survivors, holding }: RunFacts): Proof | undefined {
  const isDoubtful = holding?.reasons.includes("foreign_pidns_seen") ?? false;
  return survivors.length > 0 || isDoubtful ? undefined : proof;
}
