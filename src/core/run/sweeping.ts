import type { Event, Exited } from "../report/event.ts";
import type { Loss } from "../report/report.ts";
import type { Reason } from "../spec/exit.ts";
import type { Spec } from "../spec/spec.ts";
import type { WaitStatus } from "../spec/status.ts";
import type { Duration, Instant } from "../values/duration.ts";
import { isDue } from "../values/instant.ts";
import type { Action } from "./action.ts";
import { factsOf, finish, finishUnstarted, notedBy, sayLost, wasLeft } from "./ending.ts";
import { SWEEP_LIMIT, SWEEP_SLACK, withBackstop, withSent } from "./ladder.ts";
import type { Run, Step, SweepingPhase } from "./state.ts";
import { stay } from "./state.ts";

/** The part of a state that a sweep needs. */
export type Sweepable = {
  readonly run: Run;
  readonly reason: Reason | undefined;
  readonly main: Exited | undefined;
  /** When SIGKILL was due. */
  readonly killAt?: Instant | undefined;
  /** Whether the main child died of curfew's SIGKILL, or in a way that no process saw. */
  readonly isKilled?: boolean;
  readonly lost?: SweepingPhase["lost"];
};

/** A guardian begins its sweep at once. A busy machine delays it by less than this. */
const BEGIN_LIMIT = 2_000_000 as Duration;
/** How long after the limit of a sweep curfew still waits for the guardian's answer. */
const ANSWER_LIMIT = 100_000 as Duration;
/** The number of a command that was not started yet. */
const UNSTARTED = 0;
/** The least time for a sweep by curfew itself. SIGKILL to every member takes less. */
const LAST_SWEEP = 100_000 as Duration;

/** Orders a sweep: the guardian sends SIGKILL to every member, and answers. */
export function sweep({ run, reason, main, killAt }: Sweepable, at: Instant): Step {
  const limit = limitOf(killAt, at);
  const state: SweepingPhase = {
    phase: "sweeping",
    run: withKill(run, at),
    reason,
    main,
    lateAt: (at + BEGIN_LIMIT) as Instant,
    giveUpAt: (at + limit) as Instant,
    lost: undefined,
    isKilled: false,
  };
  return { state, actions: [{ type: "sweep", limit }] };
}

/**
 * The limit of a sweep counts from when SIGKILL was due: by as much as curfew is late, stopped for
 * instance, the sweep is shorter. The guardian's own sweep is short by all of that (see the will).
 */
function limitOf(killAt: Instant | undefined, at: Instant): Duration {
  const late = killAt === undefined ? 0 : Math.max(0, at - killAt);
  return (SWEEP_LIMIT - Math.min(late, SWEEP_SLACK)) as Duration;
}

/** The run that has noted SIGKILL to every member within reach. */
export function withKill(run: Run, at: Instant): Run {
  return withSent(run, "SIGKILL", run.holding.mechanism === "child" ? "child" : "tree", at);
}

/** The guardian was ended from outside: curfew has to sweep the tree itself, at once. */
export function takeOver(
  spec: Spec,
  state: Sweepable & { readonly giveUpAt?: Instant },
  { at, killed = false }: Extract<Event, { type: "guardian-gone" }>,
): Step {
  const reason = state.reason ?? (killed ? "guardian-killed" : "guardian");
  const giveUpAt = state.giveUpAt ?? ((at + SWEEP_LIMIT) as Instant);
  // Without -v it is said only where it decides the exit code.
  const isSaid = spec.verbose || isGuardianLoss(state.reason);
  return sweepByUs({ ...state, reason, giveUpAt, lost: killed ? "killed" : "gone" }, at, isSaid);
}

/** The guardian does not sweep, or does not answer, in time: curfew ends it and sweeps itself. */
function onLate(spec: Spec, state: SweepingPhase, at: Instant): Step {
  if (!isDue(state.lateAt, at)) return stay(state);
  return sweepByUs({ ...state, lost: "late" }, at, spec.verbose);
}

type TakeOver = Sweepable & { readonly giveUpAt: Instant; readonly lost: Loss };

function sweepByUs(
  { reason, main, giveUpAt, lost, isKilled = false, ...state }: TakeOver,
  at: Instant,
  isSaid: boolean,
): Step {
  const run = withKill(state.run, at);
  const limit = Math.max(LAST_SWEEP, giveUpAt - at) as Duration;
  const actions: Action[] = [{ type: "take-over", limit }];
  if (isSaid) actions.push(sayLost(lost));
  return {
    state: { phase: "sweeping", run, reason, main, lateAt: undefined, giveUpAt, lost, isKilled },
    actions,
  };
}

/** The step of an event while a sweep is under way. */
export function stepSweeping(spec: Spec, state: SweepingPhase, event: Event): Step {
  switch (event.type) {
    case "swept":
      return finishSwept(spec, withUnseenEnd(state, event), event);
    case "exited":
      // The main child ended before the sweep began. The sweep goes on if processes are left.
      return event.proof === undefined
        ? stay({ ...state, main: event, isKilled: isKill(event.status) })
        : finish(spec, {
            ...factsOf(state.run, state.reason, event, event.at),
            isKilled: isKill(event.status),
          });
    case "tree-empty":
      return state.main === undefined
        ? stay(state)
        : finish(spec, {
            ...factsOf(state.run, state.reason, state.main, event.at),
            isKilled: state.isKilled,
            proof: event.proof,
            usage: event.usage,
          });
    case "spawn-failed":
      return finishUnstarted(spec, event.at, event.error, state.run.startedAt);
    case "guardian-gone":
      // `lateAt` is undefined exactly when curfew sweeps itself.
      return state.lateAt === undefined ? stay(state) : takeOver(spec, state, event);
    case "deadline":
      return onLate(spec, state, event.at);
    case "backstop":
      return stay({ ...state, run: withBackstop(spec, state.run, event) });
    case "sweeping":
      return state.lateAt === undefined ? stay(state) : stay(withBegun(state));
    case "spawned":
    case "called-off":
    case "executed":
    case "control-kill":
    case "control-extend":
    case "control-resize":
    case "control-close":
    case "control-output":
    case "control-inspect":
    case "control-refused":
    case "looked":
    case "stopped":
    case "continued":
    case "resumed":
    case "signal":
    case "cancelled":
    case "caller-gone":
    case "wrote":
    case "output-limit":
    case "drained":
    case "woken":
    case "clock-set":
    case "deadline-void":
    case "heartbeat":
    case "stdin-closed":
    case "counted":
      return stay(state);
  }
}

/** The state after the guardian has begun: its next message is the answer. */
function withBegun(state: SweepingPhase): SweepingPhase {
  return { ...state, lateAt: (state.giveUpAt + ANSWER_LIMIT) as Instant };
}

/** Whether the loss of the guardian is the only reason of the end. */
function isGuardianLoss(reason: Reason | undefined): boolean {
  return reason === undefined || reason === "guardian" || reason === "guardian-killed";
}

/** Whether the main child died of SIGKILL. After a sweep was ordered that counts as curfew's. */
function isKill(end: WaitStatus | undefined): boolean {
  return end?.kind === "signaled" && end.signal === "SIGKILL";
}

/** The last step after a sweep. */
export function finishSwept(
  spec: Spec,
  state: Sweepable,
  event: Extract<Event, { type: "swept" }>,
): Step {
  const { run, reason, main } = state;
  const end = main?.status ?? event.end;
  const pid = main?.pid ?? event.pid;
  // The main child is a survivor: curfew's SIGKILL was sent to it, and has not ended it.
  const survives = event.survivors.some((survivor) => survivor.pid === pid);
  const isOurs = main === undefined && (isKill(end) || survives || pid === UNSTARTED);
  const { at: endedAt, proof, survivors, usage } = event;
  return finish(spec, {
    ...notedBy(run),
    endedAt,
    reason,
    isKilled: isOurs || state.isKilled === true,
    child: { pid, end },
    proof,
    leftovers: main?.leftovers ?? [],
    hadLeftovers: main !== undefined && wasLeft(run, main),
    // It is said only where the main child's end was lost with it, because that decides the code.
    lost: spec.verbose || isGuardianLoss(reason) || end !== undefined ? undefined : state.lost,
    survivors,
    usage,
  });
}

/**
 * The state after a sweep by curfew itself. A guardian that was late has taken its knowledge of the
 * main child's end with it; SIGKILL had been sent to the main child.
 */
function withUnseenEnd(
  state: SweepingPhase,
  { end }: Extract<Event, { type: "swept" }>,
): SweepingPhase {
  const isUnseen = state.lost === "late" && state.main === undefined && end === undefined;
  return isUnseen ? { ...state, isKilled: true } : state;
}
