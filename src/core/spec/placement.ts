import type { Signal } from "../values/signal.ts";
import { FORWARD_ALONE, RUN_DEFAULTS } from "./defaults.ts";
import type { Spec } from "./spec.ts";
import { asPid1, isReloading } from "./spec.ts";

/** What is known of curfew's own process before a run. */
export type Surroundings = {
  /** curfew is PID 1 of its PID namespace. */
  readonly isInit: boolean;
  /** curfew has a controlling terminal; asked for only where `needsTerminal` says so. */
  readonly hasTerminal: boolean;
  /** curfew leads the session of that terminal. */
  readonly leadsSession: boolean;
};

/** Whether the terminal decides where the command runs, or is given back after it. */
export function needsTerminal({ group, containment, restoreTerminal, pty }: Spec): boolean {
  if (pty !== false) return true;
  if (group === "auto" || group === "job" || group === "terminal") return true;
  const isShared = group === "alone" || (group === "caller" && containment !== "group");
  return isShared && restoreTerminal !== "never";
}

/**
 * The spec with what `auto`, `job` and `terminal` mean here. It is changed in place: to copy its
 * many fields costs a run more than all of its steps.
 */
export function placed(given: Spec, surroundings: Surroundings): Spec {
  const { isInit } = surroundings;
  const spec = withGroup(isInit ? asPid1(given) : given, surroundings);
  // PID 1 cannot stop itself. A command that PID 1 continued in the process group of a container's
  // shell would read what is typed to that shell.
  const isIgnored = isInit && spec.onStop === "auto" && spec.group === "caller";
  return isIgnored ? changed(spec, { onStop: "ignore" }) : spec;
}

function withGroup(spec: Spec, surroundings: Surroundings): Spec {
  if (spec.pty !== false) return atOwnTerminal(spec);
  switch (spec.group) {
    case "auto":
      return changed(spec, { group: groupOfInit(spec, surroundings) });
    case "job":
      // With a terminal the command stays in the caller's group, because keys and the shell signal
      // that group. Without one, a caller that signals the group which it started would reach the
      // command twice: directly, and through curfew.
      return surroundings.hasTerminal ? inCallersGroup(spec) : alone(spec);
    case "terminal":
      return changed(spec, { group: "session" });
    case "caller":
      return inCallersGroup(spec);
    case "alone":
      return alone(spec);
    default:
      return spec;
  }
}

/**
 * Without a terminal the command leads a group, which one call can signal. With one the command
 * stays in the caller's group, where keys reach it and a shell can stop and continue it. The first
 * process of a container has the terminal for the command alone and hands it over: in a session of
 * its own nothing can leave the command stopped. A run that reloads keeps the terminal, because
 * curfew must see the keys that mean the end: the command may be gone by then.
 */
function groupOfInit(
  spec: Spec,
  { isInit, hasTerminal, leadsSession }: Surroundings,
): "command" | "session" | "caller" {
  if (!hasTerminal) return "command";
  return isInit && leadsSession && !isReloading(spec) ? "session" : "caller";
}

/** A group that shall hold the command cannot be the caller's. */
function inCallersGroup(spec: Spec): Spec {
  const group = spec.containment === "group" ? "own" : "caller";
  return group === spec.group ? spec : changed(spec, { group });
}

/**
 * The keys are pressed at the command's own terminal. Where no shell could continue what its ^Z has
 * suspended, it would stay so, and the terminal that curfew was started at with it.
 */
function atOwnTerminal(spec: Spec): Spec {
  const { forward } = spec;
  const also = new Set<Signal>([...forward, "SIGCONT"]);
  return changed(spec, {
    group: "session",
    onStopWithoutShell: "continue",
    forward: forward === RUN_DEFAULTS.forward ? FORWARD_ALONE : also,
  });
}

function alone(spec: Spec): Spec {
  return changed(spec, { group: "alone", forward: FORWARD_ALONE });
}

function changed(spec: Spec, fields: Partial<Spec>): Spec {
  return Object.assign(spec, fields);
}
