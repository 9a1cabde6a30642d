import type { OnStop, Spec } from "../core/spec.ts";
import { isReloading } from "../core/spec.ts";
import type { World } from "./held.ts";
import { NO_DESCRIPTOR } from "./held.ts";
import { sys } from "./syscalls.ts";

/** Where the command runs, and the terminal that we look after. */
export type Place = { readonly spec: Spec; readonly terminal: number };

/** What `auto` means here (containment.md sections 4 and 7). */
export function placeOf(spec: Spec): Place {
  const place = spec.group === "auto" ? groupOf(spec) : { spec, terminal: NO_DESCRIPTOR };
  if (spec.onStop !== "auto") return place;
  const onStop = place.spec.group === "caller" ? onStopInJob() : "continue";
  return { ...place, spec: { ...place.spec, onStop } };
}

/**
 * In the caller's group the kernel stops nobody whom the caller could not continue. Process 1
 * cannot stop itself, and who continued the command would have it read what is typed to the shell.
 */
function onStopInJob(): OnStop {
  return sys.pid() === 1 ? "ignore" : "mirror";
}

/**
 * Without a terminal the command leads a group, which can be signalled in one call. With one it
 * stays in the caller's, where keys reach it and a shell can stop and continue it; but for the
 * first process of a container, who has the terminal for the command alone: in a session of its own
 * nothing can leave it stopped.
 */
function groupOf(spec: Spec): Place {
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
  if (spec.group === "session") sys.releaseTerminal(terminal);
}

/** Settings and foreground group are as they were, whatever the command left. */
export function restore({ terminal }: World): void {
  if (terminal >= 0) sys.restoreTerminal(terminal);
}
