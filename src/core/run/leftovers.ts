import type { Event, Exited } from "../report/event.ts";
import type { Reason } from "../spec/exit.ts";
import { isRelayed } from "../spec/relay.ts";
import type { Spec } from "../spec/spec.ts";
import type { Instant } from "../values/duration.ts";
import { deadlineAfter, earlier, isDue } from "../values/instant.ts";
import type { Action } from "./action.ts";
import { stdinKillAtOf, stdinSignalAtOf, wallLimitOf } from "./budget.ts";
import { closeOutput, resize } from "./control.ts";
import { factsOf, finish, isLast, sayExcess, sayIdle, wasLeft, withMessage } from "./ending.ts";
import { askForHeartbeat, onHeartbeat, withLaterHeartbeat } from "./heartbeat.ts";
import type { Backstop } from "./ladder.ts";
import { backstopTime, graceOf, leavesRest, sendToRest, withBackstop } from "./ladder.ts";
import {
  afterLook,
  NO_LOOK,
  onLingeringDeadline,
  restOptionsOf,
  scheduleOf,
  WAIT_WITHOUT_END,
  withSignalled,
} from "./lingering.ts";
import { isClocked, isSameRequest, mayEnd } from "./requests.ts";
import type {
  LeftoversPhase,
  ReceivedSignal,
  Run,
  RunningPhase,
  Step,
  StoppingPhase,
} from "./state.ts";
import {
  isCopy,
  limitOf,
  limitReasonOf,
  stay,
  withCause,
  withLaterLimit,
  withoutCopy,
  withoutWall,
  withWritten,
} from "./state.ts";
import { endedByStdin, lookAtStdin, onStdinClosed } from "./stdin.ts";
import type { Sweepable } from "./sweeping.ts";
import { finishSwept, sweep, takeOver, withKill } from "./sweeping.ts";

/** The main child has ended: the run is over, or `--leftovers` decides what happens to the rest. */
export function onExited(
  spec: Spec,
  run: Run,
  main: Exited,
  reason: Reason | undefined,
  before: RunningPhase | StoppingPhase,
): Step {
  const isOver = isLast(run, main);
  if (isOver || leavesRest(spec, reason)) {
    const last = finish(spec, factsOf(run, reason, main, main.at));
    if (isOver) return last;
    return { state: last.state, actions: [{ type: "leave-tree" }, ...last.actions] };
  }
  const stopping = before.phase === "stopping" ? before : undefined;
  const relayed = stopping?.relayed;
  const isByItself = reason === undefined;
  const limitAt = isByItself ? before.limitAt : undefined;
  const isWaiting = waitsForLeftovers(spec, reason);
  const idleAt = isWaiting && before.phase === "running" ? before.idleAt : undefined;
  const times = isWaiting
    ? { killAt: undefined, lingering: spec.spare.length > 0 ? WAIT_WITHOUT_END : undefined }
    : scheduleOf(spec, main.at, reason, stopping ?? stdinEndOf(spec, run));
  const counted = isByItself ? run : withoutWall(run);
  const deliverBy = earlier(limitAt, wallLimitOf(counted.budget?.wall));
  const state: LeftoversPhase = {
    phase: "leftovers",
    run: isRelayed(spec) ? { ...counted, deliverBy } : counted,
    reason,
    main,
    relayed,
    limitAt,
    idleAt,
    ...times,
  };
  const next = afterLook(spec, state, main.look ?? NO_LOOK, main.at);
  return isWaiting ? next : withAnnouncement(spec, next, main);
}

/** The end that has begun with the end of stdin, if one has. */
function stdinEndOf(
  { signal }: Spec,
  run: Run,
): Pick<StoppingPhase, "killAt" | "signal"> | undefined {
  const killAt = stdinKillAtOf(run.budget);
  return killAt === undefined ? undefined : { killAt, signal };
}

/** Whether curfew waits for the leftovers without a signal. */
function waitsForLeftovers({ leftovers }: Spec, reason: Reason | undefined): boolean {
  return reason === undefined && leftovers === "wait";
}

/** Adds the message about leftovers: behind a signal, but before a sweep, which takes its time. */
function withAnnouncement(spec: Spec, { state, actions }: Step, main: Exited): Step {
  const said = sayLeftovers(spec, main);
  const isSweep = state.phase === "sweeping";
  return { state, actions: isSweep ? [...said, ...actions] : [...actions, ...said] };
}

/** Sends the first signal to every leftover that has not had it. SIGKILL follows in its time. */
function signalLeftovers(
  spec: Spec,
  before: LeftoversPhase,
  reason: Reason | undefined,
  at: Instant,
): Step {
  const { signal } = before.lingering ?? spec;
  // No leftover has had a signal yet, so the grace period begins now.
  const isFirst = before.lingering !== undefined && before.run.left?.isSignalled !== true;
  const state = withGrace(spec, isFirst ? { ...before, killAt: undefined } : before, reason, at);
  if (signal === "SIGKILL") return sweep(state, at);
  const sent = sendToRest(state.run, signal, at, restOptionsOf(before));
  return { state: { ...state, run: withRequest(sent.run, at) }, actions: sent.actions };
}

/** The state of leftovers that were sent the first signal at an instant. Nothing is waited for. */
function withGrace(
  spec: Spec,
  before: LeftoversPhase,
  reason: Reason | undefined,
  since: Instant,
): LeftoversPhase {
  const killAt = earlier(before.killAt, deadlineAfter(since, graceOf(spec)));
  const clocks = { killAt, limitAt: undefined, idleAt: undefined };
  const rest = { ...clocks, relayed: undefined, lingering: undefined };
  return { ...before, reason, ...rest, run: withoutSpared(withoutWall(before.run)) };
}

function withRequest(run: Run, at: Instant): Run {
  return { ...run, lastRequest: { at, above: false } };
}

/** The limit had passed, and the guardian has sent the first signal in the supervisor's place. */
function onBackstop(spec: Spec, before: LeftoversPhase, event: Backstop): Step {
  const state = { ...before, run: withBackstop(spec, before.run, event) };
  // An end that the supervisor has begun meanwhile has its own times.
  if (before.killAt !== undefined) return stay(state);
  const reason = limitReasonOf(before);
  if (event.target === "child") return endLeftovers(spec, state, event.at, reason);
  const next = withGrace(spec, state, reason, backstopTime(event));
  const run = withRequest(next.run, event.at);
  return withAnnouncement(spec, stay({ ...next, run }), before.main);
}

/** The run after a request to end: --spare no longer protects any process. */
function withoutSpared(run: Run): Run {
  const next = withSignalled(run, []);
  return next.left === undefined ? run : { ...next, left: { ...next.left, spared: [] } };
}

function sayLeftovers(spec: Spec, { leftovers }: Exited): Action[] {
  if (!spec.verbose || leftovers.length === 0) return [];
  return [{ type: "say", message: { kind: "leftovers", processes: leftovers } }];
}

/** The step of an event after the main child has ended, while processes of the tree are left. */
export function stepLeftovers(spec: Spec, state: LeftoversPhase, event: Event): Step {
  switch (event.type) {
    case "tree-empty": {
      const { at, proof, usage } = event;
      const { run, reason, main } = state;
      const hadLeftovers = run.left?.isSignalled ?? wasLeft(run, main);
      return finish(spec, { ...factsOf(run, reason, main, at), hadLeftovers, proof, usage });
    }
    case "looked":
      return afterLook(spec, state, event.look, event.at);
    case "backstop":
      return onBackstop(spec, state, event);
    case "swept":
      return finishSwept(spec, sweptByWill(state, event), event);
    case "guardian-gone":
      return takeOver(spec, state, event);
    case "deadline":
      return onDeadline(spec, state, event);
    case "wrote":
      return stay(withLaterHeartbeat(spec, withWritten(spec, state, event.last), event.last));
    case "heartbeat":
      return onHeartbeat(spec, state, event);
    case "stdin-closed":
      return stay(onStdinClosed(spec, state, event));
    case "output-limit":
      // Those that are being ended already have the time that they have.
      return state.killAt === undefined
        ? withMessage(endLeftovers(spec, state, event.at, "output"), sayExcess(spec))
        : stay(state);
    case "cancelled": {
      const next = { ...state, run: withCause(state.run, event) };
      return endLeftovers(spec, next, event.at, event.expired ? "timeout" : "cancel");
    }
    case "control-resize":
      return resize(state, event);
    case "control-close":
      return closeOutput(state, event);
    case "control-extend":
      return stay(withLaterLimit(state, event.by));
    case "caller-gone":
      return endLeftovers(spec, state, event.at, "parent");
    case "signal": {
      if (spec.expireOn.includes(event.signal))
        return endLeftovers(spec, state, event.at, "timeout");
      if (isCopy(state, event)) return stay(withoutCopy(state, event));
      return onSignal(spec, state, event);
    }
    case "exited":
    case "spawned":
    case "called-off":
    case "executed":
    case "control-kill":
    case "control-output":
    case "control-inspect":
    case "control-refused":
    case "spawn-failed":
    case "stopped":
    case "continued":
    case "resumed":
    case "sweeping":
    case "drained":
    case "woken":
    case "clock-set":
    case "deadline-void":
    case "counted":
      return stay(state);
  }
}

/** The guardian has swept by its will: the limit had passed while the supervisor was suspended. */
function sweptByWill(state: LeftoversPhase, { at }: Extract<Event, { type: "swept" }>): Sweepable {
  const { run, main, reason, killAt } = state;
  const isOurs = reason !== undefined || killAt !== undefined;
  return { run: withKill(run, at), main, reason: isOurs ? reason : limitReasonOf(state) };
}

/** The limit ends a wait for the last leftover (S94), and hurries those that linger. */
function onDeadline(
  spec: Spec,
  state: LeftoversPhase,
  { at, isBusy = false }: Extract<Event, { type: "deadline" }>,
): Step {
  const { killAt, lingering, run } = state;
  // A sweep would also end the spared processes.
  const isSparing = lingering?.isLast === false && (run.left?.spared.length ?? 0) > 0;
  // The supervisor was kept from sending the first signal. That signal comes before SIGKILL.
  const isLate = lingering?.othersAt !== undefined && state.reason === undefined;
  if (isDue(killAt, at) && !isSparing && !isLate) return sweep(state, at);
  if (isDue(limitOf(state), at)) {
    return killAt === undefined
      ? endLeftovers(spec, state, at, limitReasonOf(state))
      : signalLeftovers(spec, state, undefined, at);
  }
  if (killAt === undefined && isDue(stdinSignalAtOf(run.budget), at))
    return endForStdin(spec, state, at);
  if (isDue(state.idleAt, at)) {
    return withMessage(endLeftovers(spec, state, at, "idle"), sayIdle(spec, isBusy));
  }
  const asked =
    killAt === undefined ? (lookAtStdin(state, at) ?? askForHeartbeat(spec, state, at)) : undefined;
  return asked ?? onLingeringDeadline(state, at);
}

/** Half of the time since the end of stdin has passed; SIGKILL comes at its end. */
function endForStdin(spec: Spec, before: LeftoversPhase, at: Instant): Step {
  const next = endLeftovers(spec, { ...before, run: endedByStdin(before.run) }, at, "stdin");
  const { state } = next;
  if (state.phase !== "leftovers") return next;
  const killAt = earlier(state.killAt, stdinKillAtOf(state.run.budget));
  return { ...next, state: { ...state, killAt } };
}

/**
 * Another request is the next rung of the ladder. A request of a curfew above is not: that curfew
 * sends SIGKILL when it wants no more delay.
 */
function onSignal(spec: Spec, state: LeftoversPhase, event: ReceivedSignal): Step {
  if (!mayEnd(spec, event.signal) || !isClocked(spec, event)) return stay(state);
  const isKnown = event.above === true && state.killAt !== undefined && !isUnsignalled(state);
  if (isKnown || isSameRequest(spec, event, state.run.lastRequest?.at)) return stay(state);
  return withRelayed(endLeftovers(spec, state, event.at, "signal"), event);
}

/**
 * The step, which remembers that the guardian passed the request on: the copy that was sent to
 * curfew directly is still to come, and is no second request.
 */
function withRelayed({ state, actions }: Step, { signal, relayed }: ReceivedSignal): Step {
  const isBegun = relayed === true && state.phase === "leftovers";
  return isBegun ? { state: { ...state, relayed: signal }, actions } : { state, actions };
}

/** The end of the leftovers was asked for: the first signal, or the next rung of the ladder. */
function endLeftovers(spec: Spec, state: LeftoversPhase, at: Instant, reason: Reason): Step {
  if (state.killAt === undefined) {
    // A limit that is due comes before a request.
    const cause = isDue(limitOf(state), at) ? limitReasonOf(state) : reason;
    return withAnnouncement(spec, signalLeftovers(spec, state, cause, at), state.main);
  }
  return isUnsignalled(state) ? signalLeftovers(spec, state, undefined, at) : sweep(state, at);
}

/** Whether the leftovers have had no signal yet, because the command ended by itself. */
function isUnsignalled({ lingering, reason }: LeftoversPhase): boolean {
  return lingering !== undefined && reason === undefined;
}
