import type { Spec } from "../../core/spec/spec.ts";
import { asInit, FORWARD_ALONE, isReloading } from "../../core/spec/spec.ts";
import { sys } from "../kernel/window.ts";
import type { World } from "./held.ts";
import { NO_DESCRIPTOR } from "./held.ts";

/** Where the command runs, and the terminal that we look after. */
export type Place = { readonly spec: Spec; readonly terminal: number };

/** What `auto`, `job` and `terminal` mean here (docs/run.md, docs/init.md). */
export function placeOf(wish: Spec): Place {
  const spec = wish.killAfterAsInit !== undefined && sys.pid() === 1 ? asInit(wish) : wish;
  const place = placeIn(spec);
  // Process 1 cannot stop itself; and a command that it continued in the group of a container's
  // shell would read what is typed to the shell.
  const isInit = spec.onStop === "auto" && place.spec.group === "caller" && sys.pid() === 1;
  return isInit ? { ...place, spec: { ...place.spec, onStop: "ignore" } } : place;
}

function placeIn(spec: Spec): Place {
  if (spec.group === "auto") return placeOfInit(spec);
  if (spec.group === "job") return placeOfJob(spec, sys.openTerminal());
  if (spec.group === "terminal") {
    const terminal = sys.openTerminal();
    const known = terminal < 0 ? NO_DESCRIPTOR : terminal;
    return { spec: { ...spec, group: "session" }, terminal: known };
  }
  const terminal = terminalOf(spec);
  return spec.group === "alone" ? apart(spec, terminal) : { spec, terminal };
}

/**
 * With a terminal the command stays in the caller's group: keys, shell and we all mean that one.
 * Without one, whoever signals the group that it started would reach the command twice: by itself,
 * and through us.
 */
function placeOfJob(spec: Spec, terminal: number): Place {
  if (terminal < 0) return apart(spec, NO_DESCRIPTOR);
  return { spec: { ...spec, group: spec.containment === "group" ? "own" : "caller" }, terminal };
}

function apart(spec: Spec, terminal: number): Place {
  return { spec: { ...spec, group: "alone", forward: FORWARD_ALONE }, terminal };
}

/** The terminal that the command uses with us, where it is to be given back. */
function terminalOf({ group, restoreTerminal }: Spec): number {
  const isShared = (group === "caller" || group === "alone") && restoreTerminal !== "never";
  return isShared ? sys.openTerminal() : NO_DESCRIPTOR;
}

/** Whether a shell with job control waits for us, which could continue us if we were stopped. */
export function hasShell({ spec, terminal }: World): boolean {
  const parent = sys.parentPid();
  // A parent outside of our PID namespace has no number. A session that shall have nothing of our
  // terminal is no job of ours.
  const isApart = spec.group === "session" && terminal < 0;
  if (parent === 0 || isApart || !hasTerminal(terminal)) return false;
  return sys.sessionOf(parent) === sys.sessionOf(0) && sys.groupOf(parent) !== sys.groupOf(0);
}

function hasTerminal(known: number): boolean {
  if (known >= 0) return true;
  const terminal = sys.openTerminal();
  if (terminal >= 0) sys.close(terminal);
  return terminal >= 0;
}

/**
 * Without a terminal the command leads a group, which can be signalled in one call. With one it
 * stays in the caller's, where keys reach it and a shell can stop and continue it; but for the
 * first process of a container, who has the terminal for the command alone: in a session of its own
 * nothing can leave it stopped.
 */
function placeOfInit(spec: Spec): Place {
  const terminal = sys.openTerminal();
  if (terminal < 0) return { spec: { ...spec, group: "command" }, terminal: NO_DESCRIPTOR };
  const ownPid = sys.pid();
  // Who waits for a change must see the keys that mean the end: the command may be gone by then.
  const isHanded = ownPid === 1 && sys.sessionOf(0) === ownPid && !isReloading(spec);
  return { spec: { ...spec, group: isHanded ? "session" : "caller" }, terminal };
}

/**
 * Gives the terminal up, so that the command can have it in its session. The HUP and CONT that the
 * kernel sends for it come from ourselves, and are passed over as such.
 */
export function handOver({ terminal, spec }: World): void {
  if (terminal < 0) return;
  sys.rememberTerminal(terminal);
  if (isForCommand(spec)) sys.releaseTerminal(terminal);
}

/**
 * Whether the command's session gets our terminal. Only the leader of a session can give it away;
 * who waits for a change must see the keys that mean the end.
 */
export function isForCommand(spec: Spec): boolean {
  return spec.group === "session" && !isReloading(spec) && sys.sessionOf(0) === sys.pid();
}

/** The foreground group is as it was; the settings are where the spec says so. */
export function restore({ terminal, spec }: World, forced: boolean): void {
  if (terminal < 0) return;
  const isWhole = spec.restoreTerminal === "always" || forced;
  sys.restoreTerminal(terminal, isWhole ? 1 : 0);
}
