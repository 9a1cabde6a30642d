import type { Event, LoggedEvent, SentEvent } from "../report/event.ts";
import { recordOf } from "../report/event-record.ts";
import type { DeadlineReason, Sent } from "../report/report.ts";
import { OUTCOME_OF } from "../report/report.ts";
import type { Spec } from "../spec/spec.ts";
import type { Instant } from "../values/duration.ts";
import { isDue } from "../values/instant.ts";
import type { Action } from "./action.ts";
import type { State, Step } from "./state.ts";
import { limitOf } from "./state.ts";
import { reasonAfter, reasonIn } from "./telling.ts";

/** An event that may have a line of its own, or lines about what it has sent. */
type Recorded = Exclude<Event, { type: "counted" }>;

/** The step of an event in a state, and the lines of --events about it and what it has sent. */
export function withRecord(spec: Spec, next: Step, state: State, event: Recorded): Step {
  if (spec.events === undefined || state.phase === "finished") return next;
  const startedAt = startOf(state) ?? event.at;
  const logged = loggedAs(state, event, next);
  const lines = [...(logged === undefined ? [] : [logged]), ...sentIn(state, event.at, next)];
  if (lines.length === 0) return next;
  const records = lines.map((line): Action => ({ type: "emit", ...recordOf(line, startedAt) }));
  return behindSignals(next, records);
}

/** What --events says of an event: only a command that was executed was spawned. */
function loggedAs(state: State, event: Recorded, next: Step): LoggedEvent | undefined {
  if (event.type === "woken") return undefined;
  if (event.type === "spawned" || event.type === "wrote") return undefined;
  if (event.type === "called-off") return event.by;
  if (event.type === "deadline") return { ...event, reason: whyDue(state, event.at, next) };
  if (event.type !== "executed") return event;
  if (!("run" in state)) return undefined;
  return { ...event, type: "spawned", holding: state.run.holding };
}

/** What an instant was for. Undefined: for a further look, or for a request that was held back. */
function whyDue(state: State, at: Instant, next: Step): DeadlineReason | undefined {
  const begun = reasonIn(state) === undefined ? reasonAfter(next) : undefined;
  if (begun !== undefined) return OUTCOME_OF[begun];
  if (state.phase === "stopping") {
    if (isDue(state.killAt, at)) return "kill_after";
    if (isDue(limitOf(state), at)) return "timed_out";
    return isDue(state.restAt, at) ? "half" : undefined;
  }
  if (state.phase !== "leftovers") return undefined;
  const { killAt, lingering } = state;
  if (isDue(killAt, at) || isDue(lingering?.othersKillAt, at)) return "kill_after";
  if (isDue(limitOf(state), at)) return "timed_out";
  return isDue(lingering?.readersAt, at) ? "half" : undefined;
}

/** The signals that a step has sent: those of its last state that the state before lacks. */
function sentIn(before: State, at: Instant, next: Step): readonly SentEvent[] {
  const old = sentBy(before, []);
  return sentBy(next.state, next.actions).flatMap((entry): SentEvent[] => {
    const { signal, target } = entry;
    const known = old.find((one) => isSameEntry(one, entry));
    const count = entry.count - (known?.count ?? 0);
    if (count <= 0) return [];
    return [{ type: "sent", at: known === undefined ? entry.at : at, signal, target, count }];
  });
}

function isSameEntry(one: Sent, other: Sent): boolean {
  const isSameSignal = one.signal === other.signal && one.target === other.target;
  return isSameSignal && one.isByControl === other.isByControl;
}

function sentBy(state: State, actions: readonly Action[]): readonly Sent[] {
  if (state.phase === "draining") return state.facts.sent;
  if ("run" in state) return state.run.sent;
  return actions.find((action) => action.type === "report")?.report.signalsSent ?? [];
}

function startOf(state: State): Instant | undefined {
  if (state.phase === "draining") return state.facts.startedAt;
  return "run" in state ? state.run.startedAt : undefined;
}

/**
 * Adds records: behind the signals, because writing them may have to wait for a disk, and before a
 * stop of curfew itself, which writes nothing while it is stopped.
 */
function behindSignals({ state, actions }: Step, lines: readonly Action[]): Step {
  const isLater = ({ type }: Action) => AFTER_THE_RECORD.includes(type);
  const at = actions.findIndex(isLater);
  const index = at < 0 ? actions.length : at;
  return { state, actions: [...actions.slice(0, index), ...lines, ...actions.slice(index)] };
}

/** The actions that come after the record of an event: messages, and what ends or stops curfew. */
const AFTER_THE_RECORD: readonly Action["type"][] = ["say", "mirror-stop", "report", "exit"];
