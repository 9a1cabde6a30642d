import type { Cause, Restart } from "../messages/generation-sentence.ts";
import type { Message } from "../messages/messages.ts";
import { isTold } from "../run/telling.ts";
import type { Spec } from "../spec/spec.ts";
import type { Duration, Instant } from "../values/duration.ts";
import type {
  Generation,
  GenerationEnd,
  ServiceEvent,
  ServiceState,
  ServiceStep,
} from "./generations.ts";
import { generationOf, stay, withGeneration } from "./generations.ts";

/** The state after another cause for a new generation: the first one is told. */
export function withCause(state: ServiceState, why: Cause, at: Instant): ServiceState {
  const { cause } = state;
  if (cause === undefined) return { ...state, cause: { why, at } };
  const first = cause.why;
  if (first.kind !== "changed" || why.kind !== "changed" || first.path === why.path) return state;
  return { ...state, cause: { ...cause, why: { ...first, hasOthers: true } } };
}

/** A new generation takes the place of the one that serves, or of the one that served last. */
export function beginRestart(state: ServiceState): ServiceState {
  const { cause, generations, lastServed } = state;
  const before = generations.length === 0 ? lastServed : undefined;
  const restart = cause && { cause, before, generation: undefined, served: undefined };
  return { ...state, pendingReload: "none", cause: undefined, restart };
}

/** The new generation of a restart has begun, is ready, or has ended before it was. */
export function withServed(
  state: ServiceState,
  generation: number,
  how: Restart["served"],
  at: Instant,
): ServiceState {
  const { restart } = state;
  if (restart?.generation !== generation || restart.served !== undefined) return state;
  return { ...state, restart: { ...restart, served: { how, at } } };
}

/**
 * The state after the end of a generation. A new one that never served has taken no place, and what
 * curfew says of that is all.
 */
export function withEnd(
  state: ServiceState,
  { number, role }: Generation,
  end: GenerationEnd,
): ServiceState {
  const { restart } = state;
  if (restart === undefined) return state;
  if (restart.generation !== number) return { ...state, restart: { ...restart, before: end } };
  if (role === "serving" && end.hasStarted) return withServed(state, number, "ended", end.at);
  return restart.served === undefined ? { ...state, restart: undefined } : state;
}

/** Tells a restart once it is known how the old generation ended and when the new one served. */
export function tellRestart(spec: Spec, state: ServiceState): ServiceStep {
  const { cause, before, generation, served } = state.restart ?? {};
  if (!cause || !before || !generation || !served) return stay(state);
  const told: ServiceState = { ...state, restart: undefined };
  if (!isTold(spec)) return stay(told);
  const message: Message = {
    kind: "restarted",
    generation,
    cause: cause.why,
    before: {
      generation: before.generation,
      status: before.status,
      lived: (before.at - before.startedAt) as Duration,
      wasOver: before.at < cause.at,
    },
    served: served.how,
    after: (served.at - cause.at) as Duration,
  };
  return { state: told, actions: [{ type: "say", message }] };
}

/** The state after what a generation's event says about the held sockets. */
export function withUnused(
  state: ServiceState,
  { generation: number, unused }: Extract<ServiceEvent, { type: "generation" }>,
): ServiceState {
  const generation = generationOf(state, number);
  if (unused === undefined || generation === undefined) return state;
  return withGeneration(state, { ...generation, unused });
}

/**
 * Tells how a server takes a held socket, where a command has exited by itself and no process took
 * one. A command that a signal ended may have waited for its first client.
 */
export function tellUnused(
  spec: Spec,
  state: ServiceState,
  { number: generation, role, unused = [] }: Generation,
  { exit, status, reason }: GenerationEnd,
): ServiceStep {
  // Also with 0: Express 5 hands the error of the address to the callback that says "listening".
  const hasExited = reason === undefined && status?.kind === "exited";
  const isExpected = hasExited && exit.code === 0 && status.code !== 0;
  const mayBeAsked = state.phase !== "serving" || state.noRestartUntil !== undefined;
  const isCancelled = role === "retiring" || role === "abandoned";
  if (!isTold(spec) || !hasExited || isExpected || mayBeAsked || isCancelled) return stay(state);
  if (unused.length === 0) return stay(state);
  const { command } = spec;
  const message: Message = { kind: "sockets-unused", generation, addresses: unused, command };
  return { state, actions: [{ type: "say", message }] };
}
