import { needsTerminal, placed } from "../../core/spec/placement.ts";
import type { Spec } from "../../core/spec/spec.ts";
import { isReloading } from "../../core/spec/spec.ts";
import { NO_DESCRIPTOR } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";
import type { HostContext } from "./context.ts";

/** Where the command runs, and the terminal that curfew gives back at the end. */
export type Placement = { readonly spec: Spec; readonly terminal: number };

/** Looks at curfew's surroundings, and says what the spec means there. */
export function placementOf(requested: Spec): Placement {
  const opened = needsTerminal(requested) ? sys.openTerminal() : NO_DESCRIPTOR;
  const terminal = opened < 0 ? NO_DESCRIPTOR : opened;
  const hasTerminal = terminal !== NO_DESCRIPTOR;
  const ownPid = sys.pid();
  const leadsSession = hasTerminal && sys.sessionOf(0) === ownPid;
  return { spec: placed(requested, { isInit: ownPid === 1, hasTerminal, leadsSession }), terminal };
}

/** Whether a shell with job control waits for curfew, and could continue it after a stop. */
export function hasShell({ spec, terminal }: HostContext): boolean {
  const parent = sys.parentPid();
  // A parent outside of the PID namespace has no number. A command in a session without curfew's
  // terminal is no part of the shell's job.
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
 * Notes the terminal's settings, and gives the terminal up if the command's session is to have it.
 * The kernel sends HUP and CONT for that, with curfew as the sender, and curfew ignores them.
 */
export function handOver({ terminal, spec }: HostContext): void {
  if (terminal < 0) return;
  sys.rememberTerminal(terminal);
  if (isForCommand(spec)) sys.releaseTerminal(terminal);
}

/**
 * Whether the command's session gets the terminal. Only the leader of a session can give it away. A
 * run that reloads keeps it, because curfew must see the keys that mean the end.
 */
export function isForCommand(spec: Spec): boolean {
  if (spec.group !== "session" || spec.pty !== false) return false;
  return !isReloading(spec) && sys.sessionOf(0) === sys.pid();
}

/** Restores the foreground group, and the settings where the spec says so. */
export function restore({ terminal, spec }: HostContext, forced: boolean): void {
  if (spec.pty !== false) sys.giveTerminalBack();
  if (terminal < 0) return;
  const isWhole = spec.restoreTerminal === "always" || forced;
  sys.restoreTerminal(terminal, isWhole ? 1 : 0);
}
