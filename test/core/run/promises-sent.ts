// The signals that the core notes are those that it asks the host to send.

import type { Event } from "../../../src/core/report/event.ts";
import type { Action } from "../../../src/core/run/action.ts";
import type { State } from "../../../src/core/run/state.ts";
import type { Spec } from "../../../src/core/spec/spec.ts";
import type { Turn, Way } from "./way.ts";

/** Every signal is noted. */
export function brokenBySent(
  spec: Spec,
  { state }: Way,
  { event, next }: Turn,
): string | undefined {
  if (!("run" in state) || event.type === "spawn-failed") return undefined;
  const report = next.actions.find((action) => action.type === "report")?.report;
  const after = "run" in next.state ? next.state.run.sent : report?.signalsSent;
  if (after === undefined) return undefined;
  const before = state.run.sent;
  const gained = after.flatMap((sent) => {
    const old = before.find(({ signal, target }) => {
      return signal === sent.signal && target === sent.target;
    });
    if (old !== undefined && old.at !== sent.at) return ["an entry keeps its time"];
    const times = sent.count - (old?.count ?? 0);
    return Array<string>(times).fill(`${sent.target} ${sent.signal}`);
  });
  const lost = before.length > after.length;
  const kill = `${state.run.holding.mechanism === "child" ? "child" : "tree"} SIGKILL`;
  const wanted = [...sentBy(kill, next.actions), ...sentWithoutUs(spec, kill, state, event)];
  const isTrue = !lost && gained.sort().join() === wanted.sort().join();
  return isTrue ? undefined : `sent: ${wanted.join() || "nothing"}, written: ${gained.join()}`;
}

/** `kill`: SIGKILL, and its target. */
function sentBy(kill: string, actions: readonly Action[]): string[] {
  return actions.flatMap((action) => {
    if (action.type === "take-over" || action.type === "sweep") return [kill];
    if (action.type !== "kill") return [];
    return [`${action.target === "rest" ? "tree" : action.target} ${action.signal}`];
  });
}

/** The signal that the guardian says it has sent by itself. */
function sentWithoutUs(spec: Spec, kill: string, state: State, event: Event): string[] {
  const { phase } = state;
  const isBefore = phase === "running" || phase === "stopping";
  if (event.type === "woken" && "run" in state) {
    return [`${event.target} SIGCONT`];
  }
  if (event.type === "backstop") return [`${event.target} ${spec.signal}`];
  const isNews = isBefore || phase === "leftovers";
  return event.type === "swept" && isNews ? [kill] : [];
}
