import type { Message } from "../messages/messages.ts";
import type { CalledOff, Exited } from "../report/event.ts";
import type { Loss, RelayedOutput, RunFacts, StreamTotals } from "../report/report.ts";
import { reportOf } from "../report/report.ts";
import type { SpawnError } from "../spec/error.ts";
import type { Exit, Reason } from "../spec/exit.ts";
import { isRelayed } from "../spec/relay.ts";
import type { Spec } from "../spec/spec.ts";
import { EXIT_FAILED } from "../spec/status.ts";
import type { Process } from "../spec/tree.ts";
import type { Duration, Instant } from "../values/duration.ts";
import { later } from "../values/instant.ts";
import type { Action } from "./action.ts";
import { endSentences } from "./end-sentences.ts";
import { exitBeforeStart, exitOf, exitOfSpawnError } from "./exit.ts";
import { isRestOutOfReach } from "./ladder.ts";
import type { Run, Step } from "./state.ts";

/** The facts that a run has noted itself. */
type Noted = Pick<
  RunFacts,
  | "startedAt"
  | "until"
  | "sent"
  | "stops"
  | "holding"
  | "left"
  | "error"
  | "cause"
  | "output"
  | "tree"
  | "killed"
>;

export function notedBy({
  startedAt,
  budget,
  sent,
  stops,
  holding,
  left,
  cause,
  tree,
  killed,
}: Run): Noted {
  const until = budget?.until;
  const error = undefined;
  const output = undefined;
  return { startedAt, until, sent, stops, holding, left, cause, error, output, tree, killed };
}

/** What is known when the main child ended by itself, or of a signal that it could have handled. */
export function factsOf(
  run: Run,
  reason: Reason | undefined,
  main: Exited,
  endedAt: Instant,
): RunFacts {
  return {
    ...notedBy(run),
    endedAt,
    reason,
    isKilled: false,
    child: { pid: main.pid, end: main.status },
    proof: main.proof,
    leftovers: main.leftovers,
    hadLeftovers: wasLeft(run, main),
    survivors: [],
    usage: main.usage,
  };
}

/** Whether processes were left, named or not. Without a proof that nothing is left, there were. */
export function wasLeft(run: Run, main: Exited): boolean {
  return main.leftovers.length > 0 || !isLast(run, main);
}

/** Whether nothing can be done about the tree when the main child has ended. */
export function isLast(run: Run, { proof, seemsAlone }: Exited): boolean {
  return proof !== undefined || seemsAlone === true || isRestOutOfReach(run);
}

/**
 * How long readers may take for what was written, once curfew has ended the run. It is a part of
 * the time that all last lines have.
 */
export const DELIVERY_LIMIT: Duration = 500_000 as Duration;

/**
 * The end of a run whose command was started. Where curfew passes the output on, what is left of it
 * is delivered first.
 */
export function finish(spec: Spec, facts: RunFacts): Step {
  return isRelayed(spec) ? drain(spec, facts) : conclude(spec, facts);
}

/** The limit that may be in force is added by `withLimit`. */
function drain({ pipeDrain }: Spec, facts: RunFacts): Step {
  const heldUntil = later(facts.endedAt, pipeDrain);
  const moment = Math.max(pipeDrain, DELIVERY_LIMIT) as Duration;
  const isHurried = facts.reason !== undefined;
  const until = isHurried ? later(facts.endedAt, moment) : undefined;
  return {
    state: { phase: "draining", facts, until },
    actions: [{ type: "drain", heldUntil, isHurried }],
  };
}

/** The last step of a run whose command was started. */
export function conclude(spec: Spec, before: RunFacts): Step {
  const isExcess = before.reason === undefined && before.output?.isOverLimit === true;
  const facts: RunFacts = isExcess ? { ...before, reason: "output" } : before;
  const { reason, child, survivors, hadLeftovers } = facts;
  const exit = exitOf(spec, facts);
  const end = child?.end;
  const actions: Action[] = isExcess ? [sayExcess(spec)] : [];
  const isSurvived = spec.failOnSurvivors && survivors.length > 0;
  if (facts.lost !== undefined && exit.code === EXIT_FAILED && !isSurvived) {
    actions.push(sayLost(facts.lost));
  }
  if (facts.output !== undefined) {
    for (const message of lostOf(facts.output)) actions.push({ type: "say", message });
  }
  if (end?.kind === "signaled" && end.coreDumped) {
    actions.push({ type: "say", message: { kind: "dumped-core" } });
  }
  if (survivors.length > 0)
    actions.push({ type: "say", message: { kind: "survivors", survivors } });
  if (isLeak(spec, reason) && hadLeftovers) {
    actions.push({ type: "say", message: { kind: "leaked", processes: leakedOf(facts) } });
  }
  const sentences = endSentences(spec, facts, exit);
  // A loop over nothing costs more than the question.
  if (sentences.length > 0) {
    for (const message of sentences) actions.push({ type: "say", message });
  }
  if (isReportAsked(spec)) {
    actions.push({ type: "report", report: reportOf(spec, facts, exit) });
  }
  const forced = reason !== undefined || end?.kind === "signaled";
  actions.push({ type: "exit", exit, forced, reason, status: end });
  return { state: { phase: "finished" }, actions };
}

/** The message that the guardian was lost. */
export function sayLost(lost: Loss): Action {
  if (lost === "late") return { type: "say", message: { kind: "guardian-late" } };
  return { type: "say", message: { kind: "guardian-gone", isKilled: lost === "killed" } };
}

/** The message that the command wrote more than it may. */
export function sayExcess({ maxOutput }: Spec): Action {
  return { type: "say", message: { kind: "output-limit", size: maxOutput } };
}

/** The message that the command wrote nothing for too long. */
export function sayIdle({ idleTimeout }: Spec, isBusy: boolean): Action {
  return { type: "say", message: { kind: "idle", time: idleTimeout, isBusy } };
}

/** The step with a message behind it, so that a full pipe cannot delay a signal. */
export function withMessage({ state, actions }: Step, said: Action): Step {
  return { state, actions: [...actions, said] };
}

/** The messages about outputs that took no more. */
function lostOf(output: RelayedOutput): Message[] {
  const messageOf = (name: "stdout" | "stderr", totals: StreamTotals | undefined): Message[] => {
    const errno = totals?.failure;
    return errno === undefined ? [] : [{ kind: "output-lost", output: name, errno }];
  };
  return [...messageOf("stdout", output.stdout), ...messageOf("stderr", output.stderr)];
}

/** The last step of a run without a command. */
export function finishUnstarted(
  spec: Spec,
  at: Instant,
  error: SpawnError,
  startedAt: Instant = at,
): Step {
  const facts: RunFacts = { ...NOTHING_STARTED, startedAt, endedAt: at, error };
  const last = leaveUnstarted(spec, facts, exitOfSpawnError(error));
  return { state: last.state, actions: [{ type: "say", message: error }, ...last.actions] };
}

/** The last step of a run that the caller has ended before anything was started. */
export function finishBeforeStart(spec: Spec, at: Instant, by: CalledOff): Step {
  const reason = CALLED_OFF[by.type];
  const cause = by.type === "cancelled" ? by.cause : undefined;
  const until = by.type === "limit-passed" ? by.until : undefined;
  const facts: RunFacts = { ...NOTHING_STARTED, startedAt: at, endedAt: at, until, reason, cause };
  const last = leaveUnstarted(spec, facts, exitBeforeStart(spec, reason));
  if (until === undefined) return last;
  const said: Action = { type: "say", message: { kind: "limit-passed", until } };
  return { state: last.state, actions: [said, ...last.actions] };
}

const CALLED_OFF: Readonly<Record<CalledOff["type"], Reason>> = {
  cancelled: "cancel",
  "caller-gone": "parent",
  "limit-passed": "until",
};

function leaveUnstarted(spec: Spec, facts: RunFacts, exit: Exit): Step {
  const actions: Action[] = [];
  if (isReportAsked(spec)) {
    actions.push({ type: "report", report: reportOf(spec, facts, exit) });
  }
  actions.push({ type: "exit", exit, forced: false, reason: facts.reason });
  return { state: { phase: "finished" }, actions };
}

const NOTHING_STARTED: Omit<RunFacts, "startedAt" | "endedAt"> = {
  sent: [],
  stops: [],
  reason: undefined,
  isKilled: false,
  child: undefined,
  error: undefined,
  holding: undefined,
  proof: undefined,
  survivors: [],
  leftovers: [],
  hadLeftovers: false,
  left: undefined,
  usage: undefined,
  output: undefined,
};

/** The leftovers that did not end by themselves, as far as curfew saw that. */
function leakedOf({ left, leftovers }: RunFacts): readonly Process[] {
  const signalled = left?.signalled ?? [];
  return signalled.length > 0 ? signalled : leftovers;
}

/** Whether leftovers count as a leak: only if the command ended by itself. */
function isLeak(spec: Spec, reason: Reason | undefined): boolean {
  return spec.leftovers === "fail" && reason === undefined;
}

function isReportAsked({ metrics, report, events }: Spec): boolean {
  return metrics || report !== undefined || events !== undefined;
}
