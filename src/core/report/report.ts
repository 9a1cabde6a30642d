import type { SpawnError } from "../spec/error.ts";
import type { Exit, Reason } from "../spec/exit.ts";
import type { Left } from "../spec/member.ts";
import type { Spec } from "../spec/spec.ts";
import type { WaitStatus } from "../spec/status.ts";
import type { Holding, Process, Proof, Survivor, Usage } from "../spec/tree.ts";
import type { Duration, Instant } from "../values/duration.ts";
import type { Signal } from "../values/signal.ts";

/** A signal that we sent into the tree: to whom, when first, and how often. */
export type Sent = {
  readonly signal: Signal;
  /** `tree`: whoever of it had not got this signal yet. */
  readonly target: "child" | "group" | "tree";
  readonly at: Instant;
  readonly count: number;
};

/** The main child was stopped by a signal. */
export type Stop = { readonly signal: Signal; readonly at: Instant };

/** How a run ended, in one word, and what the word means. */
export const OUTCOMES = {
  exited: "the command exited by itself",
  signaled: "the command died of a signal that was not our stop",
  timed_out: "the time limit passed",
  idle_timed_out: "nothing was written for as long as the idle limit",
  cancelled: "a stop signal, the caller or `--on-stop kill` ended the run",
  cpu_limit: "the command died of its processor time limit",
  memory_limit: "the command was killed because the tree's memory limit was reached",
  output_limit: "more was written than the output limit allows",
  parent_died: "the process that started curfew ended",
  guardian_lost: "the guardian was ended from outside; what was left was ended at once",
  spawn_failed: "the command could not be started",
} as const;
export type Outcome = keyof typeof OUTCOMES;

/** The main child. Its end is undefined where nobody saw it. */
export type Child = { readonly pid: number; readonly end: WaitStatus | undefined };

/** What happened, for machines: everything the report says, in the core's own types. */
export type Report = {
  readonly command: readonly string[];
  readonly outcome: Outcome;
  readonly timedOut: boolean;
  /** What we exit with, as a shell shows it. */
  readonly exitCode: number;
  readonly timeout: Duration;
  readonly elapsed: Duration;
  /** Undefined where the command was not started. */
  readonly child: Child | undefined;
  readonly startedAt: Instant;
  /** The latest last. */
  readonly signalsSent: readonly Sent[];
  /** SIGKILL followed another signal. */
  readonly escalated: boolean;
  readonly stops: readonly Stop[];
  readonly holding: Holding | undefined;
  /** Undefined: nothing is known, for instance because leftovers were left. */
  readonly treeGone: boolean | undefined;
  readonly proof: Proof | undefined;
  readonly survivors: readonly Survivor[];
  readonly leftovers: readonly Process[];
  /** Those of them that were about to end by themselves, and those that stay. */
  readonly waitedFor: readonly Process[];
  readonly spared: readonly Process[];
  readonly usage: Usage | undefined;
};

/** What a report is made from. */
export type Course = {
  readonly spec: Spec;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly sent: readonly Sent[];
  readonly stops: readonly Stop[];
  /** Undefined: we did nothing to the main child before it ended. */
  readonly reason: Reason | undefined;
  readonly child: Child | undefined;
  /** Why there is no child. */
  readonly error: SpawnError | undefined;
  readonly holding: Holding | undefined;
  /** The proof that nothing is left, where there is one. */
  readonly proof: Proof | undefined;
  readonly survivors: readonly Survivor[];
  readonly leftovers: readonly Process[];
  /** What became of them, where they were looked at. */
  readonly left: Left | undefined;
  readonly usage: Usage | undefined;
  readonly exit: Exit;
};

/** Sums up a run that is over. */
export function reportOf(course: Course): Report {
  const outcome = outcomeOf(course);
  const { spec, sent, startedAt } = course;
  const proof = proofOf(course);
  return {
    command: spec.command,
    outcome,
    timedOut: outcome === "timed_out",
    exitCode: course.exit.code,
    timeout: spec.timeout,
    elapsed: (course.endedAt - startedAt) as Duration,
    child: course.child,
    startedAt,
    signalsSent: sent,
    escalated: isEscalated(sent),
    stops: course.stops,
    holding: course.holding,
    treeGone: isTreeGone(course, proof),
    proof,
    survivors: course.survivors,
    leftovers: course.leftovers,
    waitedFor: course.left?.waited ?? [],
    spared: course.left?.spared ?? [],
    usage: course.usage,
  };
}

const OUTCOME_OF: Readonly<Record<Reason, Outcome>> = {
  timeout: "timed_out",
  cancel: "cancelled",
  signal: "cancelled",
  stopped: "cancelled",
  parent: "parent_died",
  guardian: "guardian_lost",
  "guardian-killed": "guardian_lost",
};

function outcomeOf(course: Course): Outcome {
  const { reason, child, error } = course;
  if (error?.code === "caller_gone") return "parent_died";
  if (error !== undefined || child === undefined) return "spawn_failed";
  if (reason !== undefined) return OUTCOME_OF[reason];
  // Only a guardian that is gone can take the knowledge of an end with it.
  if (child.end === undefined) return "guardian_lost";
  if (child.end.kind === "exited") return "exited";
  if (isCpuLimit(course)) return "cpu_limit";
  return diedOf(course, "SIGKILL") && oomKillsOf(course) > 0 ? "memory_limit" : "signaled";
}

/** Of a signal that was not ours. What we send to the tree comes after the main child's end. */
function diedOf({ child, sent }: Course, signal: Signal): boolean {
  const isOurs = sent.some((entry) => entry.signal === signal && entry.target !== "tree");
  return child?.end?.kind === "signaled" && child.end.signal === signal && !isOurs;
}

function oomKillsOf({ usage }: Course): number {
  return usage?.oomKills ?? 0;
}

/** getrlimit(2): SIGXCPU at the soft limit; SIGKILL at the hard one, where that was not enough. */
function isCpuLimit(course: Course): boolean {
  const limit = course.holding?.limits.find((applied) => applied.limit === "cpu");
  if (limit === undefined) return false;
  if (diedOf(course, "SIGXCPU")) return true;
  const used = (course.usage?.user ?? 0) + (course.usage?.system ?? 0);
  return diedOf(course, "SIGKILL") && used >= CPU_SEEN * limit.value + BEYOND;
}

// The hard limit is the soft one and a second. The kernel counts it in ticks, but reports time as
// measured: of 2 s down to 1.80 s were seen (Linux 6.18 in a virtual machine).
const CPU_SEEN = 0.95;
const BEYOND = 0.5e6;

/** SIGCONT and signal 0 are no attempt to end anything. */
const HARMLESS: readonly Signal[] = ["SIGKILL", "SIGCONT", "SIG0"];

function isEscalated(sent: readonly Sent[]): boolean {
  const before = sent.filter(({ signal }) => !HARMLESS.includes(signal));
  const kills = sent.filter(({ signal }) => signal === "SIGKILL");
  return kills.some((kill) => before.some(({ at }) => at <= kill.at));
}

/**
 * Never true without a proof, and never with somebody left. Whom a member in a foreign PID
 * namespace left there is nobody's orphan that we could ask about.
 */
function isTreeGone({ survivors }: Course, proof: Proof | undefined): boolean | undefined {
  if (survivors.length > 0) return false;
  return proof === undefined ? undefined : true;
}

function proofOf({ proof, survivors, holding }: Course): Proof | undefined {
  const isDoubtful = holding?.reasons.includes("foreign_pidns_seen") ?? false;
  return survivors.length > 0 || isDoubtful ? undefined : proof;
}
