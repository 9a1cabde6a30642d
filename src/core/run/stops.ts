import type { Event } from "../report/event.ts";
import { hasPty } from "../spec/relay.ts";
import type { Spec } from "../spec/spec.ts";
import type { Instant } from "../values/duration.ts";
import type { Signal } from "../values/signal.ts";
import type { Action } from "./action.ts";
import { commandName, withSent } from "./ladder.ts";
import type { Run, RunningPhase, Step, StoppingPhase } from "./state.ts";
import { withBudget } from "./state.ts";
import { stopCommand } from "./stopping.ts";

type Stopped = Extract<Event, { type: "stopped" }>;

/** A report lists no more stops than this. */
const MOST_STOPS = 100;

/**
 * The main child was stopped or continued: the run notes it, and `--on-stop` decides what follows.
 */
export function noteStop<S extends RunningPhase | StoppingPhase>(
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
    said.push({ type: "say", message: { kind: event.type, signal, command: commandName(spec) } });
  }
  if (!isStopped) return { state: next, actions: said };
  if (next.phase === "stopping") return wakeWhileStopping(spec, next, event, said);
  return onStopped(spec, next, event, said);
}

/**
 * curfew runs again after a stop of its own, and so do the limits' clocks if they were paused.
 */
export function resumeClock(state: RunningPhase, at: Instant): RunningPhase {
  const { limitAt, idleAt, suspendedSince } = state;
  if (suspendedSince === undefined) return state;
  const moved = (limit: Instant | undefined) =>
    limit === undefined ? undefined : ((limit + (at - suspendedSince)) as Instant);
  const clocks = { limitAt: moved(limitAt), idleAt: moved(idleAt), suspendedSince: undefined };
  const { run } = state;
  const beatAt = moved(run.budget?.beatAt);
  return { ...state, ...clocks, run: beatAt === undefined ? run : withBudget(run, { beatAt }) };
}

/**
 * The first signal was sent before the main child stopped, or before curfew knew of the stop: the
 * main child must be continued to act on it (see `needsWaking`).
 */
function wakeWhileStopping(
  spec: Spec,
  state: StoppingPhase,
  event: Stopped,
  said: readonly Action[],
): Step {
  const { at, signal } = event;
  if (spec.group === "own" || isBackgroundStop(spec, signal)) return { state, actions: said };
  if (!spec.continuesStoppedOnly) return continueCommand(spec, state, at, said);
  if (wasForwarded(state.run, signal)) return { state, actions: said };
  return { state, actions: [{ type: "wake", target: stoppedBy(spec) }, ...said] };
}

/** What the keys of a terminal stop: only at one of the command's own curfew continues it all. */
function stoppedBy(spec: Spec): "child" | "group" {
  return hasPty(spec) ? "group" : "child";
}

function continueCommand(
  spec: Spec,
  state: RunningPhase | StoppingPhase,
  at: Instant,
  said: readonly Action[],
): Step {
  const target = stoppedBy(spec);
  const run = withSent(state.run, "SIGCONT", target, at);
  const kill: Action = { type: "kill", target, signal: "SIGCONT" };
  return { state: { ...state, run }, actions: [kill, ...said] };
}

function onStopped(spec: Spec, state: RunningPhase, event: Stopped, said: readonly Action[]): Step {
  if (isJobStop(spec, event)) return mirrorStop(spec, state, event, said);
  switch (spec.onStop) {
    case "ignore":
    case "report":
      return { state, actions: said };
    case "auto": {
      if (event.shell === true) return mirrorStop(spec, state, event, said);
      const staysStopped =
        spec.onStopWithoutShell === "report" || isDeliberate(spec, state.run, event.signal);
      return staysStopped ? { state, actions: said } : continueCommand(spec, state, event.at, said);
    }
    case "continue":
      return isBackgroundStop(spec, event.signal)
        ? { state, actions: said }
        : continueCommand(spec, state, event.at, said);
    case "mirror":
      return mirrorStop(spec, state, event, said);
    case "kill": {
      const next = stopCommand(spec, state.run, event.at, "stopped");
      return { state: next.state, actions: [...said, ...next.actions] };
    }
  }
}

/**
 * Whether a stop is meant for curfew and the command together. Where the command is in the process
 * group of curfew's caller, the shell sees both as one job, and the terminal stops the job. A shell
 * that sees one of the two run would not continue the other.
 */
function isJobStop({ group, onStop }: Spec, { signal, terminal }: Stopped): boolean {
  if (group !== "caller" || terminal !== true || onStop === "kill") return false;
  return signal !== "SIGTSTP" || onStop !== "continue";
}

/** What Ctrl-Z sends, and what curfew sends instead where the command leads a group. */
const SUSPENDS: readonly Signal[] = ["SIGTSTP", "SIGSTOP"];

/**
 * curfew stops as the command did. Under `run` the clock of the limit is paused while Ctrl-Z has
 * suspended both, so that a test does not fail because its user suspended it.
 */
function mirrorStop(
  { pausesSuspended }: Spec,
  state: RunningPhase,
  { signal, at, terminal }: Stopped,
  said: readonly Action[],
): Step {
  const isPaused = pausesSuspended && terminal === true && SUSPENDS.includes(signal);
  const next = isPaused ? { ...state, suspendedSince: at } : state;
  return { state: next, actions: [...said, { type: "mirror-stop", signal }] };
}

/**
 * Whether a stop was wanted: SIGSTOP is only ever sent on purpose, and a stop signal that curfew
 * has forwarded was asked for, until a SIGCONT follows.
 */
function isDeliberate(spec: Spec, run: Run, signal: Signal): boolean {
  return signal === "SIGSTOP" || isBackgroundStop(spec, signal) || wasForwarded(run, signal);
}

function wasForwarded({ sent }: Run, signal: Signal): boolean {
  const last = sent.findLast((one) => one.signal === signal || one.signal === "SIGCONT");
  return last?.signal === signal;
}

/**
 * Whether the terminal stopped a background job (tty input or output). If curfew continued the
 * command, the terminal would stop it again at once. The shell continues the whole group when it
 * brings the job to the foreground.
 */
function isBackgroundStop({ group, pty }: Spec, signal: Signal): boolean {
  return (group === "caller" || pty !== false) && (signal === "SIGTTIN" || signal === "SIGTTOU");
}
