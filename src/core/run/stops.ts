import type { Event } from "../report/event.ts";
import type { Spec } from "../spec/spec.ts";
import type { Instant } from "../values/duration.ts";
import type { Signal } from "../values/signal.ts";
import type { Action } from "./action.ts";
import { nameOf, withSent } from "./ladder.ts";
import type { Run, Running, Step, Stopping } from "./state.ts";
import { stop } from "./stopping.ts";

type Stopped = Extract<Event, { type: "stopped" }>;

/** A report lists no more. */
const MOST_STOPS = 100;

/** The main child was stopped, or continued. */
export function mark<S extends Running | Stopping>(
  spec: Spec,
  state: S,
  event: Stopped | Extract<Event, { type: "continued" }>,
): Step {
  const isStopped = event.type === "stopped";
  const signal = isStopped ? event.signal : "SIGCONT";
  const { run } = state;
  const isListed = isStopped && run.stops.length < MOST_STOPS;
  const stops = isListed ? [...run.stops, { signal, at: event.at }] : run.stops;
  const next: S = { ...state, run: { ...run, isStopped, stops } };
  const said: Action[] = [];
  if (spec.verbose) {
    said.push({ type: "say", message: { kind: event.type, signal, command: nameOf(spec) } });
  }
  if (!isStopped) return { state: next, actions: said };
  if (next.phase === "stopping") return wakeLate(spec, next, event, said);
  return onStop(spec, next, event, said);
}

/** We go on after a stop of our own: so does the clock of the limit, if it has rested. */
export function resumed(state: Running, at: Instant): Running {
  const { limitAt, restingSince } = state;
  if (restingSince === undefined) return state;
  const later = limitAt === undefined ? undefined : ((limitAt + (at - restingSince)) as Instant);
  return { ...state, limitAt: later, restingSince: undefined };
}

/** The first signal went out before the stop, or before we knew of it: see `needsWaking`. */
function wakeLate(spec: Spec, state: Stopping, event: Stopped, said: readonly Action[]): Step {
  const { at, signal } = event;
  if (spec.group === "own" || isOfBackground(spec, signal)) return { state, actions: said };
  if (!spec.continuesStoppedOnly) return wake(state, at, said);
  if (wasPassedOn(state.run, signal)) return { state, actions: said };
  return { state, actions: [{ type: "wake", target: "child" }, ...said] };
}

function wake(state: Running | Stopping, at: Instant, said: readonly Action[]): Step {
  const run = withSent(state.run, "SIGCONT", "child", at);
  const kill: Action = { type: "kill", target: "child", signal: "SIGCONT" };
  return { state: { ...state, run }, actions: [kill, ...said] };
}

function onStop(spec: Spec, state: Running, event: Stopped, said: readonly Action[]): Step {
  if (isOfTheJob(spec, event)) return mirror(spec, state, event, said);
  switch (spec.onStop) {
    case "ignore":
    case "report":
      return { state, actions: said };
    case "auto": {
      if (event.shell === true) return mirror(spec, state, event, said);
      const isLeft =
        spec.onStopWithoutShell === "report" || isDeliberate(spec, state.run, event.signal);
      return isLeft ? { state, actions: said } : wake(state, event.at, said);
    }
    case "continue":
      return isOfBackground(spec, event.signal)
        ? { state, actions: said }
        : wake(state, event.at, said);
    case "mirror":
      return mirror(spec, state, event, said);
    case "kill": {
      const next = stop(spec, state.run, event.at, "stopped");
      return { state: next.state, actions: [...said, ...next.actions] };
    }
  }
}

/**
 * Where the command is in our caller's process group, we and the command are one job to its
 * terminal. A stop that the terminal sends is meant for the job: a shell that sees one of us go on
 * would not continue the other.
 */
function isOfTheJob({ group, onStop }: Spec, { signal, terminal }: Stopped): boolean {
  if (group !== "caller" || terminal !== true || onStop === "kill") return false;
  return signal !== "SIGTSTP" || onStop !== "continue";
}

/** ^Z, and what stands for it where the command leads a group. */
const SUSPENDS: readonly Signal[] = ["SIGTSTP", "SIGSTOP"];

/**
 * We stop as the command did. Under `run` the time does not count for which the terminal's TSTP has
 * suspended both: nobody's test should fail because its user went away from it.
 */
function mirror(
  { pausesSuspended }: Spec,
  state: Running,
  { signal, at, terminal }: Stopped,
  said: readonly Action[],
): Step {
  const rests = pausesSuspended && terminal === true && SUSPENDS.includes(signal);
  const next = rests ? { ...state, restingSince: at } : state;
  return { state: next, actions: [...said, { type: "stop-with-it", signal }] };
}

/** Nobody sends SIGSTOP but who wants it. What we passed on is meant, until a SIGCONT follows. */
function isDeliberate(spec: Spec, run: Run, signal: Signal): boolean {
  return signal === "SIGSTOP" || isOfBackground(spec, signal) || wasPassedOn(run, signal);
}

function wasPassedOn({ sent }: Run, signal: Signal): boolean {
  const last = sent.findLast((one) => one.signal === signal || one.signal === "SIGCONT");
  return last?.signal === signal;
}

/**
 * In the background of our caller's terminal it would be stopped again at once: whoever brings us
 * to the foreground continues all of the group.
 */
function isOfBackground({ group }: Spec, signal: Signal): boolean {
  return group === "caller" && (signal === "SIGTTIN" || signal === "SIGTTOU");
}
