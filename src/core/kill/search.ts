import type { KillSpec } from "../spec/kill-spec.ts";
import type { KillProgress } from "./members.ts";
import { withDiscoveries, withDoubt, withMembers, withMissed } from "./members.ts";
import type { KillEvent } from "./state.ts";

/**
 * The members that have exited, whose descendants can be searched for. Empty where curfew signaled
 * no process: then it is not the reason why a process lost its parent.
 */
export function endedMembers(
  { reach }: KillSpec,
  { caller, members }: KillProgress,
): readonly number[] {
  if (reach !== "tree" || !caller.hasProc) return [];
  const all = [...members.values()];
  if (!all.some(({ gotFirstSignal, gotSigkill }) => gotFirstSignal || gotSigkill)) return [];
  return all.filter(({ hasEnded }) => hasEnded).map(({ id }) => id);
}

/** Adds what a search found, and the doubt where it may have missed a descendant. */
export function withSearch<S extends KillProgress>(
  spec: KillSpec,
  state: S,
  { discoveries, strays, missed, isCut }: Extract<KillEvent, { type: "searched" }>,
): S {
  const next = withDiscoveries(spec, state, discoveries);
  if (isCut) return withDoubt(next, { kind: "late" });
  if (missed !== undefined) return withDoubt(next, { kind: "unseen", errno: missed });
  return strays.length > 0 ? withDoubt(next, { kind: "strays", processes: strays }) : next;
}

/** Adds what a wait showed. A member in `ended` may have been discovered by the same wait. */
export function withWait<S extends KillProgress>(
  spec: KillSpec,
  state: S,
  { ended, discoveries, missed }: Extract<KillEvent, { type: "waited" }>,
): S {
  const next = withMissed(withDiscoveries(spec, state, discoveries), missed);
  return withMembers(next, ended, { hasEnded: true });
}

/** Adds what a walk found. */
export function withWalk<S extends KillProgress>(
  spec: KillSpec,
  state: S,
  { discoveries, missed }: Extract<KillEvent, { type: "walked" }>,
): S {
  return withMissed(withDiscoveries(spec, state, discoveries), missed);
}
