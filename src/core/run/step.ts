import type { Event, Exited } from "../report/event.ts";
import type { Sent } from "../report/report.ts";
import type { Reason } from "../spec/exit.ts";
import type { Spec } from "../spec/spec.ts";
import type { Instant } from "../values/duration.ts";
import { isDue } from "../values/instant.ts";
import { closeOutput, killByControl, resize, withPtyOnly } from "./control.ts";
import { stepDraining, withLimit } from "./draining.ts";
import { finishUnstarted, sayExcess, sayIdle, wasLeft, withMessage } from "./ending.ts";
import { onHeartbeat, withLaterHeartbeat } from "./heartbeat.ts";
import type { Backstop } from "./ladder.ts";
import { leavesRest, sendToRest, withBackstop, withSent } from "./ladder.ts";
import { onExited, stepLeftovers } from "./leftovers.ts";
import { withOrders } from "./orders.ts";
import { withRecord } from "./records.ts";
import { asksForEnd, hasSent, isClocked, isSameRequest, mayEnd } from "./requests.ts";
import { isLimit, withSnapshot } from "./snapshot.ts";
import { stepStarting } from "./starting.ts";
import type { ReceivedSignal, Run, RunningPhase, State, Step, StoppingPhase } from "./state.ts";
import {
  deadlineOf,
  firmDeadlineOf,
  idleLimitOf,
  isCopy,
  limitOf,
  limitReasonOf,
  stay,
  withBudgetNews,
  withCause,
  withLaterLimit,
  withoutCopy,
  withoutWall,
  withWritten,
} from "./state.ts";
import { onStdinClosed } from "./stdin.ts";
import {
  forward,
  killAll,
  onRunningDeadline,
  receiveSignal,
  sendFirstSignal,
  stopByBackstop,
  stopCommand,
} from "./stopping.ts";
import { noteStop, resumeClock } from "./stops.ts";
import type { Sweepable } from "./sweeping.ts";
import { finishSwept, stepSweeping, takeOver, withKill } from "./sweeping.ts";
import { killedWith, withTelling } from "./telling.ts";
import { willOf } from "./will.ts";

/** The first step of a run: it spawns the command. */
export function start(spec: Spec): Step {
  const state = { phase: "starting" } as const;
  return { state, actions: [{ type: "spawn", will: willOf(spec, state) }] };
}

/** The step of an event in a state. It is pure: the only clock is the time of the event. */
export function step(spec: Spec, before: State, happened: Event): Step {
  const isResize = happened.type === "control-resize";
  const event = isResize ? withPtyOnly(spec, happened) : happened;
  if (event.type === "woken") {
    return withRecord(spec, stay(withWoken(before, event)), before, event);
  }
  if (event.type === "counted") return stay(withCounted(before, event));
  const state = isLimit(event) ? withSnapshot(before, event) : before;
  const rewritten = rewrite(spec, event);
  const next =
    rewritten === undefined
      ? stay(state)
      : withOrders(spec, state, withLimit(state, react(spec, state, rewritten)));
  return withRecord(spec, withTelling(spec, state, event, next), state, event);
}

/** The state that has noted for the report that SIGCONT was sent. */
function withWoken(state: State, { target, at }: Extract<Event, { type: "woken" }>): State {
  return "run" in state ? { ...state, run: withSent(state.run, "SIGCONT", target, at) } : state;
}

/** The state that has noted which processes lived when they were sent SIGKILL. */
function withCounted(state: State, event: Extract<Event, { type: "counted" }>): State {
  if (state.phase === "draining") {
    const { facts } = state;
    return { ...state, facts: { ...facts, killed: killedWith(facts.killed, event) } };
  }
  if (!("run" in state)) return state;
  return { ...state, run: { ...state.run, killed: killedWith(state.run.killed, event) } };
}

/** The event that `--rewrite` or the parent signal makes of an event. Undefined: it is dropped. */
export function rewrite({ parentSignal, rewrite }: Spec, event: Event): Event | undefined {
  if (event.type === "caller-gone" && parentSignal !== undefined) {
    return { type: "signal", at: event.at, signal: parentSignal };
  }
  if (event.type !== "signal") return event;
  const signal = rewrite.get(event.signal);
  if (signal === "SIG0") return undefined;
  return signal === undefined ? event : { ...event, signal };
}

function react(spec: Spec, state: State, event: Event): Step {
  if (event.type === "clock-set" || event.type === "deadline-void") {
    return stay(withBudgetNews(state, event));
  }
  switch (state.phase) {
    case "starting":
      return stepStarting(spec, state, event);
    case "running":
      return isOverdue(spec, state, event)
        ? andThen(onRunningDeadline(spec, state, event.at), spec, event)
        : stepRunning(spec, state, event);
    case "stopping":
      return isOverdue(spec, state, event)
        ? andThen(onDeadline(spec, state, event.at), spec, event)
        : stepStopping(spec, state, event);
    case "leftovers":
      return stepLeftovers(spec, state, event);
    case "sweeping":
      return stepSweeping(spec, state, event);
    case "draining":
      return stepDraining(spec, state, event);
    case "finished":
      return stay(state);
  }
}

/**
 * Whether a deadline is due at the time of a request: the deadline comes first, and once. Whether
 * the command was idle is only known when the host tells of the deadline itself.
 */
function isOverdue(spec: Spec, state: RunningPhase | StoppingPhase, event: Event): boolean {
  const asks =
    event.type === "cancelled" ||
    event.type === "caller-gone" ||
    (event.type === "signal" && !spec.expireOn.includes(event.signal));
  const deadline = state.phase === "running" ? firmDeadlineOf(state) : deadlineOf(state);
  return asks && isDue(deadline, event.at);
}

function andThen(first: Step, spec: Spec, event: Event): Step {
  const second = react(spec, first.state, event);
  return { state: second.state, actions: [...first.actions, ...second.actions] };
}

function stepRunning(spec: Spec, state: RunningPhase, event: Event): Step {
  const { run } = state;
  switch (event.type) {
    case "exited":
      return onExited(spec, run, event, reasonOf(spec, state, event), state);
    case "backstop":
      return stopByBackstop(spec, state, event);
    case "swept":
      // The guardian has swept by its will while the supervisor was stopped.
      return finishSwept(spec, sweptByWill(run, event, limitReasonOf(state)), event);
    case "spawn-failed":
      return finishUnstarted(spec, event.at, event.error, state.run.startedAt);
    case "guardian-gone":
      return takeOver(spec, { run, reason: undefined, main: undefined }, event);
    case "deadline":
      return isIdle(state, event.at)
        ? stopIdle(spec, run, event)
        : onRunningDeadline(spec, state, event.at);
    case "wrote":
      return stay(withLaterHeartbeat(spec, withWritten(spec, state, event.last), event.last));
    case "heartbeat":
      return onHeartbeat(spec, state, event);
    case "stdin-closed":
      return stay(onStdinClosed(spec, state, event));
    case "output-limit":
      return withMessage(stopCommand(spec, run, event.at, "output"), sayExcess(spec));
    case "cancelled":
      return stopCommand(
        spec,
        withCause(run, event),
        event.at,
        event.expired ? "timeout" : "cancel",
      );
    case "control-kill":
      return killByControl(state, event);
    case "control-resize":
      return resize(state, event);
    case "control-close":
      return closeOutput(state, event);
    case "control-extend":
      return stay(withLaterLimit(state, event.by));
    case "caller-gone":
      return stopCommand(spec, run, event.at, "parent");
    case "signal":
      return spec.expireOn.includes(event.signal)
        ? stopCommand(spec, run, event.at, "timeout")
        : receiveSignal(spec, state, event);
    case "stopped":
    case "continued":
      return noteStop(spec, state, event);
    case "resumed":
      return stay(resumeClock(state, event.at));
    case "spawned":
    case "called-off":
    case "executed":
    case "control-output":
    case "control-inspect":
    case "control-refused":
    case "tree-empty":
    case "looked":
    case "sweeping":
    case "drained":
    case "woken":
    case "clock-set":
    case "deadline-void":
    case "counted":
      return stay(state);
  }
}

/** Whether the command has written nothing for too long. The time limit comes first. */
function isIdle(state: RunningPhase, at: Instant): boolean {
  return isDue(idleLimitOf(state), at) && !isDue(limitOf(state), at);
}

function stopIdle(
  spec: Spec,
  run: Run,
  { at, isBusy = false }: Extract<Event, { type: "deadline" }>,
): Step {
  return withMessage(stopCommand(spec, run, at, "idle"), sayIdle(spec, isBusy));
}

/**
 * Why the main child ended. Undefined: by itself. A stop signal that curfew forwarded counts as the
 * cause (S94).
 */
function reasonOf(spec: Spec, { run, drained }: RunningPhase, main: Exited): Reason | undefined {
  const died = main.status.kind === "signaled" ? main.status.signal : undefined;
  const isCause = ({ signal }: Sent) =>
    asksForEnd(spec, signal) || (signal === died && mayEnd(spec, signal));
  const requests = run.sent.filter(({ isByControl }) => isByControl !== true);
  if (requests.some(isCause)) return "signal";
  // A request that is still held back was meant for the whole tree.
  return drained !== undefined && wasLeft(run, main) ? "signal" : undefined;
}

/** The guardian has swept by its will while the supervisor was suspended. */
function sweptByWill(run: Run, { at }: Swept, reason: Reason): Sweepable {
  return { run: withKill(run, at), reason, main: undefined };
}

type Swept = Extract<Event, { type: "swept" }>;

function stepStopping(spec: Spec, state: StoppingPhase, event: Event): Step {
  switch (event.type) {
    case "exited":
      return onExited(spec, state.run, event, state.reason, state);
    case "backstop":
      return stay(noteBackstop(spec, state, event));
    case "swept":
      return finishSwept(spec, sweptByWill(state.run, event, state.reason), event);
    case "spawn-failed":
      return finishUnstarted(spec, event.at, event.error, state.run.startedAt);
    case "guardian-gone":
      return takeOver(spec, { ...state, main: undefined }, event);
    case "deadline":
      return onDeadline(spec, state, event.at);
    case "signal":
      return signalWhileStopping(spec, state, event);
    case "stopped":
    case "continued":
      return noteStop(spec, state, event);
    case "control-kill":
      return killByControl(state, event);
    case "control-resize":
      return resize(state, event);
    case "control-close":
      return closeOutput(state, event);
    case "cancelled":
    case "caller-gone":
    case "spawned":
    case "called-off":
    case "executed":
    case "control-extend":
    case "control-output":
    case "control-inspect":
    case "control-refused":
    case "tree-empty":
    case "looked":
    case "resumed":
    case "sweeping":
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

/** The guardian has sent the signal of a limit that has passed: the supervisor does not send it. */
function noteBackstop(spec: Spec, state: StoppingPhase, event: Backstop): StoppingPhase {
  const run = withBackstop(spec, state.run, event);
  return isDue(limitOf(state), event.at)
    ? { ...state, run: withoutWall(run), limitAt: undefined }
    : { ...state, run };
}

function onDeadline(spec: Spec, state: StoppingPhase, at: Instant): Step {
  if (isDue(state.killAt, at)) return killAll(spec, state, at);
  if (isDue(limitOf(state), at)) {
    const next: StoppingPhase = { ...state, run: withoutWall(state.run), limitAt: undefined };
    return spec.signal === "SIGKILL"
      ? killAll(spec, { ...next, killAt: limitOf(state) }, at)
      : sendFirstSignal(spec, next, spec.signal, at);
  }
  if (!isDue(state.restAt, at)) return stay(state);
  if (leavesRest(spec, state.reason)) return stay({ ...state, restAt: undefined });
  const { run, actions } = sendToRest(state.run, state.signal, at);
  return { state: { ...state, run, restAt: undefined }, actions };
}

/**
 * A signal while the command is being stopped: it is forwarded, or it is the next rung of the
 * ladder where a second request means SIGKILL.
 */
function signalWhileStopping(spec: Spec, state: StoppingPhase, event: ReceivedSignal): Step {
  if (spec.expireOn.includes(event.signal)) {
    // The signal that means "time is up", again: the next rung, or the first signal again (as GNU).
    return state.killAt === undefined
      ? sendFirstSignal(spec, state, spec.signal, event.at)
      : killAll(spec, state, event.at);
  }
  if (isCopy(state, event)) return stay(withoutCopy(state, event));
  if (isSameRequest(spec, event, state.run.lastRequest?.at, state.run)) return stay(state);
  const isNextRung =
    spec.onSecondStop === "kill" && isClocked(spec, event) && event.delivered !== true;
  if (!isNextRung) return forward(spec, state, event);
  if (event.above !== true) return killAll(spec, state, event.at);
  // A curfew above ends the grace period itself, by SIGKILL. What the command has had is not sent
  // again.
  return hasSent(state.run, event.signal) ? stay(state) : forward(spec, state, event);
}
