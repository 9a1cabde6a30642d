import type { Event, LifecycleEvent } from "../report/event.ts";
import { isSameRequest } from "../run/requests.ts";
import { deadlineOf } from "../run/state.ts";
import { rewrite, start } from "../run/step.ts";
import type { Spec } from "../spec/spec.ts";
import type { Instant } from "../values/duration.ts";
import { NO_LIMIT } from "../values/duration.ts";
import { deadlineAfter, isDue } from "../values/instant.ts";
import type {
  Generation,
  GenerationEnd,
  OwnEvent,
  ServiceAction,
  ServiceEvent,
  ServiceState,
  ServiceStep,
} from "./generations.ts";
import {
  actionsOf,
  andThen,
  emit,
  endsWithLimit,
  generationIn,
  generationOf,
  isCancelled,
  isEndOfAll,
  say,
  sayVerbose,
  stay,
  stepGeneration,
  withGeneration,
} from "./generations.ts";
import { ending, mayBeStopped, NOTHING, wantReload, withRequest } from "./requests.ts";
import {
  beginRestart,
  tellRestart,
  tellUnused,
  withCause,
  withEnd,
  withServed,
  withUnused,
} from "./restarts.ts";

/** The first step of a service: it starts the first generation. */
export function startService(spec: Spec): ServiceStep {
  return startNext(spec, NOTHING, 0 as Instant);
}

/** The step of an event, and of whatever was waiting for that event. */
export function stepService(spec: Spec, state: ServiceState, event: ServiceEvent): ServiceStep {
  if (state.phase === "finished") return stay(state);
  const { at } = event.type === "generation" ? event.event : event;
  const told = andThen(react(spec, state, event), (next) => tellRestart(spec, next));
  return andThen(told, (next) => proceed(spec, next, at));
}

function react(spec: Spec, state: ServiceState, event: ServiceEvent): ServiceStep {
  switch (event.type) {
    case "generation":
      return dispatch(spec, withUnused(state, event), event.generation, event.event);
    case "changed":
      return andThen(emit(spec, state, event), (next) => stay(onChanged(spec, next, event)));
    case "ready":
      return onReady(spec, state, event);
    case "signal":
    case "caller-gone":
      return onOwnEvent(spec, state, event);
    case "deadline":
      return onDeadline(spec, state, event.at);
  }
}

/** A watched file has changed: a new generation is wanted if nothing more changes for a while. */
function onChanged(
  spec: Spec,
  before: ServiceState,
  { at, path }: LifecycleEvent & { type: "changed" },
): ServiceState {
  if (before.phase !== "serving") return before;
  const state = withCause(before, { kind: "changed", path, hasOthers: false }, at);
  if (state.pendingReload === "signal") return state;
  const debounceUntil = deadlineAfter(at, spec.debounce);
  const pendingReload = debounceUntil === undefined ? "changed" : "none";
  return { ...state, debounceUntil, pendingReload };
}

/** Generations whose deadline has passed get it first; then the service's own instants. */
function onDeadline(spec: Spec, before: ServiceState, at: Instant): ServiceStep {
  const waiting = before.generations.filter(({ state }) => isDue(deadlineOf(state), at));
  return andThen(dispatchToEach(spec, before, waiting, { type: "deadline", at }), (next) => {
    let state = next;
    if (isDue(state.debounceUntil, at)) {
      state = { ...state, debounceUntil: undefined, pendingReload: "changed" };
    }
    if (isDue(state.noRestartUntil, at)) state = { ...state, noRestartUntil: undefined };
    const late = isDue(state.readyDeadline, at) ? generationIn(state, "next") : undefined;
    return late === undefined ? stay(state) : abandon(spec, state, late, at);
  });
}

/** A generation that was not ready in time is ended. The one that serves stays. */
function abandon(spec: Spec, state: ServiceState, late: Generation, at: Instant): ServiceStep {
  const { number: generation } = late;
  const expired = spec.exitOnError;
  const said = andThen(emit(spec, state, { type: "not-ready", at, generation }), (next) =>
    say(spec, next, generation, expired ? "failed" : "not-ready"),
  );
  return andThen(said, (next) =>
    cancel(spec, { ...next, readyDeadline: undefined }, late, at, expired),
  );
}

/** Tells a generation to end. `expired`: because its time to become ready has passed. */
function cancel(
  spec: Spec,
  state: ServiceState,
  { number, role, ...rest }: Generation,
  at: Instant,
  expired: boolean = false,
): ServiceStep {
  const next = role === "next" ? "abandoned" : "retiring";
  const told = withGeneration(state, { ...rest, number, role: next });
  return dispatch(spec, told, number, { type: "cancelled", at, ...(expired && { expired }) });
}

/** A generation says that it serves. If it was the next one, the one before it may end. */
function onReady(
  spec: Spec,
  state: ServiceState,
  event: LifecycleEvent & { type: "ready" },
): ServiceStep {
  const { generation: number, at } = event;
  const generation = generationOf(state, number);
  if (generation === undefined) return stay(state);
  const served = isCancelled(generation) ? state : withServed(state, number, "ready", at);
  const said = andThen(emit(spec, served, event), (next) => {
    return sayVerbose(spec, next, number, "ready");
  });
  if (generation.role !== "next" || state.phase !== "serving") return said;
  const before = generationIn(state, "serving");
  return andThen(said, (next) => {
    const promoted = promote(next, generation);
    return before === undefined ? stay(promoted) : cancel(spec, promoted, before, at);
  });
}

function promote(state: ServiceState, generation: Generation): ServiceState {
  const serving = withGeneration(state, { ...generation, role: "serving" });
  return { ...serving, readyDeadline: undefined };
}

/** The reload signal, a stop of the service, or a signal to pass on to the command. */
function onOwnEvent(spec: Spec, before: ServiceState, event: OwnEvent): ServiceStep {
  const rewritten = rewrite(spec, event);
  if (rewritten?.type === "signal" && rewritten.signal === spec.reloadSignal) {
    return emit(spec, wantReload(before, rewritten), event);
  }
  // The generations have had that request already, also one that a change had told to end before.
  if (rewritten?.type === "signal" && isSameRequest(spec, rewritten, before.stopRequestedAt)) {
    return emit(spec, before, event);
  }
  const state = withRequest(spec, before, rewritten);
  // A generation that was told to end is left alone, unless the request comes a second time.
  const isRepeated = before.phase === "ending";
  const receivers = before.generations.filter(
    ({ role }) => isRepeated || role === "serving" || role === "next",
  );
  return receivers.length === 0
    ? emit(spec, state, event)
    : dispatchToEach(spec, state, receivers, event);
}

function dispatchToEach(
  spec: Spec,
  state: ServiceState,
  receivers: readonly Generation[],
  event: Event,
): ServiceStep {
  return receivers.reduce<ServiceStep>(
    (done, { number }) => andThen(done, (next) => dispatch(spec, next, number, event)),
    stay(state),
  );
}

/** Gives an event to one generation, and draws the conclusions for the others. */
function dispatch(spec: Spec, state: ServiceState, number: number, event: Event): ServiceStep {
  const before = generationOf(state, number);
  if (before === undefined) return stay(state);
  const done = stepGeneration(spec, state, before, event);
  const { generation, end } = done;
  if (end !== undefined) return andThen(done, (next) => onEnded(spec, next, generation, end));
  // It was told to end before its spawn was answered.
  const { at } = event;
  if (event.type === "spawned" && isCancelled(generation)) {
    return andThen(done, (next) => dispatch(spec, next, number, { type: "cancelled", at }));
  }
  if (event.type === "spawned" && spec.ready.kind === "none") {
    return { ...done, state: withServed(done.state, number, "began", at) };
  }
  const reason = "reason" in generation.state ? generation.state.reason : undefined;
  const isEndOfAll = generation.role === "serving" && endsWithLimit(spec, reason);
  if (!isEndOfAll || state.phase !== "serving") return done;
  return andThen(done, (next) => endWith(spec, next, generation, at));
}

/** The service ends because of this generation. Of an abandoned one "failed" was said before. */
function endWith(
  spec: Spec,
  state: ServiceState,
  { number, role }: Generation,
  at: Instant,
): ServiceStep {
  const others = state.generations.filter((one) => one.number !== number && !isCancelled(one));
  const last = ending(state);
  const isSaid = spec.exitOnError && role !== "abandoned";
  return others.reduce<ServiceStep>(
    (done, other) => andThen(done, (next) => cancel(spec, next, other, at)),
    isSaid ? say(spec, last, number, "failed") : stay(last),
  );
}

/** A generation has ended, with every process that it had started. */
function onEnded(
  spec: Spec,
  before: ServiceState,
  generation: Generation,
  end: GenerationEnd,
): ServiceStep {
  const { exit, at } = end;
  const { number, role } = generation;
  const generations = before.generations.filter((other) => other.number !== number);
  const counts =
    role === "serving" || role === "retiring" || isEndOfAll(spec, before, generation, end);
  const isLatest = counts && number >= (before.lastServed?.generation ?? 0);
  const lastServed = isLatest ? end : before.lastServed;
  const state = withEnd({ ...before, generations, lastServed }, generation, end);
  const event: LifecycleEvent = { type: "ended", at, generation: number, exitCode: exit.code };
  const ended: ServiceStep = { state, actions: [{ type: "end", generation: number }] };
  const emitted = andThen(ended, (next) => emit(spec, next, event));
  const said = andThen(emitted, (next) => sayVerbose(spec, next, number, "ended"));
  const restarted = andThen(said, (next) => tellRestart(spec, next));
  const told = andThen(restarted, (next) => tellUnused(spec, next, generation, end));
  return andThen(told, (next) => afterEnd(spec, next, generation, end));
}

/** What the end of a generation means for the service. */
function afterEnd(
  spec: Spec,
  state: ServiceState,
  generation: Generation,
  end: GenerationEnd,
): ServiceStep {
  const { number, role } = generation;
  if (state.phase !== "serving") return stay(state);
  if (isEndOfAll(spec, state, generation, end)) return endWith(spec, state, generation, end.at);
  if (state.generations.length === 0 && mayBeStopped(state, end.at)) return stay(ending(state));
  switch (role) {
    case "retiring":
    case "abandoned":
      return stay(state);
    case "next":
      return say(spec, { ...state, readyDeadline: undefined }, number, "not-ready");
    case "serving": {
      const next = generationIn(state, "next");
      if (next !== undefined) return stay(promote(state, next));
      const { pendingReload, debounceUntil, pendingStart } = state;
      const isWanted = pendingReload !== "none" || debounceUntil !== undefined;
      const isReplaced = isWanted || pendingStart.kind !== "none";
      // A command that cannot be started the first time is a mistake in the command line.
      const isMistake = number === 1 && !end.hasStarted;
      const isAwaited = isReplaced || spec.watch.length > 0;
      if (isMistake || !isAwaited) return stay(ending(state));
      if (isReplaced) return stay(state);
      return say(spec, state, number, end.reason === "timeout" ? "timed-out" : "waiting");
    }
  }
}

/** What can be done now: start the next generation, or exit. */
function proceed(spec: Spec, state: ServiceState, at: Instant): ServiceStep {
  const { generations, phase, pendingStart, pendingReload } = state;
  if (phase === "ending") return generations.length === 0 ? leave(state) : stay(state);
  if (mayBeStopped(state, at)) return stay(state);
  switch (pendingStart.kind) {
    case "none":
      return pendingReload !== "none" && generations.every(({ role }) => role === "serving")
        ? replace(spec, beginRestart(state), at)
        : stay(state);
    case "after-retiring":
      return generations.length === 0 ? startDelayed(spec, state, at) : stay(state);
    case "at":
      return isDue(pendingStart.at, at) ? startNext(spec, state, at) : stay(state);
  }
}

/** Curfew exits as the generation that served last, with its report. */
function leave(state: ServiceState): ServiceStep {
  const finished: ServiceState = { ...state, phase: "finished" };
  const { lastServed } = state;
  // The first generation serves from the start, so there is one that has served and ended.
  if (lastServed === undefined) return stay(finished);
  const { exit, report } = lastServed;
  const told: ServiceAction[] = report === undefined ? [] : [{ type: "report", report }];
  return { state: finished, actions: [...told, { type: "exit", exit }] };
}

/** With a sign of readiness the new generation starts first, else the old one ends first. */
function replace(spec: Spec, state: ServiceState, at: Instant): ServiceStep {
  const serving = generationIn(state, "serving");
  if (serving === undefined || spec.ready.kind !== "none") return startDelayed(spec, state, at);
  return cancel(spec, { ...state, pendingStart: { kind: "after-retiring" } }, serving, at);
}

/** Starts the next generation when --restart-delay has passed. */
function startDelayed(spec: Spec, state: ServiceState, at: Instant): ServiceStep {
  if (spec.restartDelay === NO_LIMIT) return startNext(spec, state, at);
  const startAt = (at + spec.restartDelay) as Instant;
  return stay({ ...state, pendingStart: { kind: "at", at: startAt } });
}

function startNext(spec: Spec, before: ServiceState, at: Instant): ServiceStep {
  const number = before.latest + 1;
  const isNext = before.generations.length > 0;
  const first = start(spec);
  const role = isNext ? "next" : "serving";
  const generation: Generation = { number, state: first.state, role, startedAt: undefined };
  const state: ServiceState = {
    ...before,
    latest: number,
    generations: [...before.generations, generation],
    readyDeadline: isNext ? deadlineAfter(at, spec.readyTimeout) : undefined,
    pendingStart: { kind: "none" },
    restart: before.restart && { ...before.restart, generation: number },
  };
  const actions = first.actions.flatMap((action) => actionsOf(state, generation, action));
  const begun: ServiceStep = {
    state,
    actions: [{ type: "begin", generation: number }, ...actions],
  };
  return andThen(begun, (next) => sayVerbose(spec, next, number, "starting"));
}
