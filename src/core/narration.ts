import type { Event } from "./event.ts";
import type { Story } from "./messages.ts";
import type { Spec } from "./spec.ts";

/** Whether a tool's words tell of the course of a run. */
export function isNarrated({ narration }: Spec): boolean {
  return narration > 1;
}

/**
 * What an event gives a tool to tell that we stand in for, besides what we say ourselves; `pidOf`:
 * the command's number, which may have to be waited for.
 */
export function narrationOf(spec: Spec, event: Event, pidOf: () => number): Story | undefined {
  switch (event.type) {
    case "spawned": {
      const [command = ""] = spec.command;
      return { kind: "command-started", pid: pidOf(), command, isAlone: spec.singleChild };
    }
    case "signal":
      return {
        kind: "signal-received",
        signal: event.signal,
        becomes: spec.rewrite.get(event.signal),
      };
    case "exited":
      return { kind: "command-ended", pid: event.pid, status: event.status };
    case "swept":
      return event.end && { kind: "command-ended", pid: event.pid, status: event.end };
    default:
      return undefined;
  }
}
