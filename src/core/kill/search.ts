import type { KillSpec } from "../spec/kill-spec.ts";
import type { Known } from "./members.ts";
import { withDoubt, withMembers, withMissed, withSightings } from "./members.ts";
import type { KillEvent } from "./state.ts";

/**
 * Whose descendants can be looked for. Where nobody was signalled, nobody was left because of us.
 */
export function searchable({ reach }: KillSpec, { caller, members }: Known): readonly number[] {
  if (reach !== "tree" || !caller.hasProc) return [];
  const all = [...members.values()];
  if (!all.some(({ hadFirst, hadKill }) => hadFirst || hadKill)) return [];
  return all.filter(({ hasEnded }) => hasEnded).map(({ id }) => id);
}

/** What a search has found, and why it may not be all. */
export function withSearch<S extends Known>(
  spec: KillSpec,
  state: S,
  { sightings, strays, missed, isCut }: Extract<KillEvent, { type: "searched" }>,
): S {
  const next = withSightings(spec, state, sightings);
  if (isCut) return withDoubt(next, { kind: "forking" });
  if (missed !== undefined) return withDoubt(next, { kind: "unseen", errno: missed });
  return strays.length > 0 ? withDoubt(next, { kind: "strays", processes: strays }) : next;
}

/** The same of a wait; who has ended may have been seen in it first. */
export function afterWait<S extends Known>(
  spec: KillSpec,
  state: S,
  { ended, sightings, missed }: Extract<KillEvent, { type: "waited" }>,
): S {
  const next = withMissed(withSightings(spec, state, sightings), missed);
  return withMembers(next, ended, { hasEnded: true });
}

/** The same of a walk. */
export function withWalk<S extends Known>(
  spec: KillSpec,
  state: S,
  { sightings, missed }: Extract<KillEvent, { type: "walked" }>,
): S {
  return withMissed(withSightings(spec, state, sightings), missed);
}
